package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.translate.TranslationPolicy;
import dev.biosgateway.x86.translate.Translator;
import java.util.HexFormat;

/**
 * A CPU with 4 MB of memory and hand-made tables: GDT at 1000h, IDT at 2000h, TSS at 3000h, an LDT
 * at 1800h. Tests fill in what they need and look at registers and memory.
 */
final class TestPc {
  static final int GDT = 0x1000;
  static final int LDT = 0x1800;
  static final int IDT = 0x2000;
  static final int TSS = 0x3000;

  // Selectors of the flat segments that protect() sets up.
  static final int CODE0 = 0x08;
  static final int DATA0 = 0x10;
  static final int CODE3 = 0x18 | 3;
  static final int DATA3 = 0x20 | 3;
  static final int TSS_SELECTOR = 0x28;
  static final int LDT_SELECTOR = 0x30;

  /** First selector that protect() leaves free. */
  static final int FREE = 0x38;

  // Access bytes of descriptors.
  static final int CODE = 0x9a;
  static final int CONFORMING = 0x9e;
  static final int EXECUTE_ONLY = 0x98;
  static final int DATA = 0x92;
  static final int READ_ONLY = 0x90;
  static final int EXPAND_DOWN = 0x96;
  static final int RING1 = 0x20;
  static final int RING3 = 0x60;

  // Flags nibble: granularity and size.
  static final int BITS16 = 0;
  static final int BITS32 = 0x4;
  static final int PAGES32 = 0xc;

  final UnmodelledAccess unmodelled = new UnmodelledAccess();
  final PhysicalBus bus = new PhysicalBus(4 << 20, unmodelled);
  final VirtualClock clock = new VirtualClock(10);
  final Cpu cpu;
  final Interpreter interpreter;

  /** Null when nothing is translated. */
  final Translator translator;

  TestPc() {
    this(CpuModel.PENTIUM_PRO);
  }

  TestPc(CpuModel model) {
    this(model, TranslationPolicy.ofProperty(TranslationPolicy.OFF));
  }

  TestPc(CpuModel model, TranslationPolicy translation) {
    cpu = new Cpu(model, bus, new PortMap(unmodelled), clock, unmodelled);
    interpreter = new Interpreter(cpu);
    translator = Translator.attach(cpu, interpreter, translation);
  }

  /** Real mode at 0000:7C00 with a stack at 0000:7000 and the vector table at 0. */
  TestPc real() {
    cpu.segmentLoad.loadReal(cpu.cs, 0);
    cpu.idtrLimit = 0x3ff;
    cpu.gpr[Cpu.ESP] = 0x7000;
    at(0x7c00);
    return this;
  }

  /** Flat 32-bit protected mode, ring 0, at 10000h with a stack at 9000h; paging off. */
  TestPc protect() {
    descriptor(CODE0, 0, 0xfffff, CODE, PAGES32);
    descriptor(DATA0, 0, 0xfffff, DATA, PAGES32);
    descriptor(CODE3, 0, 0xfffff, CODE | RING3, PAGES32);
    descriptor(DATA3, 0, 0xfffff, DATA | RING3, PAGES32);
    descriptor(TSS_SELECTOR, TSS, 0x2067, 0x89, BITS16);
    descriptor(LDT_SELECTOR, LDT, 0x7f, 0x82, BITS16);
    cpu.gdtrBase = GDT;
    cpu.gdtrLimit = 0x3ff;
    cpu.idtrBase = IDT;
    cpu.idtrLimit = 0x7ff;
    cpu.cr0 |= Cpu.CR0_PE;
    cpu.setCpl(0);
    load(cpu.cs, CODE0);
    for (int s : new int[] {0, 2, 3, 4, 5}) {
      load(cpu.segments[s], DATA0);
    }
    load(cpu.tr, TSS_SELECTOR);
    load(cpu.ldtr, LDT_SELECTOR);
    cpu.gpr[Cpu.ESP] = 0x9000;
    innerStack(0, DATA0, 0x8000);
    at(0x10000);
    return this;
  }

  /** From ring 0 to ring 3, with a stack at 5000h. */
  TestPc ring3() {
    cpu.setCpl(3);
    load(cpu.cs, CODE3);
    for (int s : new int[] {0, 2, 3, 4, 5}) {
      load(cpu.segments[s], DATA3);
    }
    cpu.gpr[Cpu.ESP] = 0x5000;
    return this;
  }

  /** From ring 0 to virtual-8086 mode at 2000:0100 with a stack at 4000:0800. */
  TestPc virtual8086(int iopl) {
    cpu.setFlags(Eflags.VM | iopl << 12, Eflags.VM | Eflags.IOPL);
    cpu.setCpl(3);
    for (SegmentRegister s : cpu.segments) {
      cpu.segmentLoad.loadReal(s, 0x4000);
    }
    cpu.segmentLoad.loadReal(cpu.cs, 0x2000);
    cpu.gpr[Cpu.ESP] = 0x800;
    at(0x100);
    return this;
  }

  /** Where the next instruction begins. */
  TestPc at(int eip) {
    cpu.eip = eip;
    cpu.instructionEip = eip;
    return this;
  }

  /** Puts code, written in hexadecimal, where CS:EIP is. */
  TestPc code(String hex) {
    bus.load(cpu.cs.base + cpu.eip, bytes(hex));
    return this;
  }

  /** Puts bytes, written in hexadecimal, at a physical address. */
  TestPc memory(int physical, String hex) {
    bus.load(physical, bytes(hex));
    return this;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  /** Executes {@code count} instructions. */
  TestPc step(int count) {
    for (int i = 0; i < count; i++) {
      interpreter.step();
    }
    return this;
  }

  void descriptor(int selector, int base, int limit, int access, int flags) {
    int at = selector & 0xfff8;
    int table = (selector & 4) != 0 ? LDT : GDT;
    bus.write32(table + at, limit & 0xffff | base << 16);
    bus.write32(
        table + at + 4,
        base >>> 16 & 0xff | access << 8 | limit & 0xf0000 | flags << 20 | base & 0xff000000);
  }

  /** A gate in GDT or LDT; {@code type} with DPL and the present bit, as an access byte. */
  void gate(int selector, int type, int targetSelector, int offset, int parameters) {
    writeGate(GDT + (selector & 0xfff8), type, targetSelector, offset, parameters);
  }

  /** A gate in the IDT. */
  void idtGate(int vector, int type, int targetSelector, int offset) {
    writeGate(IDT + vector * 8, type, targetSelector, offset, 0);
  }

  private void writeGate(int at, int type, int targetSelector, int offset, int parameters) {
    bus.write32(at, offset & 0xffff | targetSelector << 16);
    bus.write32(at + 4, offset & 0xffff0000 | type << 8 | parameters);
  }

  void innerStack(int ring, int ss, int esp) {
    bus.write32(TSS + 4 + 8 * ring, esp);
    bus.write32(TSS + 8 + 8 * ring, ss);
  }

  /** Loads hidden and visible part as the table has it, without checks. */
  void load(SegmentRegister s, int selector) {
    Descriptor d = new Descriptor();
    if (!cpu.descriptorTables.find(selector, d)) {
      throw new IllegalArgumentException("no descriptor for selector 0x%x".formatted(selector));
    }
    d.loadInto(s, selector);
  }

  /** What {@code action} raises, as the manual writes it: {@code #GP(0x10)}, {@code #UD}. */
  String raised(Runnable action) {
    try {
      action.run();
    } catch (CpuException e) {
      return e.getMessage();
    }
    return "nothing";
  }

  int stack32(int index) {
    return bus.read32(cpu.ss.base + cpu.gpr[Cpu.ESP] + 4 * index);
  }

  int stack16(int index) {
    return bus.read16(cpu.ss.base + (cpu.gpr[Cpu.ESP] & 0xffff) + 2 * index);
  }
}
