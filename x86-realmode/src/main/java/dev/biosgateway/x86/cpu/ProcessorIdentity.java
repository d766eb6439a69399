package dev.biosgateway.x86.cpu;

import java.util.OptionalLong;

/**
 * Answers that a host gives in place of the processor model: to CPUID, and to RDMSR and WRMSR. Each
 * method has a default that leaves the model's answer as it is.
 *
 * <p>Called on the machine's thread in the middle of an instruction that has passed its privilege
 * checks. A run stays a function of its inputs only as long as the answers depend on nothing but
 * the arguments. State of registers answered here is the host's: the machine neither saves nor
 * resets it.
 */
public interface ProcessorIdentity {
  /** The model's own answers. */
  ProcessorIdentity OF_MODEL = new ProcessorIdentity() {};

  /**
   * CPUID is executed. What it announces is not thereby there: instructions and control register
   * bits are those of the model.
   *
   * @param leaf EAX
   * @param subleaf ECX
   * @param answer EAX, EBX, ECX, EDX as the model has them, to be changed as wanted
   */
  default void cpuid(int leaf, int subleaf, int[] answer) {}

  /**
   * A register is read by RDMSR. RDTSC and the instructions that use a register inside (SYSENTER)
   * do not ask.
   *
   * @param number ECX
   * @return its value; empty for what the model has, which may be #GP(0)
   */
  default OptionalLong readMsr(int number) {
    return OptionalLong.empty();
  }

  /**
   * A register is written by WRMSR.
   *
   * @param number ECX
   * @param value EDX:EAX
   * @return true when that was it; false for what the model does, which may be #GP(0)
   */
  default boolean writeMsr(int number, long value) {
    return false;
  }
}
