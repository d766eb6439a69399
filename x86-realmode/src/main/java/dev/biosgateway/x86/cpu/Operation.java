package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * What executes a decoded instruction. When it is called, {@link Cpu#instructionEip} is the offset
 * of the instruction and {@link Cpu#eip} that of the next one, which a control transfer replaces.
 *
 * <p>All or nothing: an operation throws {@link CpuException} only before it has changed anything a
 * program can see (instructions that are interruptible, such as REP strings, after whole passes).
 */
@FunctionalInterface
public interface Operation {
  /** Executes {@code insn}, one of the kind this operation was selected for. */
  void execute(Cpu cpu, Insn insn);
}
