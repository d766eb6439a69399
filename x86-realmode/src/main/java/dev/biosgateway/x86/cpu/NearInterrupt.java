package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.bus.PageFlags;

/**
 * INT n to a handler in the code segment that runs already, and IRET back from it: most of what
 * BIOS services and their callers do. CS is loaded with what it holds, the stack stays, and nothing
 * can fault half way; whatever is not so plain is left to {@link InterruptDelivery} and {@link
 * InterruptReturn}, which do the same in general.
 */
final class NearInterrupt {
  /** Flags with which an INT or IRET is not plain. */
  private static final int SPECIAL = Eflags.VM | Eflags.NT | Eflags.RF | Eflags.TF | Eflags.AC;

  private static final int INTERRUPT_GATE = 0xe;

  private final Cpu cpu;
  private final Descriptor code = new Descriptor();

  /** What {@link #reaches} found: offset of the handler, and the flags it is entered without. */
  private int handler;

  private int cleared;

  NearInterrupt(Cpu cpu) {
    this.cpu = cpu;
  }

  // ---- INT

  /** Whether INT {@code vector} is plain; nothing has happened yet. */
  boolean reaches(int vector) {
    if ((cpu.flags.system & SPECIAL) != 0) {
      return false;
    }
    return cpu.protectedMode() ? reachesThroughGate(vector) : reachesThroughTable(vector);
  }

  private boolean reachesThroughTable(int vector) {
    int at = cpu.idtrBase + vector * 4;
    if (vector * 4 + 3 > cpu.idtrLimit || !isPlain(at, 4)) {
      return false;
    }
    int entry = cpu.bus.read32(at);
    handler = entry & 0xffff;
    cleared = Eflags.IF;
    return isRunningSegment(entry >>> 16)
        && Integer.compareUnsigned(handler, cpu.cs.limit) <= 0
        && hasStack(-6, cpu.ss.writableBytes, false);
  }

  private boolean reachesThroughGate(int vector) {
    int at = cpu.idtrBase + vector * 8;
    if (cpu.paging() || vector * 8 + 7 > cpu.idtrLimit || !isPlain(at, 8)) {
      return false;
    }
    int low = cpu.bus.read32(at);
    int high = cpu.bus.read32(at + 4);
    int type = high >>> 8 & 0xf;
    handler = low & 0xffff | high & 0xffff0000;
    cleared = type == INTERRUPT_GATE ? Eflags.IF : 0;
    boolean gate32 = (high & 0x9e00) == 0x8e00; // present, of the system, 386, interrupt or trap
    return gate32
        && (high >>> 13 & 3) >= cpu.cpl
        && isRunningCode(low >>> 16)
        && Integer.compareUnsigned(handler, cpu.cs.limit) <= 0
        && hasStack(-12, cpu.ss.writableBytes, true);
  }

  /** Goes to where {@link #reaches} found. The stack pointer moves last, as memory may refuse. */
  void enter() {
    int flags = cpu.flags.get();
    int esp = cpu.gpr[Cpu.ESP];
    if (cpu.protectedMode()) {
      int at = cpu.ss.base + esp;
      cpu.bus.write32(at - 4, flags);
      cpu.bus.write32(at - 8, cpu.cs.selector);
      cpu.bus.write32(at - 12, cpu.eip);
      cpu.gpr[Cpu.ESP] = esp - 12;
    } else {
      int at = cpu.ss.base + (esp & 0xffff);
      cpu.bus.write16(at - 2, flags);
      cpu.bus.write16(at - 4, cpu.cs.selector);
      cpu.bus.write16(at - 6, cpu.eip);
      cpu.gpr[Cpu.ESP] = esp - 6; // does not borrow: see hasStack
    }
    cpu.flags.system &= ~cleared;
    cpu.eip = handler;
  }

  // ---- IRET

  /** IRET, if it is plain; else nothing has happened. */
  boolean returned(boolean operand32) {
    if ((cpu.flags.system & SPECIAL) != 0) {
      return false;
    }
    return cpu.protectedMode() ? operand32 && returned32() : !operand32 && returned16();
  }

  private boolean returned16() {
    if (!hasStack(6, cpu.ss.readableBytes, false)) {
      return false;
    }
    int at = cpu.ss.base + (cpu.gpr[Cpu.ESP] & 0xffff);
    if (!isPlain(at, 6)) {
      return false;
    }
    int to = cpu.bus.read16(at);
    if (!isRunningSegment(cpu.bus.read16(at + 2))
        || Integer.compareUnsigned(to, cpu.cs.limit) > 0) {
      return false;
    }
    int sp = cpu.gpr[Cpu.ESP];
    cpu.gpr[Cpu.ESP] = sp & 0xffff0000 | sp + 6 & 0xffff;
    cpu.eip = to;
    cpu.setFlags(cpu.bus.read16(at + 4), InterruptReturn.FLAGS_16 | Eflags.IF | Eflags.IOPL);
    return true;
  }

  private boolean returned32() {
    int at = cpu.ss.base + cpu.gpr[Cpu.ESP];
    if (cpu.paging() || !hasStack(12, cpu.ss.readableBytes, true) || !isPlain(at, 12)) {
      return false;
    }
    int to = cpu.bus.read32(at);
    int selector = cpu.bus.read32(at + 4) & 0xffff;
    int flags = cpu.bus.read32(at + 8);
    if ((flags & Eflags.VM) != 0
        || selector != cpu.cs.selector
        || !isRunningCode(selector)
        || Integer.compareUnsigned(to, cpu.cs.limit) > 0) {
      return false;
    }
    int mask = InterruptReturn.protectedFlags(cpu, true);
    cpu.gpr[Cpu.ESP] += 12;
    cpu.eip = to;
    cpu.setFlags(flags, mask);
    return true;
  }

  // ---- what must be so

  /** Whether a load in real mode leaves CS as it is. */
  private boolean isRunningSegment(int selector) {
    SegmentRegister cs = cpu.cs;
    return selector == cs.selector
        && cs.base == selector << 4
        && (cs.rights & 0xff) == SegmentLoad.REAL_RIGHTS
        && cs.usable;
  }

  /** Whether {@code selector} passes the checks for CS in this ring, and loads what CS holds. */
  private boolean isRunningCode(int selector) {
    SegmentRegister cs = cpu.cs;
    int index = selector & 0xfffc;
    int at = cpu.gdtrBase + index;
    boolean found =
        index != 0
            && (index & 4) == 0
            && index == (cs.selector & 0xfffc)
            && Integer.compareUnsigned(index + 7, cpu.gdtrLimit) <= 0
            && isPlain(at, 8);
    if (!found || !cs.usable) {
      return false;
    }
    code.low = cpu.bus.read32(at);
    code.high = cpu.bus.read32(at + 4);
    return code.isCode()
        && code.isAccessed()
        && code.present()
        && (code.dpl() == cpu.cpl || code.isConforming() && code.dpl() < cpu.cpl)
        && code.rights() == cs.rights
        && code.base() == cs.base
        && code.limit() == cs.limit;
  }

  /** Whether memory at {@code at}, a linear address that is the physical one, is as the array. */
  private boolean isPlain(int at, int size) {
    return (at & 0xfff) + size <= 0x1000 && (cpu.bus.flags[at >>> 12] & PageFlags.SLOW_READ) == 0;
  }

  /** Whether the stack has a width, and room in front of its pointer, or behind it. */
  private boolean hasStack(int bytes, long allowed, boolean wide) {
    if (cpu.ss.big() != wide) {
      return false;
    }
    long from = wide ? cpu.gpr[Cpu.ESP] & 0xffffffffL : cpu.gpr[Cpu.ESP] & 0xffff;
    long to = from + bytes;
    return to >= 0 && to <= allowed && from <= allowed && (wide || to <= 0x10000);
  }
}
