package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/**
 * TR3 to TR7, with which programs of the 386 and 486 test TLB and cache (i486 data book, 8.5 and
 * 10.5). The registers keep what is written; there is no cache to reach through them, and a command
 * for the TLB does nothing, which is recorded.
 */
final class TestRegisters {
  private static final int FIRST_386 = 6;
  private static final int FIRST_486 = 3;
  private static final int CACHE_CONTROL = 5;
  private static final int TLB_COMMAND = 6;

  private final Cpu cpu;
  private final int[] values = new int[8];

  TestRegisters(Cpu cpu) {
    this.cpu = cpu;
  }

  /** 0F 24: MOV r32, TRn. */
  static void read(Cpu cpu, Insn insn) {
    cpu.testRegisters.check(insn.src);
    cpu.gpr[insn.dst] = cpu.testRegisters.values[insn.src];
  }

  /** 0F 26: MOV TRn, r32. */
  static void write(Cpu cpu, Insn insn) {
    TestRegisters registers = cpu.testRegisters;
    registers.check(insn.dst);
    registers.values[insn.dst] = cpu.gpr[insn.src];
    if (insn.dst == CACHE_CONTROL || insn.dst == TLB_COMMAND) {
      cpu.unmodelled.record("command in TR" + insn.dst);
    }
  }

  private void check(int register) {
    int first = cpu.model.isAtLeast(CpuModel.I486) ? FIRST_486 : FIRST_386;
    if (register < first) {
      throw cpu.exception(CpuException.UD);
    }
    cpu.requireRing0();
  }

  void reset() {
    Arrays.fill(values, 0);
  }

  void save(Section out) {
    out.put("testRegisters", values);
  }

  void restore(Section in) {
    in.getInts("testRegisters", values);
  }
}
