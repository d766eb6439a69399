package dev.biosgateway.itests.conformance;

import dev.biosgateway.itests.conformance.VectorCase.Numbered;
import dev.biosgateway.itests.conformance.VectorCase.Port;
import dev.biosgateway.itests.conformance.VectorCase.Run;
import dev.biosgateway.itests.conformance.VectorCase.Segment;
import dev.biosgateway.x86.bus.Checkpoint;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.CpuException;
import dev.biosgateway.x86.cpu.Eflags;
import dev.biosgateway.x86.cpu.Interpreter;
import dev.biosgateway.x86.cpu.SegmentRegister;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.translate.TranslationPolicy;
import dev.biosgateway.x86.translate.Translator;
import java.util.ArrayList;
import java.util.List;

/** A bare CPU with memory and a port that knows the case, for the cases of one file. */
final class VectorMachine implements PortHandler {
  private static final String[] REGISTERS = {
    "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"
  };
  private static final String[] SEGMENTS = {"es", "cs", "ss", "ds", "fs", "gs"};
  private static final String[] SYSTEM = {
    "cr0",
    "cr2",
    "cr3",
    "cr4",
    "gdt.base",
    "gdt.limit",
    "idt.base",
    "idt.limit",
    "ldtr",
    "tr",
    "dr0",
    "dr1",
    "dr2",
    "dr3",
    "dr6",
    "dr7"
  };
  private static final int REAL_MODE = 0;

  private final VectorFile file;
  private final UnmodelledAccess unmodelled = new UnmodelledAccess();
  private final PhysicalBus bus;
  private final Cpu cpu;
  private final Interpreter interpreter;
  private final Checkpoint base;
  private final List<Port> ports = new ArrayList<>();
  private VectorCase current;

  VectorMachine(VectorFile file) {
    this(file, TranslationPolicy.ofProperty(TranslationPolicy.OFF));
  }

  VectorMachine(VectorFile file, TranslationPolicy translation) {
    this.file = file;
    bus = new PhysicalBus(file.ramSize, unmodelled);
    PortMap map = new PortMap(unmodelled);
    map.map(0, 0x10000, 4, this);
    cpu = new Cpu(CpuModel.PENTIUM_PRO, bus, map, new VirtualClock(1), unmodelled);
    interpreter = new Interpreter(cpu);
    Translator.attach(cpu, interpreter, translation);
    for (Run run : file.baseImage) {
      bus.load(run.address(), run.data());
    }
    base = bus.checkpoint();
  }

  @Override
  public int in(int port, int size) {
    int n = ports.size();
    boolean expected = n < current.ports.length && !current.ports[n].out();
    int value = expected ? current.ports[n].value() : 0;
    ports.add(new Port(false, size, port, value));
    return value;
  }

  @Override
  public void out(int port, int size, int value) {
    ports.add(new Port(true, size, port, value));
  }

  /** The instruction of the last case that has no operation yet, null when it has one. */
  String notModelled() {
    for (UnmodelledAccess.Entry e : unmodelled.entries()) {
      if (e.what().startsWith("instruction ")) {
        return e.what();
      }
    }
    return null;
  }

  /** Runs a case; returns every difference to what was recorded, empty when it agrees. */
  List<String> run(VectorCase c) {
    current = c;
    ports.clear();
    unmodelled.clear();
    bus.rewind(base);
    for (Run run : c.ram) {
      bus.load(run.address(), run.data());
    }
    loadState(c);
    interpreter.step();
    return differences(c, 0);
  }

  /**
   * Whether all that {@link #run} found different are the bits of the status word that the
   * recording emulator had set for a store before its page fault.
   */
  boolean differsInStatusOfFaultedStore(VectorCase c) {
    return c.mayHaveStatusOfFaultedStore() && differences(c, VectorFpu.SET_BY_STORE).isEmpty();
  }

  /**
   * The flags that the manual leaves undefined in this case and that are not after {@link #run}
   * what they were where it was recorded.
   */
  int undefinedFlagsOff(VectorCase c) {
    return (c.finalEflags ^ cpu.flags.get()) & c.undefinedFlags;
  }

  private void loadState(VectorCase c) {
    cpu.reset();
    System.arraycopy(c.gpr, 0, cpu.gpr, 0, 8);
    cpu.eip = c.eip;
    cpu.cr0 = c.cr0;
    cpu.cr3 = file.cr3;
    cpu.cr4 = file.cr4;
    cpu.gdtrBase = file.gdtBase;
    cpu.gdtrLimit = file.gdtLimit;
    cpu.idtrBase = file.idtBase;
    cpu.idtrLimit = file.idtLimit;
    for (int s = 0; s < 6; s++) {
      load(cpu.segments[s], c.selectors[s]);
    }
    if (file.mode != REAL_MODE) {
      load(cpu.ldtr, file.ldtr);
      load(cpu.tr, file.tr);
    }
    cpu.registersWritten(file.mode == REAL_MODE ? 0 : c.selectors[SegmentRegister.CS] & 3);
    cpu.flags.set(c.eflags);
    cpu.attention = false;
    if (c.fpu != null) {
      c.fpu.loadInto(cpu.fpu);
    }
  }

  /** Loads the hidden part as the format says: from the tables, without the checks of a load. */
  private void load(SegmentRegister s, int selector) {
    s.selector = selector;
    s.usable = true;
    if (file.mode == REAL_MODE) {
      s.base = selector << 4;
      s.limit = 0xffff;
      s.rights = 0x93;
      return;
    }
    if ((selector & 0xfffc) == 0) {
      s.usable = false;
      s.base = 0;
      s.limit = 0;
      s.rights = 0;
      return;
    }
    int table =
        (selector & 4) != 0
            ? baseOf(
                bus.read32(file.gdtBase + (file.ldtr & 0xfff8)),
                bus.read32(file.gdtBase + (file.ldtr & 0xfff8) + 4))
            : file.gdtBase;
    int low = bus.read32(table + (selector & 0xfff8));
    int high = bus.read32(table + (selector & 0xfff8) + 4);
    s.base = baseOf(low, high);
    int limit = low & 0xffff | high & 0xf0000;
    s.limit = (high & 1 << 23) != 0 ? limit << 12 | 0xfff : limit;
    s.rights = high >>> 8 & 0xf0ff;
  }

  private static int baseOf(int low, int high) {
    return low >>> 16 | (high & 0xff) << 16 | high & 0xff000000;
  }

  // ---- comparison

  /** Compares all, but for these bits of the x87 status word. */
  private List<String> differences(VectorCase c, int ignoredStatus) {
    List<String> out = new ArrayList<>();
    for (int r = 0; r < 8; r++) {
      compare(out, REGISTERS[r], c.finalGpr[r], cpu.gpr[r], ~ignored(c, r));
    }
    compare(out, "eip", c.finalEip, cpu.eip, -1);
    compare(out, "eflags", c.finalEflags, cpu.flags.get(), ~c.undefinedFlags & ~Eflags.RF);
    for (int s = 0; s < 6; s++) {
      compare(out, SEGMENTS[s], c.finalSelectors[s], cpu.segments[s].selector, 0xffff);
    }
    for (Segment s : c.finalSegments) {
      if (cpu.segments[s.index()].usable) {
        compare(out, SEGMENTS[s.index()] + ".base", s.base(), cpu.segments[s.index()].base, -1);
        compare(out, SEGMENTS[s.index()] + ".limit", s.limit(), cpu.segments[s.index()].limit, -1);
      }
    }
    if (c.kind == VectorCase.EXCEPTION && c.vector == CpuException.PF) {
      compare(out, "cr2", c.cr2, cpu.cr2, -1);
    }
    compareMemory(c, out);
    if (c.finalFpu != null) {
      boolean approximate = (c.flags & VectorCase.APPROXIMATE) != 0;
      int ignored = c.ignoredFpuStatus | ignoredStatus;
      c.finalFpu.compare(out, cpu.fpu, ignored, approximate);
    }
    if (!ports.equals(List.of(c.ports))) {
      out.add("ports: expected %s, found %s".formatted(List.of(c.ports), ports));
    }
    for (Numbered n : c.system) {
      if (n.index() != 1 || c.vector != CpuException.PF) {
        compare(out, SYSTEM[n.index()], n.value(), system(n.index()), -1);
      }
    }
    return out;
  }

  private static int ignored(VectorCase c, int register) {
    int mask = 0;
    for (Numbered n : c.ignoredRegisters) {
      mask |= n.index() == register ? n.value() : 0;
    }
    return mask;
  }

  private void compareMemory(VectorCase c, List<String> out) {
    for (Run run : c.ram) {
      for (int i = 0; i < run.length(); i++) {
        int at = run.address() + i;
        if (find(c.finalRam, at) == null) {
          compareByte(c, out, at, run.data()[i]);
        }
      }
    }
    for (Run run : c.finalRam) {
      for (int i = 0; i < run.length(); i++) {
        compareByte(c, out, run.address() + i, run.data()[i]);
      }
    }
  }

  private void compareByte(VectorCase c, List<String> out, int at, byte expected) {
    int mask = find(c.ignoredRam, at) == null ? 0xff : 0;
    int inFlags = at - c.frameFlagsAddress;
    if (c.frameFlagsSize > 0 && inFlags >= 0 && inFlags < c.frameFlagsSize) {
      mask &= ~(c.undefinedFlags >>> 8 * inFlags);
    }
    if (((expected ^ bus.ram[at]) & mask) != 0) {
      out.add("[%x]: expected %02x, found %02x".formatted(at, expected, bus.ram[at]));
    }
  }

  private static Run find(Run[] runs, int at) {
    for (Run run : runs) {
      if (at >= run.address() && at < run.address() + run.length()) {
        return run;
      }
    }
    return null;
  }

  private int system(int number) {
    return switch (number) {
      case 0 -> cpu.cr0;
      case 1 -> cpu.cr2;
      case 2 -> cpu.cr3;
      case 3 -> cpu.cr4;
      case 4 -> cpu.gdtrBase;
      case 5 -> cpu.gdtrLimit;
      case 6 -> cpu.idtrBase;
      case 7 -> cpu.idtrLimit;
      case 8 -> cpu.ldtr.selector;
      case 9 -> cpu.tr.selector;
      case 10, 11, 12, 13 -> cpu.dr[number - 10];
      case 14 -> cpu.dr[6];
      case 15 -> cpu.dr[7];
      default -> throw new IllegalArgumentException("system register " + number);
    };
  }

  private static void compare(List<String> out, String what, int expected, int found, int mask) {
    if (((expected ^ found) & mask) != 0) {
      out.add("%s: expected %x, found %x".formatted(what, expected & mask, found & mask));
    }
  }
}
