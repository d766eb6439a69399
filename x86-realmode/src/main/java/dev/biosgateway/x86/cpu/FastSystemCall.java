package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/** SYSENTER and SYSEXIT: to ring 0 and back without tables (SDM vol. 3, 5.8.7). */
final class FastSystemCall {
  /** Flat 4 GB, 32 bits, accessed, executable and readable; add DPL. */
  private static final int FLAT_CODE = 0xc09b;

  private static final int FLAT_DATA = 0xc093;

  private FastSystemCall() {}

  /** 0F 34: SYSENTER. */
  static void sysenter(Cpu cpu, Insn insn) {
    int cs = (int) cpu.msrs.read(ModelSpecificRegisters.SYSENTER_CS) & 0xfffc;
    requireUsable(cpu, cs);
    cpu.flags.system &= ~(Eflags.VM | Eflags.IF | Eflags.RF);
    enter(cpu, cs, cs + 8, 0);
    cpu.gpr[Cpu.ESP] = (int) cpu.msrs.read(ModelSpecificRegisters.SYSENTER_ESP);
    cpu.eip = (int) cpu.msrs.read(ModelSpecificRegisters.SYSENTER_EIP);
  }

  /** 0F 35: SYSEXIT. */
  static void sysexit(Cpu cpu, Insn insn) {
    int cs = (int) cpu.msrs.read(ModelSpecificRegisters.SYSENTER_CS) & 0xfffc;
    requireUsable(cpu, cs);
    cpu.requireRing0();
    enter(cpu, cs + 16, cs + 24, 3);
    cpu.gpr[Cpu.ESP] = cpu.gpr[Cpu.ECX];
    cpu.eip = cpu.gpr[Cpu.EDX];
  }

  private static void requireUsable(Cpu cpu, int cs) {
    if (!cpu.protectedMode() || cs == 0) {
      throw cpu.exception(CpuException.GP, 0);
    }
  }

  private static void enter(Cpu cpu, int cs, int ss, int ring) {
    cpu.setCpl(ring);
    flat(cpu.cs, cs | ring, FLAT_CODE | ring << 5);
    flat(cpu.ss, ss | ring, FLAT_DATA | ring << 5);
  }

  private static void flat(SegmentRegister s, int selector, int rights) {
    s.selector = selector & 0xffff;
    s.base = 0;
    s.limit = 0xffffffff;
    s.rights = rights;
    s.usable = true;
    s.derive();
  }
}
