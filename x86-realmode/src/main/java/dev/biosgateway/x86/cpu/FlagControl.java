package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * CLC, STC, CMC, CLD, STD, CLI, STI, LAHF, SAHF, SALC, PUSHF and POPF: what a program may do to the
 * flags, by its privilege (SDM vol. 2, "Operation" of each; vol. 3, 20.3 for virtual-8086 mode).
 */
final class FlagControl {
  /** Bits POPF may change at all; VM, RF, VIF and VIP it never sets. */
  private static final int POPPED =
      Eflags.ARITHMETIC
          | Eflags.TF
          | Eflags.IF
          | Eflags.DF
          | Eflags.IOPL
          | Eflags.NT
          | Eflags.AC
          | Eflags.ID;

  private FlagControl() {}

  static void clc(Cpu c, Insn i) {
    c.flags.setCarry(false);
  }

  static void stc(Cpu c, Insn i) {
    c.flags.setCarry(true);
  }

  static void cmc(Cpu c, Insn i) {
    c.flags.setCarry(!c.flags.cf());
  }

  static void cld(Cpu c, Insn i) {
    c.flags.system &= ~Eflags.DF;
  }

  static void std(Cpu c, Insn i) {
    c.flags.system |= Eflags.DF;
  }

  static void cli(Cpu c, Insn i) {
    c.flags.system &= ~interruptFlag(c);
  }

  /** STI: when IF goes from 0 to 1, interrupts wait until after the next instruction. */
  static void sti(Cpu c, Insn i) {
    int flag = interruptFlag(c);
    if (flag == Eflags.VIF && (c.flags.system & Eflags.VIP) != 0) {
      throw c.exception(CpuException.GP, 0);
    }
    if (flag == Eflags.IF && !c.flags.interruptsEnabled()) {
      c.interrupts.beginShadow(false);
    }
    c.setFlags(flag, flag);
  }

  /** IF where CLI and STI act on it, VIF where it stands in for it; #GP(0) where neither. */
  private static int interruptFlag(Cpu c) {
    if (!c.protectedMode()) {
      return Eflags.IF;
    }
    if (c.virtual8086()) {
      if (c.flags.iopl() == 3) {
        return Eflags.IF;
      }
      if ((c.cr4 & Cpu.CR4_VME) != 0) {
        return Eflags.VIF;
      }
    } else {
      if (c.cpl <= c.flags.iopl()) {
        return Eflags.IF;
      }
      if (c.cpl == 3 && (c.cr4 & Cpu.CR4_PVI) != 0) {
        return Eflags.VIF;
      }
    }
    throw c.exception(CpuException.GP, 0);
  }

  static void lahf(Cpu c, Insn i) {
    c.setReg8(4, c.flags.get());
  }

  static void sahf(Cpu c, Insn i) {
    c.flags.setArithmetic(c.reg8(4) | (c.flags.of() ? Eflags.OF : 0));
  }

  static void salc(Cpu c, Insn i) {
    c.setReg8(0, -c.flags.carry());
  }

  static void pushf(Cpu c, Insn i) {
    int image = c.flags.get() & ~(Eflags.VM | Eflags.RF);
    if (c.virtual8086() && c.flags.iopl() < 3) {
      if ((c.cr4 & Cpu.CR4_VME) == 0 || i.is32()) {
        throw c.exception(CpuException.GP, 0);
      }
      boolean virtualIf = (image & Eflags.VIF) != 0;
      image = image & ~Eflags.IF | Eflags.IOPL | (virtualIf ? Eflags.IF : 0);
    }
    if (c.model.resetFlags() == 0xf002) {
      image |= 0xf000; // the 8086 has no IOPL and NT, it reads ones
    }
    Stack.push(c, i, image);
  }

  static void popf(Cpu c, Insn i) {
    boolean virtual = c.virtual8086();
    if (virtual && c.flags.iopl() < 3) {
      popfVirtual(c, i);
      return;
    }
    int image = Stack.peek(c, i);
    int may = POPPED;
    if (c.protectedMode()) {
      if (virtual || c.cpl != 0) {
        may &= ~Eflags.IOPL;
      }
      if (!virtual && c.cpl > c.flags.iopl()) {
        may &= ~Eflags.IF;
      }
    }
    if (!i.is32()) {
      may &= 0xffff;
    }
    Stack.drop(c, i);
    // RF reads as zero in the image and becomes zero (SDM vol. 2B, POPF).
    c.setFlags(image & may, i.is32() ? may | Eflags.RF : may);
  }

  /** POPF in virtual-8086 mode without I/O privilege: VIF takes what was meant for IF. */
  private static void popfVirtual(Cpu c, Insn i) {
    if ((c.cr4 & Cpu.CR4_VME) == 0 || i.is32()) {
      throw c.exception(CpuException.GP, 0);
    }
    int image = Stack.peek(c, i);
    boolean pending = (c.flags.system & Eflags.VIP) != 0;
    if ((image & Eflags.TF) != 0 || (image & Eflags.IF) != 0 && pending) {
      throw c.exception(CpuException.GP, 0);
    }
    int may = POPPED & 0xffff & ~(Eflags.IOPL | Eflags.IF);
    Stack.drop(c, i);
    int vif = (image & Eflags.IF) != 0 ? Eflags.VIF : 0;
    c.setFlags(image & may | vif, may | Eflags.VIF);
  }
}
