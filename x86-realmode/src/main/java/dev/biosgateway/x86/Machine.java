package dev.biosgateway.x86;

import dev.biosgateway.x86.bus.AccessDeniedException;
import dev.biosgateway.x86.bus.HighMemory;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.CpuException;
import dev.biosgateway.x86.cpu.Interpreter;
import dev.biosgateway.x86.cpu.InterruptUnit;
import dev.biosgateway.x86.cpu.Trap;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ExpansionCard;
import dev.biosgateway.x86.device.OpenToOutside;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.screen.Display;
import dev.biosgateway.x86.screen.Screen;
import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.state.StateException;
import dev.biosgateway.x86.state.Stateful;
import dev.biosgateway.x86.translate.TranslationMetrics;
import dev.biosgateway.x86.translate.Translator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A PC: a processor, memory and the devices of a board on one bus, one clock and one set of ports.
 *
 * <p>One thread at a time; only {@link #interrupt} and a device's methods that say so may be called
 * by others.
 */
public final class Machine {
  /** Instructions between two looks at what comes in from outside. */
  private static final long POLL_INTERVAL = 1_000_000;

  private final MachineConfig config;
  private final UnmodelledAccess unmodelled = new UnmodelledAccess();
  private final PhysicalBus bus;
  private final HighMemory highMemory;
  private final PortMap ports;
  private final VirtualClock clock;
  private final Cpu cpu;
  private final Interpreter interpreter;

  /** Null when nothing is translated. */
  private final Translator translator;

  private final Console console = new Console();

  /** The state that {@link #rewind} went back to last, unless others have restored theirs since. */
  private MachineState rewound;

  private final Backplane backplane;
  private final Screen screen;
  private final List<OpenToOutside> openToOutside;

  /** Everything with a section, in the order of restoring: who drives pins comes before the CPU. */
  private final List<Stateful> components = new ArrayList<>();

  /**
   * Builds a machine and powers it on.
   *
   * @throws IllegalArgumentException when memory or clock cannot be as the configuration says
   */
  public Machine(MachineConfig config) {
    this.config = config;
    bus = new PhysicalBus((int) Math.min(config.memoryBytes(), HighMemory.BEGIN), unmodelled);
    ports = new PortMap(unmodelled, bus.touched);
    clock = new VirtualClock(config.nanosPerInstruction());
    clock.setListener(event -> bus.touched.touch(event.owner()));
    cpu = new Cpu(config.cpu(), bus, ports, clock, unmodelled);
    unmodelled.setPlace(cpu.pins::where);
    cpu.setIdentity(config.identity());
    interpreter = new Interpreter(cpu);
    translator = Translator.attach(cpu, interpreter, config.translation());
    highMemory = HighMemory.addTo(bus, config.memoryBytes());
    backplane = new Backplane(bus, ports, clock, unmodelled, cpu.pins, console);
    components.add(clock);
    for (Device device : config.board().devices(config.fitting())) {
      backplane.plug(device);
      components.add(device);
    }
    screen = new Screen(backplane.installed(Display.class), config.board().name());
    components.add(bus);
    components.add(cpu);
    openToOutside = backplane.allInstalled(OpenToOutside.class);
    resetParts(ResetKind.POWER_ON);
  }

  public MachineConfig config() {
    return config;
  }

  public Cpu cpu() {
    return cpu;
  }

  public PhysicalBus bus() {
    return bus;
  }

  public PortMap ports() {
    return ports;
  }

  public VirtualClock clock() {
    return clock;
  }

  /** What the translator did; empty when the configuration wants none. */
  public Optional<TranslationMetrics> translation() {
    return Optional.ofNullable(translator).map(Translator::metrics);
  }

  /** What the guest touched that is not modelled. */
  public UnmodelledAccess unmodelled() {
    return unmodelled;
  }

  /** What the guest wrote to the console. */
  public Console console() {
    return console;
  }

  /** What is on the screen. */
  public Screen screen() {
    return screen;
  }

  /** The devices, in the order in which they were attached; suspend goes through them backwards. */
  public List<Device> devices() {
    return List.copyOf(backplane.attached());
  }

  /**
   * The first device of a type.
   *
   * @throws IllegalStateException when the board has none, naming what there is
   */
  public <D extends Device> D device(Class<D> type) {
    return backplane.device(type);
  }

  /**
   * Plugs a card in, which is reset as by power-on. Its section comes behind those of the devices
   * there are.
   *
   * @throws RuntimeException what {@link Device#attach} throws; the machine is as before then
   */
  public void plug(ExpansionCard card) {
    backplane.plug(card);
    components.add(components.indexOf(bus), card);
    card.reset(ResetKind.POWER_ON);
  }

  /**
   * Pulls the card that was plugged in last; the machine is as if it had never been there.
   *
   * @throws IllegalStateException when it is another one
   */
  public void pull(ExpansionCard card) {
    backplane.pull(card);
    components.remove(card);
  }

  /** Puts {@code trap} on a physical address; null takes it away. */
  public void setTrap(int physical, Trap trap) {
    interpreter.setTrap(physical, trap);
  }

  // ---- running

  /** Resets CPU and devices, as power-on (memory is zero afterwards) or as RESET#. Time goes on. */
  public void reset(ResetKind kind) {
    if (kind == ResetKind.POWER_ON) {
      bus.setReadOnly(0, bus.ramSize(), false);
      bus.load(0, new byte[bus.ramSize()]);
      if (highMemory != null) {
        highMemory.clear();
      }
    }
    resetParts(kind);
  }

  /**
   * Runs until something stops the machine.
   *
   * @param budget how many instructions may retire, {@link Long#MAX_VALUE} for any number
   */
  public Stop run(long budget) {
    long before = clock.retiredInstructions();
    long left = budget;
    while (true) {
      for (int i = 0; i < openToOutside.size(); i++) {
        openToOutside.get(i).poll();
      }
      Interpreter.Stop stop;
      try {
        stop = interpreter.run(Math.min(left, POLL_INTERVAL));
      } catch (AccessDeniedException refused) {
        return stop(Stop.Reason.ACCESS_DENIED, before, refused::getMessage);
      }
      switch (stop) {
        case BUDGET -> {
          left -= Math.min(left, POLL_INTERVAL);
          if (left == 0) {
            return stop(Stop.Reason.BUDGET, before, () -> "budget of %d used up".formatted(budget));
          }
        }
        case HALTED -> {
          boolean asleep = cpu.pins.clockStopped();
          return stop(
              Stop.Reason.HALTED,
              before,
              () ->
                  asleep
                      ? "suspended to RAM, and nothing is armed that wakes the machine"
                      : "HLT, and nothing can wake the CPU");
        }
        case SHUTDOWN -> {
          InterruptUnit.Shutdown shutdown = cpu.interrupts.shutdown();
          return stop(Stop.Reason.TRIPLE_FAULT, before, () -> describe(shutdown));
        }
        case POWER_OFF -> {
          return stop(Stop.Reason.POWER_OFF, before, () -> "power switched off");
        }
        case RESET -> {
          ResetKind reset = cpu.pins.requestedReset();
          return stop(Stop.Reason.RESET_REQUESTED, before, () -> reset + " reset");
        }
        case TRAP -> {
          return stop(Stop.Reason.TRAP, before, () -> "trap");
        }
        case CANCELLED -> {
          return stop(Stop.Reason.INTERRUPTED, before, () -> "interrupted from outside");
        }
      }
    }
  }

  /** Executes one instruction, all passes of a repeated one included. */
  public void step() {
    interpreter.step();
  }

  /**
   * Lets the run in progress, or the next one when there is none, end soon. May be called by any
   * thread.
   */
  public void interrupt() {
    interpreter.cancel();
  }

  // ---- state

  /** The section of every component as it is now. */
  public List<Section> sections() {
    List<Section> out = new ArrayList<>(components.size());
    for (Stateful component : components) {
      Section section = new Section(component.sectionName());
      component.save(section);
      out.add(section);
    }
    return out;
  }

  /**
   * Gives every component the state in its section; memory stays as it is.
   *
   * @throws StateException when the sections are not those of this machine's components
   */
  public void restoreSections(List<Section> sections) {
    if (sections.size() != components.size()) {
      throw new StateException(
          "machine state: expected %d sections, found %d"
              .formatted(components.size(), sections.size()));
    }
    for (int i = 0; i < sections.size(); i++) {
      String expected = components.get(i).sectionName();
      if (!sections.get(i).name().equals(expected)) {
        throw new StateException(
            "machine state, section %d: expected %s, found %s"
                .formatted(i, expected, sections.get(i).name()));
      }
    }
    for (int i = 0; i < sections.size(); i++) {
      components.get(i).restore(sections.get(i).rewind());
    }
    rewound = null;
  }

  /**
   * Remembers everything. Costs a flag for each page now, and a copy for each page written later.
   */
  public MachineState save() {
    return new MachineState(sections(), bus.checkpoint());
  }

  /**
   * Makes everything as it was at {@code state}, which stays valid.
   *
   * @throws IllegalStateException when {@code state} is not the latest that was not released
   */
  public void restore(MachineState state) {
    bus.rewind(state.memory);
    restoreSections(state.sections());
  }

  /**
   * Makes everything as it was at {@code state}, and forgets it.
   *
   * @throws IllegalStateException when {@code state} is not the latest that was not released
   */
  public void rollback(MachineState state) {
    restore(state);
    release(state);
  }

  /**
   * As {@link #restore}, when the machine has been at {@code state} before by this or that, and
   * nobody but the guest has changed anything since: costs what the guest has touched.
   */
  public void rewind(MachineState state) {
    if (rewound != state) {
      restore(state);
      rewound = state;
      bus.touched.clear();
      return;
    }
    bus.rewind(state.memory);
    for (int i = 0; i < components.size(); i++) {
      Stateful component = components.get(i);
      if (component == cpu) {
        cpu.rewind(state.section(i));
      } else if (component == clock || bus.touched.mayHaveChanged(component.sectionName())) {
        component.restore(state.section(i));
      }
    }
    bus.touched.clear();
  }

  /**
   * Forgets {@code state}; the machine stays as it is.
   *
   * @throws IllegalStateException when {@code state} is not the latest that was not released
   */
  public void release(MachineState state) {
    rewound = null;
    bus.release(state.memory);
  }

  private void resetParts(ResetKind kind) {
    cpu.reset();
    cpu.pins.clearRequests();
    for (Device device : backplane.attached()) {
      device.reset(kind);
    }
  }

  /** The words of a stop are put together when somebody reads them: most are never read. */
  private Stop stop(Stop.Reason reason, long before, Supplier<String> detail) {
    int cs = cpu.cs.selector;
    int eip = cpu.instructionEip;
    return new Stop(
        reason,
        () -> "%s at %04x:%04x".formatted(detail.get(), cs, eip),
        clock.retiredInstructions() - before,
        reason == Stop.Reason.TRIPLE_FAULT ? cpu.interrupts.shutdown() : null,
        reason == Stop.Reason.RESET_REQUESTED ? cpu.pins.requestedReset() : null);
  }

  private static String describe(InterruptUnit.Shutdown s) {
    String code = s.hasErrorCode() ? "(0x%x)".formatted(s.errorCode()) : "";
    return "triple fault, begun by %s%s".formatted(CpuException.name(s.vector()), code);
  }
}
