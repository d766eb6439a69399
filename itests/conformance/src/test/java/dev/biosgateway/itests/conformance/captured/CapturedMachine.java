package dev.biosgateway.itests.conformance.captured;

import static dev.biosgateway.itests.conformance.captured.CapturedCase.CS;
import static dev.biosgateway.itests.conformance.captured.CapturedCase.DS;
import static dev.biosgateway.itests.conformance.captured.CapturedCase.ES;
import static dev.biosgateway.itests.conformance.captured.CapturedCase.FLAGS;
import static dev.biosgateway.itests.conformance.captured.CapturedCase.IP;
import static dev.biosgateway.itests.conformance.captured.CapturedCase.SP;
import static dev.biosgateway.itests.conformance.captured.CapturedCase.SS;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.cpu.Activity;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Interpreter;
import dev.biosgateway.x86.cpu.SegmentRegister;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.translate.TranslationPolicy;
import dev.biosgateway.x86.translate.Translator;
import java.util.ArrayList;
import java.util.List;

/** A bare processor in real mode, all of whose ports read ones, for the cases of one file. */
final class CapturedMachine implements PortHandler {
  /** What the 286 and its successors have of FLAGS in real mode. */
  private static final int REAL_MODE_FLAGS = 0x0fff;

  private final CpuModel model;
  private final PhysicalBus bus;
  private final Cpu cpu;
  private final Interpreter interpreter;
  private final List<String> differences = new ArrayList<>();
  private int differingFlags;

  CapturedMachine(CpuModel model, TranslationPolicy translation) {
    this.model = model;
    UnmodelledAccess unmodelled = new UnmodelledAccess();
    bus = new PhysicalBus(1 << Math.min(24, model.addressLines()), unmodelled);
    PortMap ports = new PortMap(unmodelled);
    ports.map(0, 0x10000, 4, this);
    cpu = new Cpu(model, bus, ports, new VirtualClock(1), unmodelled);
    interpreter = new Interpreter(cpu);
    Translator.attach(cpu, interpreter, translation);
  }

  @Override
  public int in(int port, int size) {
    return -1;
  }

  @Override
  public void out(int port, int size, int value) {}

  /** Runs a case; {@link #differences} and {@link #differingFlags} say how it went. */
  void run(CapturedCase c) {
    load(c);
    interpreter.step();
    compare(c);
    clear(c.memory());
    clear(c.finalMemory());
  }

  /** What differs, flags aside; empty when all agrees. Valid until the next case. */
  List<String> differences() {
    return differences;
  }

  /** The flags that differ, in the register or where an exception has saved them. */
  int differingFlags() {
    return differingFlags;
  }

  private void load(CapturedCase c) {
    cpu.reset();
    for (int[] at : c.memory()) {
      bus.load(at[0], new byte[] {(byte) at[1]});
    }
    int[] r = c.registers();
    System.arraycopy(
        new int[] {r[0], r[2], r[3], r[1], r[SP], r[9], r[10], r[11]}, 0, cpu.gpr, 0, 8);
    load(SegmentRegister.CS, r[CS]);
    load(SegmentRegister.SS, r[SS]);
    load(SegmentRegister.DS, r[DS]);
    load(SegmentRegister.ES, r[ES]);
    cpu.eip = r[IP];
    cpu.registersWritten(0);
    cpu.flags.set(model == CpuModel.I8086 ? r[FLAGS] : r[FLAGS] & REAL_MODE_FLAGS | 2);
    cpu.attention = false;
  }

  private void load(int segment, int selector) {
    SegmentRegister s = cpu.segments[segment];
    s.selector = selector;
    s.usable = true;
    s.base = selector << 4;
    s.limit = 0xffff;
    s.rights = 0x93;
  }

  private void clear(int[][] memory) {
    for (int[] at : memory) {
      bus.load(at[0], new byte[1]);
    }
  }

  // ---- comparison

  private void compare(CapturedCase c) {
    differences.clear();
    int[] found = found(c);
    int[] expected = c.finalRegisters();
    for (int r = 0; r < FLAGS; r++) {
      if (expected[r] != found[r]) {
        differences.add(
            "%s: expected %04x, found %04x"
                .formatted(CapturedCase.REGISTERS[r], expected[r], found[r]));
      }
    }
    int have = model == CpuModel.I8086 ? 0xffff : REAL_MODE_FLAGS;
    differingFlags = (expected[FLAGS] ^ found[FLAGS]) & have;
    int saved = savedFlags(c);
    for (int[] at : c.finalMemory()) {
      int differing = (bus.ram[at[0]] ^ at[1]) & 0xff;
      if (saved >= 0 && at[0] == saved) {
        differingFlags |= differing;
      } else if (saved >= 0 && at[0] == secondByte(saved, c)) {
        differingFlags |= differing << 8;
      } else if (differing != 0) {
        differences.add(
            "[%05x]: expected %02x, found %02x".formatted(at[0], at[1], bus.ram[at[0]] & 0xff));
      }
    }
  }

  private int[] found(CapturedCase c) {
    int[] g = cpu.gpr;
    // Cases of the 286 have a HLT behind the instruction, which is counted in the final IP.
    boolean halts = model != CpuModel.I8086 && cpu.activity != Activity.HLT;
    return new int[] {
      g[Cpu.EAX] & 0xffff,
      g[Cpu.EBX] & 0xffff,
      g[Cpu.ECX] & 0xffff,
      g[Cpu.EDX] & 0xffff,
      cpu.cs.selector,
      cpu.ss.selector,
      cpu.segments[SegmentRegister.DS].selector,
      cpu.segments[SegmentRegister.ES].selector,
      g[Cpu.ESP] & 0xffff,
      g[Cpu.EBP] & 0xffff,
      g[Cpu.ESI] & 0xffff,
      g[Cpu.EDI] & 0xffff,
      cpu.eip + (halts ? 1 : 0) & 0xffff,
      cpu.flags.get() & 0xffff
    };
  }

  /** Address of the flags that an exception has pushed; -1 when there was none. */
  private int savedFlags(CapturedCase c) {
    int before = c.registers()[SP];
    boolean pushed = (before - c.finalRegisters()[SP] & 0xffff) == 6;
    boolean exception = c.exception() >= 0 || model == CpuModel.I8086 && pushed;
    return exception && pushed ? linear(c, before - 2) : -1;
  }

  private int secondByte(int first, CapturedCase c) {
    int before = c.registers()[SP];
    return first < 0 ? -1 : linear(c, before - 1);
  }

  private int linear(CapturedCase c, int offset) {
    return (c.registers()[SS] << 4) + (offset & 0xffff) & (1 << model.addressLines()) - 1;
  }
}
