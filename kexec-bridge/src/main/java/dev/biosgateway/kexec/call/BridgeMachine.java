package dev.biosgateway.kexec.call;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.NoSuchRoutineException;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.Register;
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
import dev.biosgateway.kexec.load.LoadedSegment;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.kexec.program.OptionRom;
import dev.biosgateway.kexec.program.PhysicalProgram;
import dev.biosgateway.kexec.program.ProgramFormat;
import dev.biosgateway.kexec.trampoline.CallSite;
import dev.biosgateway.kexec.trampoline.LegacyState;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.device.Device;
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
import java.util.OptionalLong;
import java.util.stream.Collectors;
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
  private final LowMegabyte low;
  private final KernelKexec kernelKexec;
  private final RoundTrip roundTrip;
  private final OptionRomSlots slots;
  private final JavaExtensions extensions;
  private final List<Uart16550> serialPorts;
  private final List<Mapping> mappings = new ArrayList<>();

  private final StateAtRest atRest;

  /** Whether this machine began as another one was. */
  private final boolean clone;

  /** What the machine began as, or was frozen as last; null if neither. */
  private FrozenMachine frozen;

  /** Whether anything was kept since. */
  private boolean changed;

  /** Instructions that had retired when this machine began. */
  private final long bornAt;

  private long calls;
  private boolean closed;
  private final Object stopLock = new Object();
  private boolean calling;
  private RoundTrip.StopRequest stopRequest;

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
    boolean firmware = config.fitting().firmware().system().isPresent();
    LegacyState legacy = LegacyState.AFTER_POST;
    if (firmware) {
      if (template == null) {
        PowerOnSelfTest.run(machine);
        legacy = LegacyState.of(machine);
      }
      host = new HostContext(bus, config.cpu(), paging, FIRMWARE_TOP);
      low = template == null ? new PostedFirmware(bus::read32) : template.firmware();
    } else {
      host = new HostContext(bus, config.cpu(), paging);
      low = new SystemRom(bus, host);
    }
    roundTrip = new RoundTrip(machine, host, low);
    slots = new OptionRomSlots(machine);
    extensions = new JavaExtensions(machine, this);
    serialPorts =
        machine.devices().stream()
            .filter(Uart16550.class::isInstance)
            .map(Uart16550.class::cast)
            .toList();
    List<Device> syscore =
        machine.devices().stream()
            .filter(d -> d instanceof Pic8259Pair || d instanceof Pit8254)
            .toList();
    kernelKexec = new KernelKexec(machine.cpu(), machine.devices(), syscore);
    if (template == null) {
      if (low instanceof SystemRom rom) {
        rom.enterResetVector(machine.cpu());
      } else {
        host.enter(machine.cpu());
      }
      roundTrip.boot();
      host.scrub(); // what a call leaves is compared with this
      atRest = new StateAtRest(machine, host);
      atRest.setLegacy(legacy);
    } else {
      extensions.plugAll(template.mappings());
      template.image().copyTo(machine);
      atRest = new StateAtRest(machine, host, template.frames(), template.legacy());
      template.mappings().forEach(mapping -> mappings.add(mapping.in(bus)));
      extensions.replace(List.of(), mappings);
    }
    bornAt = machine.clock().retiredInstructions();
  }

  /** The emulated PC, for those who look inside: tests, traces, debuggers. */
  public Machine machine() {
    return machine;
  }

  /** The host's context in guest memory. */
  public HostContext host() {
    return host;
  }

  /** The steps around each jump. */
  public KernelKexec kernelKexec() {
    return kernelKexec;
  }

  @Override
  public Map<String, Long> execution() {
    return Map.of("instructions", machine.clock().retiredInstructions() - bornAt);
  }

  // ---- programs

  @Override
  public Map<String, Object> attributes() {
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("board", machine.config().board().name());
    attributes.put("cpu", machine.config().cpu().id());
    attributes.put("memory", (long) (bus.ramSize() >>> 20));
    attributes.put("device", machine.devices().stream().map(Device::sectionName).toList());
    return attributes;
  }

  @Override
  public MappedProgram map(ProgramImage image) {
    requireOpen();
    ProgramFormat format = ProgramFormat.of(image);
    changed = true;
    StateAtRest.Before before = atRest.open();
    try {
      Mapping mapping =
          switch (format.kind()) {
            case ROM -> mapOptionRom(image, before);
            case HANDLER -> mapOptionRom(JavaExtensions.rom(image), before);
            case PHYSICAL -> mapPhysical(image, format.read(image, bus.ramSize()), before);
            case DEVICE -> mapDevice(image, before);
            case INTERCEPTOR -> Mapping.outsideMemory(image, before);
            case CONTENT -> mapContent(image, format, before);
          };
      mappings.add(mapping);
      try {
        extensions.arm(mapping, mappings);
      } catch (RuntimeException e) {
        mappings.remove(mapping);
        throw e;
      }
      LOG.debug("mapped {}", mapping);
      return mapping;
    } catch (RuntimeException e) {
      atRest.undo(before);
      throw e;
    }
  }

  @Override
  public void unmap(MappedProgram program) {
    requireOpen();
    if (mappings.isEmpty() || mappings.get(mappings.size() - 1) != program) {
      throw new IllegalStateException(
          program + " is not the program mapped last; mapped are " + mappings);
    }
    if (((Mapping) program).before() == null) {
      throw new IllegalStateException(program + " came with the template: there is no way back");
    }
    changed = true;
    Mapping mapping = mappings.remove(mappings.size() - 1);
    extensions.disarm(mapping, mappings);
    atRest.undo(mapping.before());
    LOG.debug("unmapped {}", mapping);
  }

  @Override
  public MachineTemplate freeze() {
    requireOpen();
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
            image, host.paging(), host.frames().snapshot(), atRest.legacy(), mappings);
    changed = false;
    return frozen;
  }

  @Override
  public boolean become(MachineTemplate template) {
    requireOpen();
    if (changed
        || !clone
        || !(template instanceof FrozenMachine wanted)
        || !wanted.image().config().equals(frozen.image().config())
        || wanted.paging() != frozen.paging()
        || !extensions.sameDevices(wanted.mappings())) {
      return false;
    }
    wanted.copyOver(frozen, machine);
    atRest.replaced(wanted.frames(), wanted.legacy());
    List<Mapping> former = List.copyOf(mappings);
    mappings.clear();
    wanted.mappings().forEach(mapping -> mappings.add(mapping.in(bus)));
    extensions.replace(former, mappings);
    frozen = wanted;
    return true;
  }

  /**
   * Makes the machine as it was when it was frozen, whatever it is now.
   *
   * @throws IllegalArgumentException if it was another machine
   */
  public void restore(MachineTemplate template) {
    requireOpen();
    if (!(template instanceof FrozenMachine wanted)
        || !wanted.image().config().equals(machine.config())
        || wanted.paging() != host.paging()) {
      throw new IllegalArgumentException(template + ": expected a state of this machine");
    }
    wanted.image().copyTo(machine);
    atRest.replaced(wanted.frames(), wanted.legacy());
    mappings.clear();
    wanted.mappings().forEach(mapping -> mappings.add(mapping.in(bus)));
    atRest.takeWritten();
    frozen = wanted;
    changed = false;
  }

  /** The image of the PC in a frozen state, for those who compare. */
  public static MachineImage image(MachineTemplate template) {
    return ((FrozenMachine) template).image();
  }

  /** Nothing is there before the state is kept: what the device saves belongs to it. */
  private Mapping mapDevice(ProgramImage image, StateAtRest.Before before) {
    extensions.plug(image);
    atRest.keep();
    return Mapping.outsideMemory(image, before);
  }

  private static Mapping mapContent(
      ProgramImage image, ProgramFormat format, StateAtRest.Before before) {
    format.check(image);
    return Mapping.outsideMemory(image, before);
  }

  private Mapping mapPhysical(
      ProgramImage image, PhysicalProgram program, StateAtRest.Before before) {
    KexecLoad load = session();
    program.segments().forEach(load::add);
    List<LoadedSegment> segments;
    try {
      segments = load.loadResident();
    } catch (KexecException e) {
      throw ProgramException.of(image.name(), "memory")
          .file(image.file())
          .expected("segments that kexec loads")
          .found(e.getMessage())
          .cause(e)
          .build();
    }
    atRest.keep();
    return new Mapping(
        image,
        program.address(),
        program.size(),
        program.mode(),
        OptionalLong.of(program.entry()),
        List.of(),
        Optional.empty(),
        segments,
        before);
  }

  private Mapping mapOptionRom(ProgramImage image, StateAtRest.Before before) {
    OptionRom rom = OptionRom.parse(image);
    int address = slots.place(image, rom, mappings);
    int[] vectors = vectors();
    slots.load(rom, address);
    atRest.keep();
    CallRequest request =
        CallRequest.builder()
            .register(Register.EAX, slots.busDeviceFunction(rom))
            // Plug and Play BIOS Specification 1.0A, 3.3: no card select number, no read port.
            .register(Register.EBX, 0xffff)
            .register(Register.EDX, 0xffff)
            .register(Register.EFLAGS, 0x202)
            .isolation(Isolation.KEEP)
            .policy(image.policy())
            .build();
    FarPointer entry = new FarPointer(address >>> 4, OptionRom.INIT);
    CallTarget target = new CallTarget.FarCall(entry);
    // Big real mode, as POST calls ROMs (PCI Firmware Specification 3.0, 5.2.1.1).
    CallPlan plan =
        new CallPlan(
            CallMode.REAL, true, new CallSite.FarCall(entry), request, List.of(), host.frames());
    CallResult init = run(target, plan, request);
    if (!init.returned()) {
      throw ProgramException.of(image.name(), "init")
          .file(image.file())
          .at(OptionRom.INIT)
          .expected("init at " + entry + " to return")
          .found(
              init
                  + init.unmodelled().stream()
                      .map(access -> ", not modelled: " + access.what())
                      .collect(Collectors.joining()))
          .build();
    }
    List<Integer> hooked = changedVectors(vectors);
    requireHooked(image, hooked);
    slots.protect(rom, address);
    atRest.keep();
    return new Mapping(
        image,
        address,
        rom.size(),
        CallMode.REAL,
        OptionalLong.empty(),
        hooked,
        Optional.of(init),
        List.of(),
        before);
  }

  /** What a program says it serves, its init must have hooked: else calls go to somebody else. */
  private static void requireHooked(ProgramImage image, List<Integer> hooked) {
    for (int vector : image.vectors()) {
      if (!hooked.contains(vector)) {
        throw ProgramException.of(image.name(), "vectors")
            .file(image.file())
            .expected(String.format("init to hook int 0x%02x", vector))
            .found(
                hooked.isEmpty()
                    ? "that it hooked none"
                    : hooked.stream()
                        .map(v -> String.format("0x%02x", v))
                        .collect(Collectors.joining(" ", "that it hooked ", "")))
            .remedy("choose a board with the device the ROM is for, or correct vectors")
            .build();
      }
    }
  }

  private int[] vectors() {
    int[] out = new int[256];
    for (int i = 0; i < out.length; i++) {
      out[i] = bus.read32(4 * i);
    }
    return out;
  }

  private List<Integer> changedVectors(int[] before) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < before.length; i++) {
      if (bus.read32(4 * i) != before[i]) {
        out.add(i);
      }
    }
    return out;
  }

  // ---- calls

  @Override
  public CallResult call(CallTarget target, CallRequest request) {
    requireOpen();
    return run(target, plan(target, request), request);
  }

  private CallResult run(CallTarget target, CallPlan plan, CallRequest request) {
    synchronized (stopLock) {
      calling = true;
      stopRequest = null;
    }
    try {
      return jump(target, plan, request);
    } finally {
      synchronized (stopLock) {
        calling = false;
      }
    }
  }

  private CallPlan plan(CallTarget target, CallRequest request) {
    if (target instanceof CallTarget.Interrupt interrupt) {
      return plan(CallMode.REAL, new CallSite.Interrupt(interrupt.vector()), request, List.of());
    }
    if (target instanceof CallTarget.FarCall far) {
      return plan(CallMode.REAL, new CallSite.FarCall(far.address()), request, List.of());
    }
    Mapping mapping = mapping(((CallTarget.ProgramEntry) target).name());
    long entry =
        mapping
            .entry()
            .orElseThrow(
                () ->
                    new NoSuchRoutineException(
                        mapping.image().name()
                            + " has no entry of its own: it serves interrupts "
                            + mapping.vectorsHooked()));
    int offset = (int) (entry - mapping.address());
    CallSite site =
        mapping.mode() == CallMode.REAL
            ? new CallSite.FarCall(ProgramFormat.of(mapping.image()).realEntry(entry, offset))
            : new CallSite.NearCall((int) entry);
    return plan(mapping.mode(), site, request, mapping.segments());
  }

  private CallPlan plan(
      CallMode mode, CallSite site, CallRequest request, List<LoadedSegment> program) {
    return new CallPlan(mode, false, site, request, program, host.frames());
  }

  private Mapping mapping(String name) {
    return mappings.stream()
        .filter(m -> m.image().name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new NoSuchRoutineException(
                    "no program "
                        + name
                        + " is mapped; there are "
                        + mappings.stream().map(m -> m.image().name()).toList()));
  }

  private KexecLoad session() {
    return new KexecLoad(bus, host.frames(), host.paging());
  }

  private CallResult jump(CallTarget target, CallPlan plan, CallRequest request) {
    long began = System.nanoTime();
    long number = ++calls;
    RoutineMeter meter =
        new RoutineMeter(machine, serialPorts, guard(plan, request), extensions, request.console());
    boolean kept = false;
    try {
      boolean unserved =
          target instanceof CallTarget.Interrupt interrupt && low.serves(interrupt.vector(), bus);
      Kimage image = prepare(plan);
      long retired = machine.clock().retiredInstructions();
      long pages = image.segments().stream().mapToLong(s -> s.segment().pages()).sum();
      RoundTrip.End end =
          kernelKexec.execute(
              () -> roundTrip.travel(image, plan, request, pages, meter, this::stopRequest));
      long total = machine.clock().retiredInstructions() - retired;
      CallResult.Builder result = CallResult.builder(target.text(), end.stop());
      meter.report(result);
      if (end.returned()) {
        CallReport.returned(result, plan, image);
        if (unserved) {
          result.reason("no program serves " + target.text() + "; the default handler answered");
        }
      } else {
        CallReport.stranded(result, plan, end, bus);
      }
      if (end.returned() && request.isolation() == Isolation.KEEP) {
        if (plan.trampoline().mode() == CallMode.REAL) {
          atRest.setLegacy(plan.trampoline().legacyState(image.segments().get(0)));
        }
        image.close();
        atRest.keep();
        changed = true;
        kept = true;
      }
      LOG.debug(
          "call {}: {} {} after {} instructions, {} with the jump, {} pages exchanged",
          number,
          target.text(),
          end.stop(),
          meter.instructions(),
          total,
          pages);
      return result.elapsed(Duration.ofNanos(System.nanoTime() - began)).build();
    } catch (KexecException e) {
      throw new GatewayException(
          "call " + number + ", " + target.text() + ": " + e.getMessage(), e);
    } finally {
      if (!kept) {
        atRest.rollback();
      }
    }
  }

  private PolicyGuard guard(CallPlan plan, CallRequest request) {
    boolean free = request.policy().layers().isEmpty();
    List<PolicyGuard.Range> roms =
        free
            ? List.of()
            : mappings.stream()
                .filter(Mapping::stays)
                .map(m -> new PolicyGuard.Range(m.address(), m.address() + m.size()))
                .toList();
    return new PolicyGuard(machine, request.policy(), free ? List.of() : plan.own(), roms, plan);
  }

  private Kimage prepare(CallPlan plan) {
    KexecLoad load = new KexecLoad(bus, host.frames(), host.paging(), host.controlPages());
    plan.addTo(load, atRest.legacy());
    try {
      return load.prepare(plan.start(), true);
    } catch (KexecException e) {
      throw new InvalidRequestException("the call does not fit the machine: " + e.getMessage());
    }
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
    requireOpen();
    image.verify();
    boolean returned = false;
    long retired = machine.clock().retiredInstructions();
    int written = machine.console().text().length();
    try {
      RoundTrip.End end = kernelKexec.execute(() -> roundTrip.jump(image, budget));
      image.setEntered();
      LOG.debug("jump to {} {} {}", image, end.stop(), end.reason());
      returned = end.returned();
      serialPorts.forEach(Uart16550::drain);
      return new JumpEnd(
          end.stop(),
          end.reason(),
          machine.console().text().substring(written),
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

  /** What was loaded stays, whatever becomes of the next jump or call. */
  public void keep() {
    requireOpen();
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
    requireOpen();
    image.verify();
    kernelKexec.shutDown();
    machine.restoreSections(devices);
    return depart(image);
  }

  /**
   * The kernel has crashed: leaves for a crash image at once, as crash_kexec() does. No device is
   * asked, nothing is copied. This object is closed.
   */
  public Machine crash(Kimage image) {
    requireOpen();
    image.verify();
    return depart(image);
  }

  /**
   * Gives the machine away as it is: with its programs, and with the host, which the next owner may
   * overwrite. This object is closed.
   */
  public Machine handOver() {
    requireOpen();
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
    requireOpen();
    changed = true;
    return session();
  }

  // ---- life

  @Override
  public void stop(StopReason stop, String reason) {
    synchronized (stopLock) {
      if (calling) {
        stopRequest = new RoundTrip.StopRequest(stop, reason);
        machine.interrupt();
      }
    }
  }

  private RoundTrip.StopRequest stopRequest() {
    synchronized (stopLock) {
      return stopRequest;
    }
  }

  @Override
  public void close() {
    closed = true;
    mappings.clear();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the machine is closed");
    }
  }
}
