package dev.biosgateway.runtime;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.api.spi.MachineTemplate;
import dev.biosgateway.api.spi.MappedProgram;
import dev.biosgateway.api.spi.ProgramImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A machine without a processor that holds its users to the contract of the SPI: one thread at a
 * time, last mapped first unmapped. What a program or call does is in the image's first byte or in
 * EAX.
 */
final class ScriptedMachine implements GuestMachine {
  /** First bytes of images. */
  static final byte GOOD = 0;

  static final byte REFUSED = 1;
  static final byte EXPLODES = 2;
  static final byte HOOKS_10_AND_43 = 3;
  static final byte FLAT = 4;
  static final byte WANTS_BOARD_PC = 5;

  /** Values of EAX. */
  static final int SPINS = 0x100;

  /** Begins only when somebody has tried to stop it, and has not heard that. */
  static final int BEGINS_LATE = 0x101;

  static final int BREAKS_MACHINE = 0x200;

  /** Names of the mapped programs, with their version. */
  final List<String> mapped = new ArrayList<>();

  final List<String> journal;

  /** The machines that began as this one was frozen. */
  final List<ScriptedMachine> clones;

  private final String board;
  final CountDownLatch spinning = new CountDownLatch(1);
  private final CountDownLatch unheard = new CountDownLatch(1);
  private final List<MappedProgram> stack = new ArrayList<>();
  private final AtomicReference<Thread> user = new AtomicReference<>();
  private final AtomicReference<CallResult> stopped = new AtomicReference<>();

  /** What {@link #execution} says. */
  volatile long executed;

  private volatile boolean calling;
  private volatile boolean closed;

  @Override
  public Map<String, Long> execution() {
    return Map.of("instructions", executed);
  }

  ScriptedMachine(List<String> journal) {
    this("pc", journal);
  }

  ScriptedMachine(String board, List<String> journal) {
    this(board, journal, Collections.synchronizedList(new ArrayList<>()));
  }

  private ScriptedMachine(String board, List<String> journal, List<ScriptedMachine> clones) {
    this.board = board;
    this.journal = journal;
    this.clones = clones;
    journal.add("on");
  }

  private void enter() {
    if (closed || !user.compareAndSet(null, Thread.currentThread())) {
      throw new AssertionError("used after close or by two threads at a time");
    }
  }

  @Override
  public MappedProgram map(ProgramImage image) {
    enter();
    try {
      byte kind = image.bytes()[0];
      if (kind == REFUSED || kind == WANTS_BOARD_PC && !board.equals("pc")) {
        throw ProgramException.of(image.name(), "checksum").expected("0").found("1").build();
      }
      if (kind == EXPLODES) {
        throw new IllegalStateException("the emulator has a bug");
      }
      var program = new Handle(image, kind);
      stack.add(program);
      mapped.add(image.name() + " " + image.version());
      journal.add("map " + image.name());
      return program;
    } finally {
      user.set(null);
    }
  }

  @Override
  public void unmap(MappedProgram program) {
    enter();
    try {
      if (stack.isEmpty() || stack.get(stack.size() - 1) != program) {
        throw new AssertionError("not the one mapped last: " + program.image());
      }
      stack.remove(stack.size() - 1);
      mapped.remove(mapped.size() - 1);
      journal.add("unmap " + program.image().name());
    } finally {
      user.set(null);
    }
  }

  @Override
  public CallResult call(CallTarget target, CallRequest request) {
    enter();
    try {
      int action = (int) request.registers().get(Register.EAX);
      if (action == BREAKS_MACHINE) {
        throw new IllegalStateException("the emulator has a bug");
      }
      if (action == BEGINS_LATE) {
        unheard.await();
      }
      stopped.set(null);
      calling = true;
      while (action == SPINS || action == BEGINS_LATE) {
        spinning.countDown();
        CallResult result = stopped.get();
        if (result != null) {
          return result;
        }
        Thread.onSpinWait();
      }
      return CallResult.builder(target.text(), StopReason.RETURNED)
          .registers(request.registers())
          .build();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      calling = false;
      user.set(null);
    }
  }

  @Override
  public MachineTemplate freeze() {
    enter();
    try {
      return new Template(board, List.copyOf(stack), journal, clones);
    } finally {
      user.set(null);
    }
  }

  @Override
  public void stop(StopReason stop, String reason) {
    if (calling) {
      stopped.set(CallResult.builder("stopped", stop).reason(reason).build());
    }
    unheard.countDown();
  }

  @Override
  public void close() {
    closed = true;
    journal.add("off");
  }

  /** Frozen: what was mapped, and whoever collects the clones. */
  private record Template(
      String board,
      List<MappedProgram> programs,
      List<String> journal,
      List<ScriptedMachine> clones)
      implements MachineTemplate {
    @Override
    public GuestMachine open() {
      ScriptedMachine clone = new ScriptedMachine(board, journal, clones);
      for (MappedProgram program : programs) {
        clone.stack.add(program);
        clone.mapped.add(program.image().name() + " " + program.image().version());
      }
      clones.add(clone);
      return clone;
    }

    @Override
    public long bytes() {
      return 4096;
    }

    @Override
    public void write(OutputStream to) throws IOException {
      to.write(("scripted " + board).getBytes(StandardCharsets.UTF_8));
    }
  }

  private record Handle(ProgramImage image, byte kind) implements MappedProgram {
    @Override
    public long address() {
      return 0xc0000;
    }

    @Override
    public long size() {
      return image.size();
    }

    @Override
    public CallMode mode() {
      return kind == FLAT ? CallMode.FLAT : CallMode.REAL;
    }

    @Override
    public OptionalLong entry() {
      return kind == FLAT ? OptionalLong.of(address()) : OptionalLong.empty();
    }

    @Override
    public List<Integer> vectorsHooked() {
      return kind == HOOKS_10_AND_43 ? List.of(0x10, 0x43) : List.of();
    }

    @Override
    public Optional<CallResult> init() {
      return Optional.empty();
    }
  }
}
