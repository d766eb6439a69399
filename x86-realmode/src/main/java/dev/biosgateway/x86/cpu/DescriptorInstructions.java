package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;

/**
 * The instructions that load and store the table registers and those that look at descriptors
 * without loading them (SDM vol. 3, 2.8 and 5.10).
 */
final class DescriptorInstructions {
  private static final int READABLE = 1;
  private static final int WRITABLE = 2;

  /** System types that LAR accepts: TSS, LDT, call and task gates; LSL those with a limit. */
  private static final int LAR_TYPES =
      1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 9 | 1 << 11 | 1 << 12;

  private static final int LSL_TYPES = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 9 | 1 << 11;

  private DescriptorInstructions() {}

  // ---- table registers

  /** 0F 01 /2: LGDT. */
  static void lgdt(Cpu cpu, Insn insn) {
    cpu.requireRing0();
    int limit = pseudoLimit(cpu, insn);
    cpu.gdtrBase = pseudoBase(cpu, insn);
    cpu.gdtrLimit = limit;
  }

  /** 0F 01 /3: LIDT. */
  static void lidt(Cpu cpu, Insn insn) {
    cpu.requireRing0();
    int limit = pseudoLimit(cpu, insn);
    cpu.idtrBase = pseudoBase(cpu, insn);
    cpu.idtrLimit = limit;
  }

  /** 0F 01 /0: SGDT. */
  static void sgdt(Cpu cpu, Insn insn) {
    storePseudo(cpu, insn, cpu.gdtrLimit, cpu.gdtrBase);
  }

  /** 0F 01 /1: SIDT. */
  static void sidt(Cpu cpu, Insn insn) {
    storePseudo(cpu, insn, cpu.idtrLimit, cpu.idtrBase);
  }

  private static int pseudoLimit(Cpu cpu, Insn insn) {
    return cpu.loadStore.load16(insn.segment, insn.address(cpu.gpr));
  }

  /** With a 16-bit operand only 24 bits of the base count. */
  private static int pseudoBase(Cpu cpu, Insn insn) {
    int at = insn.address(cpu.gpr) + 2 & insn.addressMask;
    int base = cpu.loadStore.load32(insn.segment, at);
    return insn.is32() ? base : base & 0xffffff;
  }

  /**
   * All 32 bits of the base are stored whatever the operand size (SDM vol. 2, SGDT). Limit and base
   * are two stores: when the second faults, the first has happened, as on silicon.
   */
  private static void storePseudo(Cpu cpu, Insn insn, int limit, int base) {
    int at = insn.address(cpu.gpr);
    int unused =
        cpu.model == CpuModel.I80286 ? 0xff000000 : 0; // SDM vol. 2, SGDT: a 286 stores ones
    cpu.loadStore.store16(insn.segment, at, limit);
    cpu.loadStore.store32(insn.segment, at + 2 & insn.addressMask, base | unused);
  }

  /** 0F 00 /0: SLDT. */
  static void sldt(Cpu cpu, Insn insn) {
    requireProtected(cpu);
    storeWord(cpu, insn, cpu.ldtr.selector);
  }

  /** 0F 00 /1: STR. */
  static void str(Cpu cpu, Insn insn) {
    requireProtected(cpu);
    storeWord(cpu, insn, cpu.tr.selector);
  }

  /** 0F 00 /2: LLDT. */
  static void lldt(Cpu cpu, Insn insn) {
    requireProtected(cpu);
    cpu.requireRing0();
    loadLdtr(cpu, loadWord(cpu, insn, insn.dst), CpuException.GP, CpuException.NP);
  }

  /**
   * Loads LDTR.
   *
   * @param invalid vector for a selector that names no LDT
   * @param absent vector for an LDT that is not present
   */
  static void loadLdtr(Cpu cpu, int selector, int invalid, int absent) {
    if ((selector & 0xfffc) == 0) {
      cpu.ldtr.selector = selector;
      cpu.ldtr.usable = false;
      return;
    }
    Descriptor d = cpu.scratch;
    requireGdt(cpu, selector, invalid, d);
    if (d.systemType() != Descriptor.LDT) {
      throw cpu.selectorFault(invalid, selector);
    }
    if (!d.present()) {
      throw cpu.selectorFault(absent, selector);
    }
    d.loadInto(cpu.ldtr, selector);
  }

  /** 0F 00 /3: LTR, which also marks the TSS busy. */
  static void ltr(Cpu cpu, Insn insn) {
    requireProtected(cpu);
    cpu.requireRing0();
    int selector = loadWord(cpu, insn, insn.dst);
    if ((selector & 0xfffc) == 0) {
      throw cpu.exception(CpuException.GP, 0);
    }
    Descriptor d = cpu.scratch;
    requireGdt(cpu, selector, CpuException.GP, d);
    if (!d.isAvailableTss()) {
      throw cpu.selectorFault(CpuException.GP, selector);
    }
    if (!d.present()) {
      throw cpu.selectorFault(CpuException.NP, selector);
    }
    cpu.descriptorTables.markBusy(d, true);
    d.loadInto(cpu.tr, selector);
  }

  private static void requireGdt(Cpu cpu, int selector, int vector, Descriptor d) {
    if ((selector & 4) != 0) {
      throw cpu.selectorFault(vector, selector);
    }
    cpu.descriptorTables.require(selector, vector, d);
  }

  // ---- looking at descriptors

  /** 0F 00 /4: VERR. */
  static void verr(Cpu cpu, Insn insn) {
    verify(cpu, insn, READABLE);
  }

  /** 0F 00 /5: VERW. */
  static void verw(Cpu cpu, Insn insn) {
    verify(cpu, insn, WRITABLE);
  }

  private static void verify(Cpu cpu, Insn insn, int how) {
    requireProtected(cpu);
    Descriptor d = cpu.scratch;
    boolean found = visible(cpu, loadWord(cpu, insn, insn.dst), d);
    setZf(cpu, found && (how == READABLE ? d.isReadable() : d.isWritableData()));
  }

  /** 0F 02: LAR. */
  static void lar(Cpu cpu, Insn insn) {
    requireProtected(cpu);
    Descriptor d = cpu.scratch;
    boolean found = visible(cpu, loadWord(cpu, insn, insn.src), d) && allowed(d, LAR_TYPES);
    setZf(cpu, found);
    if (found) {
      setRegister(cpu, insn, d.high & 0x00ffff00);
    }
  }

  /** 0F 03: LSL. */
  static void lsl(Cpu cpu, Insn insn) {
    requireProtected(cpu);
    Descriptor d = cpu.scratch;
    boolean found = visible(cpu, loadWord(cpu, insn, insn.src), d) && allowed(d, LSL_TYPES);
    setZf(cpu, found);
    if (found) {
      setRegister(cpu, insn, d.limit());
    }
  }

  /** 63: ARPL writes only when it changes something (SDM vol. 2A, ARPL "Operation"). */
  static void arpl(Cpu cpu, Insn insn) {
    requireProtected(cpu);
    int at = insn.address(cpu.gpr);
    int rpl = cpu.reg16(insn.src) & 3;
    int selector = insn.memory >= 0 ? selectorToAdjust(cpu, insn, at, rpl) : cpu.reg16(insn.dst);
    boolean raised = (selector & 3) < rpl;
    if (raised) {
      int now = selector & 0xfffc | rpl;
      if (insn.memory >= 0) {
        cpu.loadStore.store16(insn.segment, at, now);
      } else {
        cpu.setReg16(insn.dst, now);
      }
    }
    setZf(cpu, raised);
  }

  /**
   * A selector that stays as it is may lie in a data segment that cannot be written, but neither in
   * a code segment nor in such a page (seen on silicon, and in what test386.asm expects).
   */
  private static int selectorToAdjust(Cpu cpu, Insn insn, int at, int rpl) {
    try {
      return cpu.loadStore.loadForStore16(insn.segment, at);
    } catch (CpuException notWritable) {
      boolean code = (cpu.segments[insn.segment].rights & 0x18) == 0x18;
      if (notWritable.vector == CpuException.PF || code) {
        throw notWritable;
      }
      int selector = cpu.loadStore.load16(insn.segment, at);
      if ((selector & 3) < rpl) {
        throw notWritable;
      }
      return selector;
    }
  }

  /** Whether the selector names a descriptor that CPL and RPL may see. */
  private static boolean visible(Cpu cpu, int selector, Descriptor d) {
    return (selector & 0xfffc) != 0
        && cpu.descriptorTables.find(selector, d)
        && (d.isConforming() || d.dpl() >= cpu.cpl && d.dpl() >= d.rpl());
  }

  private static boolean allowed(Descriptor d, int systemTypes) {
    return d.isSegment() || (systemTypes >>> d.systemType() & 1) != 0;
  }

  private static void setZf(Cpu cpu, boolean zf) {
    int flags = cpu.flags.get();
    cpu.flags.setArithmetic(zf ? flags | Eflags.ZF : flags & ~Eflags.ZF);
  }

  private static void setRegister(Cpu cpu, Insn insn, int value) {
    if (insn.is32()) {
      cpu.gpr[insn.dst] = value;
    } else {
      cpu.setReg16(insn.dst, value);
    }
  }

  // ---- operands

  /** A 16-bit source: register {@code register}, or the memory operand. */
  static int loadWord(Cpu cpu, Insn insn, int register) {
    return insn.memory >= 0
        ? cpu.loadStore.load16(insn.segment, insn.address(cpu.gpr))
        : cpu.reg16(register);
  }

  /** A destination that is a word in memory and a register of operand size. */
  static void storeWord(Cpu cpu, Insn insn, int value) {
    if (insn.memory >= 0) {
      cpu.loadStore.store16(insn.segment, insn.address(cpu.gpr), value);
    } else {
      setRegister(cpu, insn, value);
    }
  }

  private static void requireProtected(Cpu cpu) {
    if (!cpu.protectedMode() || cpu.virtual8086()) {
      throw cpu.exception(CpuException.UD);
    }
  }
}
