package dev.biosgateway.kexec.boot;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.UnmodelledAccess;
import dev.biosgateway.api.boot.BootClock;
import dev.biosgateway.api.boot.BootEnd;
import dev.biosgateway.api.boot.BootGoal;
import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.boot.BootResult;
import dev.biosgateway.api.boot.BootSession;
import dev.biosgateway.api.boot.BootWatcher;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.keyboard.Kbc8042;
import dev.biosgateway.x86.device.keyboard.Typist;
import dev.biosgateway.x86.device.uart.Uart16550;
import dev.biosgateway.x86.snapshot.MachineImage;
import dev.biosgateway.x86.snapshot.MachineImageFile;
import dev.biosgateway.x86.state.StateException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A machine that runs by itself, watched from outside: slice after slice, and between two slices a
 * look at what it shows. Slices end at multiples of {@value #SLICE} instructions since power-on,
 * and only there a text counts as found, so a run that was saved and restored ends where one does
 * that was not.
 */
public final class BootedMachine implements BootSession {
  private static final long SLICE = 100_000;
  private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);

  private final Machine machine;
  private final BootMedia files;
  private final boolean restartable;
  private final SerialTerminal serial;
  private final Optional<Uart16550> com1;
  private final Optional<Kbc8042> keyboard;
  private final Optional<WallClock> wall;
  private volatile boolean stopRequested;
  private int resets;

  BootedMachine(Machine machine, BootRequest request, BootMedia files) {
    this.machine = machine;
    this.files = files;
    boolean firmware = machine.config().fitting().firmware().system().isPresent();
    restartable = firmware && request.restartable();
    serial = new SerialTerminal(request.serial().orElse(null));
    com1 = first(machine, Uart16550.class);
    keyboard = first(machine, Kbc8042.class);
    com1.ifPresent(
        port -> {
          port.setSink(serial);
          port.setPaced(false);
        });
    wall =
        request.clock() == BootClock.WALL
            ? Optional.of(new WallClock(machine.clock()))
            : Optional.empty();
  }

  private static <D> Optional<D> first(Machine machine, Class<D> type) {
    return machine.devices().stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  /** The emulated PC, for those who look inside. */
  public Machine machine() {
    return machine;
  }

  // ---- running

  @Override
  public BootResult run(BootGoal goal, BootWatcher watcher) {
    Run run = new Run(goal, watcher);
    wall.ifPresent(WallClock::start);
    try {
      return run.go();
    } finally {
      wall.ifPresent(WallClock::stop);
      serial.flush();
    }
  }

  /** One run: what it began with, and what it watches for. */
  private final class Run {
    private final BootGoal goal;
    private final BootWatcher watcher;
    private Duration nextLook = WATCH_INTERVAL;
    private final Optional<TextWatch> watch;
    private final long began = System.nanoTime();
    private final long retiredBefore = machine.clock().retiredInstructions();
    private final long nanosBefore = machine.clock().nanos();
    private final int resetsBefore = resets;

    Run(BootGoal goal, BootWatcher watcher) {
      this.goal = goal;
      this.watcher = watcher;
      watch = goal.text().map(pattern -> new TextWatch(pattern, serial, machine.screen()));
    }

    BootResult go() {
      while (true) {
        long retired = machine.clock().retiredInstructions();
        long within = retired % SLICE;
        Optional<BootResult> found = within == 0 ? match() : Optional.empty();
        if (found.isPresent()) {
          return found.get();
        }
        if (stopRequested) {
          stopRequested = false;
          return result(BootEnd.STOPPED, "stopped from outside");
        }
        Duration elapsed = elapsed();
        if (elapsed.compareTo(nextLook) >= 0) {
          nextLook = elapsed.plus(WATCH_INTERVAL);
          watcher.running(BootedMachine.this);
        }
        if (elapsed.compareTo(goal.timeout()) >= 0) {
          return result(
              BootEnd.TIMEOUT, "still running after " + goal.timeout().toMillis() + " ms");
        }
        long left = goal.budget() - (retired - retiredBefore);
        if (left <= 0) {
          return result(BootEnd.BUDGET, "budget of " + goal.budget() + " instructions used up");
        }
        Stop stop = machine.run(Math.min(SLICE - within, left));
        serial.flush();
        Optional<BootEnd> end = end(stop);
        if (end.isPresent()) {
          return match().orElseGet(() -> result(end.get(), stop.detail()));
        }
      }
    }

    private Optional<BootResult> match() {
      return watch
          .flatMap(TextWatch::look)
          .map(
              sighting -> {
                String reason = "\"" + sighting.text() + "\" " + sighting.place();
                return result(BootEnd.MATCHED, reason, Optional.of(sighting.text()));
              });
    }

    /** What a stop of the machine means; empty when it goes on. */
    private Optional<BootEnd> end(Stop stop) {
      return switch (stop.reason()) {
        case BUDGET, INTERRUPTED -> Optional.empty();
        case HALTED -> Optional.of(BootEnd.HALTED);
        case POWER_OFF -> Optional.of(BootEnd.POWER_OFF);
        case TRIPLE_FAULT -> Optional.of(BootEnd.TRIPLE_FAULT);
        case RESET_REQUESTED -> {
          if (!restartable) {
            yield Optional.of(BootEnd.RESET);
          }
          machine.reset(stop.reset().orElse(ResetKind.HARD));
          resets++;
          yield Optional.empty();
        }
        case TRAP, ACCESS_DENIED ->
            throw new IllegalStateException("nobody asked for that: " + stop);
      };
    }

    private Duration elapsed() {
      return Duration.ofNanos(System.nanoTime() - began);
    }

    private BootResult result(BootEnd end, String reason) {
      return result(end, reason, Optional.empty());
    }

    private BootResult result(BootEnd end, String reason, Optional<String> match) {
      return new BootResult(
          end,
          reason,
          match,
          machine.clock().retiredInstructions() - retiredBefore,
          Duration.ofNanos(machine.clock().nanos() - nanosBefore),
          elapsed(),
          resets - resetsBefore);
    }
  }

  @Override
  public void stop() {
    stopRequested = true;
    machine.interrupt();
  }

  // ---- what it shows, and what it is told

  @Override
  public String serialText() {
    return serial.text().toString();
  }

  @Override
  public Optional<String> screenText() {
    return machine.screen().text().map(Object::toString);
  }

  @Override
  public byte[] screenshot() {
    if (!machine.screen().isPresent()) {
      throw new InvalidRequestException(
          "board " + machine.config().board().name() + " has no display");
    }
    return machine.screen().png();
  }

  @Override
  public void send(byte[] characters) {
    com1.orElseThrow(
            () ->
                new InvalidRequestException(
                    "board " + machine.config().board().name() + " has no serial port"))
        .receive(characters);
  }

  @Override
  public void type(String keys) {
    Typist typist =
        keyboard
            .orElseThrow(
                () ->
                    new InvalidRequestException(
                        "board " + machine.config().board().name() + " has no keyboard"))
            .typist();
    KeySequence.parse(keys).typeOn(typist);
  }

  // ---- state

  @Override
  public long instructions() {
    return machine.clock().retiredInstructions();
  }

  @Override
  public Duration guestTime() {
    return Duration.ofNanos(machine.clock().nanos());
  }

  @Override
  public List<UnmodelledAccess> unmodelled() {
    return machine.unmodelled().entries().stream()
        .map(entry -> new UnmodelledAccess(entry.what(), entry.count()))
        .toList();
  }

  @Override
  public String digest() {
    return MachineImage.of(machine).digestText();
  }

  @Override
  public void save(Path file) {
    try {
      MachineImageFile.write(MachineImage.of(machine), file);
    } catch (IOException | StateException e) {
      throw new InvalidRequestException("cannot save " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    files.close();
  }
}
