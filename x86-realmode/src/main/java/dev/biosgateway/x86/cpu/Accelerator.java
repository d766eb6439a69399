package dev.biosgateway.x86.cpu;

/**
 * A faster way of running hot code, equal to the interpreter in everything but time. Asked on the
 * machine's thread, between two instructions, while no probe listens.
 */
public interface Accelerator {
  /**
   * Runs from CS:EIP as far as it gets, with {@link RetirementUnit#left()} instructions at most.
   *
   * @param block the block that begins there, whose {@link Block#heat} is not negative
   * @return false when nothing was executed and the interpreter is to go on with the block
   * @throws CpuException what an instruction raised, as the interpreter would have it
   */
  boolean enter(Block block);
}
