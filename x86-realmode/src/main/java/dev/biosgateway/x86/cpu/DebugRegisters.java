package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * DR0 to DR7 (SDM vol. 3, 17.2 "Debug Registers"). The registers are complete; a breakpoint that
 * DR7 enables is not looked for yet, which is recorded when it is enabled.
 */
final class DebugRegisters {
  static final int DR6_FIXED = 0xffff0ff0;
  static final int DR7_FIXED = 1 << 10;
  private static final int DR6_WRITABLE = 0xe00f;
  private static final int DR6_BD = 1 << 13;

  /** Bits 11, 12, 14 and 15 read as zero. */
  private static final int DR7_WRITABLE = 0xffff2fff;

  private static final int DR7_ENABLES = 0xff;
  private static final int DR7_GD = 1 << 13;

  private DebugRegisters() {}

  /** 0F 21: MOV r32, DRn. */
  static void read(Cpu cpu, Insn insn) {
    int register = check(cpu, insn.src);
    cpu.gpr[insn.dst] = cpu.dr[register];
  }

  /** 0F 23: MOV DRn, r32. */
  static void write(Cpu cpu, Insn insn) {
    int register = check(cpu, insn.dst);
    int value = cpu.gpr[insn.src];
    switch (register) {
      case 6 -> cpu.dr[6] = DR6_FIXED | value & DR6_WRITABLE;
      case 7 -> {
        cpu.dr[7] = DR7_FIXED | value & DR7_WRITABLE;
        if ((value & DR7_ENABLES) != 0) {
          cpu.unmodelled.record("breakpoint enabled in DR7");
        }
      }
      default -> cpu.dr[register] = value;
    }
  }

  /** DR4 and DR5 are DR6 and DR7, or with CR4.DE #UD; DR7.GD guards them all. */
  private static int check(Cpu cpu, int register) {
    boolean alias = register == 4 || register == 5;
    if (alias && (cpu.cr4 & Cpu.CR4_DE) != 0) {
      throw cpu.exception(CpuException.UD);
    }
    cpu.requireRing0();
    if ((cpu.dr[7] & DR7_GD) != 0) {
      cpu.dr[7] &= ~DR7_GD;
      cpu.dr[6] |= DR6_BD;
      throw cpu.exception(CpuException.DB);
    }
    return alias ? register + 2 : register;
  }
}
