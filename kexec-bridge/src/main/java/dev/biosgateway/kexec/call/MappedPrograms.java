package dev.biosgateway.kexec.call;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.spi.MappedProgram;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.context.HostContext;
import dev.biosgateway.kexec.load.KexecException;
import dev.biosgateway.kexec.load.KexecLoad;
import dev.biosgateway.kexec.load.LoadedSegment;
import dev.biosgateway.kexec.program.OptionRom;
import dev.biosgateway.kexec.program.PhysicalProgram;
import dev.biosgateway.kexec.program.ProgramFormat;
import dev.biosgateway.kexec.trampoline.CallSite;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The programs in one machine, in the order in which they were mapped. Each has a checkpoint below,
 * to which unmapping returns: the last one mapped goes first.
 */
final class MappedPrograms {
  private static final Logger LOG = LoggerFactory.getLogger(MappedPrograms.class);

  private final PhysicalBus bus;
  private final HostContext host;
  private final StateAtRest atRest;
  private final JavaExtensions extensions;
  private final RoutineCalls calls;
  private final OptionRomSlots slots;
  private final List<Mapping> mappings;

  /**
   * The programs of a machine.
   *
   * @param extensions what those in Java have in the machine
   * @param mappings the list of them, empty, which nobody else changes
   * @param calls runs what a ROM wants to have run when it is mapped
   */
  MappedPrograms(
      Machine machine,
      HostContext host,
      StateAtRest atRest,
      JavaExtensions extensions,
      RoutineCalls calls,
      List<Mapping> mappings) {
    this.bus = machine.bus();
    this.host = host;
    this.atRest = atRest;
    this.extensions = extensions;
    this.calls = calls;
    this.mappings = mappings;
    slots = new OptionRomSlots(machine);
  }

  /** All of them, as a new list. */
  List<Mapping> list() {
    return List.copyOf(mappings);
  }

  /** Whether {@link #replace} would do: devices in Java are plugged into a machine for good. */
  boolean canBecome(List<Mapping> others) {
    return extensions.sameDevices(others);
  }

  /** The machine has become another one: what is mapped in that is what is mapped here. */
  void replace(List<Mapping> others) {
    List<Mapping> former = List.copyOf(mappings);
    mappings.clear();
    others.forEach(mapping -> mappings.add(mapping.in(bus)));
    extensions.replace(former, mappings);
  }

  /** Forgets all, for nobody will call them any more. */
  void clear() {
    mappings.clear();
  }

  /**
   * Maps a program, and has its ROM initialised.
   *
   * @throws ProgramException if that does not work; everything is as before then
   */
  MappedProgram map(ProgramImage image) {
    ProgramFormat format = ProgramFormat.of(image);
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

  /**
   * Unmaps the program that was mapped last: everything is as before it was.
   *
   * @throws IllegalStateException if it is another one, or came with the machine
   */
  void unmap(MappedProgram program) {
    if (mappings.isEmpty() || mappings.get(mappings.size() - 1) != program) {
      throw new IllegalStateException(
          program + " is not the program mapped last; mapped are " + mappings);
    }
    if (((Mapping) program).before() == null) {
      throw new IllegalStateException(program + " came with the template: there is no way back");
    }
    Mapping mapping = mappings.remove(mappings.size() - 1);
    extensions.disarm(mapping, mappings);
    atRest.undo(mapping.before());
    LOG.debug("unmapped {}", mapping);
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
    KexecLoad load = new KexecLoad(bus, host.frames(), host.paging());
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
    CallResult init = calls.run(target, plan, request);
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
}
