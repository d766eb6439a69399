package dev.biosgateway.kexec.call;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.Registers;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.api.spi.MachineTemplate;
import dev.biosgateway.api.spi.MappedProgram;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.context.HostContext;
import dev.biosgateway.kexec.context.LowMegabyte;
import dev.biosgateway.kexec.context.PostedFirmware;
import dev.biosgateway.kexec.context.PowerOnSelfTest;
import dev.biosgateway.kexec.context.SystemRom;
import dev.biosgateway.kexec.jump.KernelKexec;
import dev.biosgateway.kexec.load.KexecException;
import dev.biosgateway.kexec.load.KexecLoad;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.kexec.protocol.RestartPoint;
import dev.biosgateway.kexec.trampoline.LegacyState;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.bus.Checkpoint;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.apic.IoApic;
import dev.biosgateway.x86.device.apic.LocalApic;
import dev.biosgateway.x86.device.pic.Pic8259Pair;
import dev.biosgateway.x86.device.pit.Pit8254;
import dev.biosgateway.x86.device.uart.Uart16550;
import dev.biosgateway.x86.snapshot.MachineImage;
import dev.biosgateway.x86.state.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine whose every call is a kexec jump: load, prepare, suspend devices, jump, routine, jump
 * back, resume.
 *
 * <p>A checkpoint of memory is always open and the state of every component is kept beside it: a
 * call with {@link Isolation#ROLLBACK}, and every call that does not return, ends by going back to
 * both, at the cost of the pages that were written. {@link Isolation#KEEP} makes what is there the
 * new state to go back to. Each mapped program has a checkpoint below, to which unmapping returns.
 */
public final class BridgeMachine implements GuestMachine {
  private static final Logger LOG = LoggerFactory.getLogger(BridgeMachine.class);

  /** What firmware keeps at the top of memory for its tables: SeaBIOS has at most 256 KB. */
  private static final int FIRMWARE_TOP = 1 << 20;

  private final Machine machine;
  private final PhysicalBus bus;
  private final HostContext host;
  private final KernelKexec kernelKexec;
  private final RoundTrip roundTrip;
  private final RestartedHost restarted;
  private final List<Uart16550> serialPorts;
  private final StateAtRest atRest;
  private final RoutineCalls calls;
  private final MappedPrograms programs;

  /** Whether this machine began as another one was. */
  private final boolean clone;

  /** What the machine began as, or was frozen as last; null if neither. */
  private FrozenMachine frozen;

  /** Whether anything was kept since. */
  private boolean changed;

  private boolean closed;

  /**
   * Powers a machine on and boots the host in it.
   *
   * @param paging how the host pages
   */
  public BridgeMachine(MachineConfig config, PagingMode paging) {
    this(config, paging, null);
  }

  /** A machine that begins as a frozen one was. */
  BridgeMachine(FrozenMachine frozen) {
    this(frozen.image().config(), frozen.paging(), frozen);
  }

  private BridgeMachine(MachineConfig config, PagingMode paging, FrozenMachine template) {
    frozen = template;
    clone = template != null;
    changed = template == null;
    machine = new Machine(config);
    bus = machine.bus();
    LowMegabyte low;
    boolean firmware = config.fitting().firmware().system().isPresent();
    LegacyState legacy = LegacyState.AFTER_POST;
    if (firmware && template == null) {
      PowerOnSelfTest.run(machine);
      legacy = LegacyState.of(machine);
      HostContext.clear(bus, FIRMWARE_TOP);
    }
    // A clone's host is in the image: what is written here only says where it is.
    Optional<Checkpoint> untouched =
        template == null ? Optional.empty() : Optional.of(bus.checkpoint());
    if (firmware) {
      host = new HostContext(bus, config.cpu(), paging, FIRMWARE_TOP);
      low = template == null ? new PostedFirmware(bus::read32) : template.firmware();
    } else {
      host = new HostContext(bus, config.cpu(), paging);
      low = new SystemRom(bus, host);
    }
    roundTrip = new RoundTrip(machine, host, low);
    JavaExtensions extensions = new JavaExtensions(machine, this);
    serialPorts =
        machine.devices().stream()
            .filter(Uart16550.class::isInstance)
            .map(Uart16550.class::cast)
            .toList();
    List<Device> syscore = machine.devices().stream().filter(BridgeMachine::isSyscore).toList();
    kernelKexec = new KernelKexec(machine.cpu(), bus, machine.devices(), syscore);
    restarted = new RestartedHost(machine, host, low, kernelKexec, roundTrip);
    if (template == null) {
      if (low.bootsTheHost()) {
        low.enterResetVector(machine.cpu());
      } else {
        host.enter(machine.cpu());
      }
      roundTrip.boot();
      host.scrub(); // what a call leaves is compared with this
      atRest = new StateAtRest(machine, host);
      atRest.setLegacy(legacy);
    } else {
      bus.rollback(untouched.orElseThrow());
      int ofTheBoard = machine.devices().size();
      extensions.plugAll(template.mappings());
      if (machine.devices().size() == ofTheBoard) {
        template.image().copyToNew(machine);
      } else {
        template.image().copyTo(machine); // others' devices may have filled their memory
      }
      atRest = new StateAtRest(machine, host, template.frames(), template.legacy());
    }
    List<Mapping> mappings = new ArrayList<>();
    calls =
        new RoutineCalls(machine, host, low, kernelKexec, roundTrip, atRest, extensions, mappings);
    programs = new MappedPrograms(machine, host, atRest, extensions, calls, mappings);
    if (template != null) {
      programs.replace(template.mappings());
    }
  }

  /** What the host programs for itself, or BIOS code expects in a state of its own. */
  private static boolean isSyscore(Device device) {
    return device instanceof Pic8259Pair
        || device instanceof Pit8254
        || device instanceof LocalApic
        || device instanceof IoApic;
  }

  /** The emulated PC, for those who look inside: tests, traces, debuggers. */
  public Machine machine() {
    calls.comeHome();
    return machine;
  }

  /** The host's context in guest memory. */
  public HostContext host() {
    calls.comeHome();
    return host;
  }

  /** The steps around each jump. */
  public KernelKexec kernelKexec() {
    calls.comeHome();
    return kernelKexec;
  }

  @Override
  public Map<String, Long> execution() {
    Map<String, Long> counts = new HashMap<>();
    counts.put("instructions", calls.instructions());
    machine
        .translation()
        .ifPresent(
            translated -> {
              counts.put("regions", (long) translated.regions());
              counts.put("regionFailures", (long) translated.failures());
              counts.put("regionsForgotten", (long) translated.forgotten());
              counts.put("regionRuns", translated.runs());
              counts.put("regionBytes", translated.classBytes());
              counts.put("translationNanos", translated.compileNanos());
              translated.departures().forEach((why, count) -> counts.put("left." + why, count));
            });
    return counts;
  }

  // ---- programs

  @Override
  public Map<String, Object> attributes() {
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("board", machine.config().board().name());
    attributes.put("cpu", machine.config().cpu().id());
    attributes.put("memory", (long) (bus.ramSize() >>> 20));
    attributes.put("device", machine.devices().stream().map(Device::sectionName).toList());
    machine
        .config()
        .fitting()
        .firmware()
        .system()
        .ifPresent(rom -> attributes.put("firmware", rom.name()));
    return attributes;
  }

  @Override
  public MappedProgram map(ProgramImage image) {
    requireAtRest();
    changed = true;
    return programs.map(image);
  }

  @Override
  public void unmap(MappedProgram program) {
    requireAtRest();
    changed = true;
    programs.unmap(program);
  }

  @Override
  public MachineTemplate freeze() {
    requireAtRest();
    if (!changed && frozen != null) {
      return frozen;
    }
    List<BitSet> written = atRest.takeWritten();
    MachineImage image =
        frozen == null || written == null
            ? MachineImage.of(machine, frozen == null ? null : frozen.image())
            : MachineImage.of(machine, frozen.image(), written);
    frozen =
        new FrozenMachine(
            image, host.paging(), host.frames().snapshot(), atRest.legacy(), programs.list());
    changed = false;
    return frozen;
  }

  @Override
  public boolean become(MachineTemplate template) {
    requireAtRest();
    if (changed
        || !clone
        || !(template instanceof FrozenMachine wanted)
        || !wanted.image().config().equals(frozen.image().config())
        || wanted.paging() != frozen.paging()
        || !programs.canBecome(wanted.mappings())) {
      return false;
    }
    wanted.copyOver(frozen, machine);
    atRest.replaced(wanted.frames(), wanted.legacy());
    programs.replace(wanted.mappings());
    frozen = wanted;
    return true;
  }

  /**
   * Makes the machine as it was when it was frozen, whatever it is now.
   *
   * @throws IllegalArgumentException if it was another machine
   */
  public void restore(MachineTemplate template) {
    requireAtRest();
    if (!(template instanceof FrozenMachine wanted)
        || !wanted.image().config().equals(machine.config())
        || wanted.paging() != host.paging()) {
      throw new IllegalArgumentException(template + ": expected a state of this machine");
    }
    wanted.image().copyTo(machine);
    atRest.replaced(wanted.frames(), wanted.legacy());
    programs.replace(wanted.mappings());
    atRest.takeWritten();
    frozen = wanted;
    changed = false;
  }

  /** The image of the PC in a frozen state, for those who compare. */
  public static MachineImage image(MachineTemplate template) {
    return ((FrozenMachine) template).image();
  }

  // ---- calls

  @Override
  public CallResult call(CallTarget target, CallRequest request) {
    requireOpen();
    CallResult result = calls.run(target, calls.plan(target, request), request);
    changed |= result.returned() && request.isolation() == Isolation.KEEP;
    return result;
  }

  /**
   * Jumps to an image of the caller's own, as reboot(LINUX_REBOOT_CMD_KEXEC) does: entered at
   * {@link Kimage#start}, which afterwards is where the image wants to be entered next. What it did
   * to memory and devices of the BIOS stays; if it does not come back, everything is as before.
   *
   * @param budget instructions for the whole way, the exchange of pages included
   * @return RETURNED, or why it did not
   * @throws KexecException EBUSY if a device refused to be suspended
   */
  public StopReason execute(Kimage image, long budget) {
    return jumpTo(image, budget).stop();
  }

  /** {@link #execute}, with all that there is to say of how it ended. */
  public JumpEnd jumpTo(Kimage image, long budget) {
    return jumpTo(image, budget, Optional.empty());
  }

  /**
   * The same, for images that come back by another restart point: the host then sleeps, or switches
   * the power off, before it goes on.
   *
   * @param wakeAfter when the clock wakes a host that sleeps; without, nothing does
   */
  public JumpEnd jumpTo(Kimage image, long budget, Optional<Duration> wakeAfter) {
    requireAtRest();
    image.verify();
    boolean returned = false;
    long retired = machine.clock().retiredInstructions();
    int written = machine.console().text().length();
    try {
      RoundTrip.End end = kernelKexec.execute(() -> roundTrip.jump(image, budget));
      image.setEntered();
      int restart = end.returned() ? host.restart() : RestartPoint.RESTORE;
      if (restart != RestartPoint.RESTORE) {
        end = restarted.obey(restart, budget, wakeAfter);
      }
      LOG.debug("jump to {} {} {}", image, end.stop(), end.reason());
      returned = end.returned();
      serialPorts.forEach(Uart16550::drain);
      return new JumpEnd(
          end.stop(),
          end.reason(),
          machine.console().text().substring(written),
          restart,
          machine.clock().retiredInstructions() - retired);
    } finally {
      if (returned) {
        changed = true;
        atRest.keep();
      } else {
        atRest.rollback();
      }
    }
  }

  /** The ways back into the host that an image may take, to be told in the protocol block. */
  public List<RestartPoint> waysBack(Kimage image) {
    return restarted.waysBack(image);
  }

  /** What was loaded stays, whatever becomes of the next jump or call. */
  public void keep() {
    requireAtRest();
    changed = true;
    atRest.keep();
  }

  /**
   * Leaves for good, as kexec does without PRESERVE_CONTEXT: devices are shut down, and the machine
   * that is given back stands before the jump. This object is closed.
   *
   * @param devices what the components are to be when the image is entered: those of this machine,
   *     or what a dump says of them
   * @throws KexecException EBUSY if a device refused to be suspended
   */
  public Machine leave(Kimage image, List<Section> devices) {
    requireAtRest();
    image.verify();
    kernelKexec.shutDown();
    machine.restoreSections(devices);
    return depart(image);
  }

  /**
   * Crashes the host: it calls address 0. Afterwards only {@link #crash} or {@link #restore} make
   * sense.
   *
   * @return the registers with which it took the page fault
   */
  public Registers callNull() {
    requireAtRest();
    return roundTrip.callNull();
  }

  /**
   * The kernel has crashed: leaves for a crash image at once, as crash_kexec() does. No device is
   * asked, nothing is copied. This object is closed.
   *
   * @param last what is still to be written into the image, once it is known to be sound
   */
  public Machine crash(Kimage image, Runnable last) {
    requireAtRest();
    image.verify();
    last.run();
    return depart(image);
  }

  /**
   * Gives the machine away as it is: with its programs, and with the host, which the next owner may
   * overwrite. This object is closed.
   */
  public Machine handOver() {
    requireAtRest();
    atRest.end();
    roundTrip.disarm();
    close();
    return machine;
  }

  private Machine depart(Kimage image) {
    atRest.end();
    roundTrip.leave(image);
    close();
    return machine;
  }

  /** A load session for {@link #execute}. Whoever prepares an image closes it. */
  public KexecLoad load() {
    requireAtRest();
    changed = true;
    return new KexecLoad(bus, host.frames(), host.paging());
  }

  // ---- life

  @Override
  public void stop(StopReason stop, String reason) {
    calls.stop(stop, reason);
  }

  @Override
  public void close() {
    calls.comeHome();
    closed = true;
    programs.clear();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the machine is closed");
    }
  }

  /** Whoever is not one call more finds the machine at rest. */
  private void requireAtRest() {
    requireOpen();
    calls.comeHome();
  }
}
