package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * The instructions that ask for an interrupt or exception: INT, INT3, INTO, INT1, BOUND, UD2 (SDM
 * vol. 3, 6.4.2 and 6.15).
 */
final class SoftwareInterrupt {
  private SoftwareInterrupt() {}

  /** CD: INT imm8. */
  static void interrupt(Cpu cpu, Insn insn) {
    if (!cpu.interrupts.softwareNear(insn.imm & 0xff)) {
      cpu.interrupts.software(insn.imm & 0xff);
    }
  }

  /** CC: INT3. */
  static void breakpoint(Cpu cpu, Insn insn) {
    cpu.interrupts.breakpointOrOverflow(CpuException.BP);
  }

  /** CE: INTO. */
  static void overflow(Cpu cpu, Insn insn) {
    if (cpu.flags.of()) {
      cpu.interrupts.breakpointOrOverflow(CpuException.OF);
    }
  }

  /** F1: INT1, ICEBP: not subject to the checks of INT n (SDM vol. 2A, INT1). */
  static void icebp(Cpu cpu, Insn insn) {
    cpu.interrupts.icebp();
  }

  /** 62: BOUND; the two signed bounds lie side by side in memory (SDM vol. 2A, BOUND). */
  static void bound(Cpu cpu, Insn insn) {
    int at = insn.address(cpu.gpr);
    int upperAt = at + (insn.operandSize >> 3) & insn.addressMask;
    int index = insn.is32() ? cpu.gpr[insn.dst] : (short) cpu.gpr[insn.dst];
    int lower = signed(cpu, insn, at);
    int upper = signed(cpu, insn, upperAt);
    if (index < lower || index > upper) {
      throw cpu.exception(CpuException.BR);
    }
  }

  private static int signed(Cpu cpu, Insn insn, int at) {
    return insn.is32()
        ? cpu.loadStore.load32(insn.segment, at)
        : (short) cpu.loadStore.load16(insn.segment, at);
  }

  /** 0F 0B, and every encoding without a meaning. */
  static void undefined(Cpu cpu, Insn insn) {
    throw cpu.exception(CpuException.UD);
  }

  /** F4: HLT, until an enabled interrupt, NMI or reset (SDM vol. 2A, HLT). */
  static void halt(Cpu cpu, Insn insn) {
    cpu.requireRing0();
    cpu.activity = Activity.HLT;
    cpu.attend();
  }
}
