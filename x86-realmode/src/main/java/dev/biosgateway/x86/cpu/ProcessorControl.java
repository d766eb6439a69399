package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/** NOP, and encodings that are no instructions. */
final class ProcessorControl {
  private ProcessorControl() {}

  static void nop(Cpu c, Insn i) {
    // Nothing, by definition; a memory operand is not accessed.
  }

  static void tooLong(Cpu c, Insn i) {
    throw c.exception(CpuException.GP, 0);
  }

  /**
   * An encoding without a meaning on a processor that does not trap it. What silicon makes of it is
   * not documented: it has no effect here, and is recorded.
   */
  static void undefined8086(Cpu c, Insn i) {
    c.unmodelled.record("undefined encoding on an 8086");
  }
}
