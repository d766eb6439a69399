package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/** NOP, instructions that are too long, and those that have no operation yet. */
final class ProcessorControl {
  private ProcessorControl() {}

  static void nop(Cpu c, Insn i) {
    // Nothing, by definition; a memory operand is not accessed.
  }

  static void tooLong(Cpu c, Insn i) {
    throw c.exception(CpuException.GP, 0);
  }

  /** An instruction of the table without an operation: counted, and #UD. */
  static void notModelled(Cpu c, Insn i) {
    c.unmodelled.record("instruction " + i.row);
    throw c.exception(CpuException.UD);
  }
}
