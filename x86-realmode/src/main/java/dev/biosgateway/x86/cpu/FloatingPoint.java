package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.fpu.Fpu;
import dev.biosgateway.x86.isa.Insn;

/**
 * What every x87 instruction does before and after its own work: #NM by CR0, the exception left
 * pending by an earlier one, and the pointers to instruction and operand (SDM vol. 1, 8.1.8 and
 * 8.6; vol. 3, 2.5 and 9.2).
 */
final class FloatingPoint {
  /** The work of one instruction; throws before it has changed anything, as {@link Operation}. */
  @FunctionalInterface
  interface Work {
    void execute(Cpu c, Fpu f, Insn i);
  }

  private FloatingPoint() {}

  /** An instruction that waits for a pending exception and is remembered in the pointers. */
  static Operation computing(Work work) {
    return (c, i) -> {
      requireAvailable(c);
      if (ready(c)) {
        work.execute(c, c.fpu, i);
        remember(c, c.fpu, i);
      }
    };
  }

  /** A control instruction that waits: FLDCW, FLDENV, FRSTOR. */
  static Operation controlling(Work work) {
    return (c, i) -> {
      requireAvailable(c);
      if (ready(c)) {
        work.execute(c, c.fpu, i);
        releaseFerr(c);
      }
    };
  }

  /** A control instruction that does not wait: FNINIT, FNCLEX, FNSTSW and their like. */
  static Operation immediate(Work work) {
    return (c, i) -> {
      requireAvailable(c);
      work.execute(c, c.fpu, i);
      releaseFerr(c);
    };
  }

  /**
   * An MMX instruction. CR0.EM makes it #UD, because it cannot be emulated as an escape; the
   * pointers keep what they have (SDM vol. 3, 12.1 and 12.2).
   */
  static Operation packed(Work work) {
    return (c, i) -> {
      if ((c.cr0 & Cpu.CR0_EM) != 0) {
        throw c.exception(CpuException.UD);
      }
      requireAvailable(c);
      if (ready(c)) {
        work.execute(c, c.fpu, i);
      }
    };
  }

  /** 9B: WAIT. #NM needs CR0.MP beside CR0.TS; CR0.EM does not count (SDM vol. 3, table 9-3). */
  static void waitForPending(Cpu c, Insn i) {
    int both = Cpu.CR0_MP | Cpu.CR0_TS;
    if ((c.cr0 & both) == both) {
      throw c.exception(CpuException.NM);
    }
    if (c.fpu != null) {
      ready(c);
    }
  }

  /**
   * An escape on a model without a numeric unit. The CPU of that time forms the address, and nobody
   * answers: memory and AX keep what they have, which is how programs find out. The first word of
   * an operand is looked at all the same, to be within its segment (seen on 80C286 silicon).
   */
  static void absent(Cpu c, Insn i) {
    requireAvailable(c);
    if (i.memory >= 0) {
      c.loadStore.load16(i.segment, i.address(c.gpr));
    }
  }

  private static void requireAvailable(Cpu c) {
    if ((c.cr0 & (Cpu.CR0_EM | Cpu.CR0_TS)) != 0) {
      throw c.exception(CpuException.NM);
    }
  }

  /**
   * Whether the instruction may go on. With CR0.NE a pending exception is #MF; without, FERR# goes
   * active and the CPU stops in front of the instruction until an interrupt comes, unless IGNNE# is
   * active (SDM vol. 1, 8.7.2).
   */
  private static boolean ready(Cpu c) {
    if (!c.fpu.exceptionPending()) {
      return true;
    }
    if ((c.cr0 & Cpu.CR0_NE) != 0) {
      throw c.exception(CpuException.MF);
    }
    if (c.pins.ignne()) {
      return true;
    }
    c.interrupts.notExecuted();
    c.retirement.suspendInstruction();
    c.activity = Activity.HLT;
    c.attend();
    c.pins.driveFerr(true);
    return false;
  }

  private static void releaseFerr(Cpu c) {
    if (!c.fpu.exceptionPending()) {
      c.pins.driveFerr(false);
    }
  }

  private static void remember(Cpu c, Fpu f, Insn i) {
    f.instructionPointer = c.instructionEip;
    f.codeSelector = c.cs.selector;
    f.opcode = (i.row.opcode() & 7) << 8 | i.modrm;
    if (i.memory >= 0) {
      f.dataPointer = i.address(c.gpr);
      f.dataSelector = c.segments[i.segment].selector;
    }
  }
}
