package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * Hears what the processor does. Every event has an empty default; nothing of it costs anything
 * while {@link Cpu#probe} is null. Called on the machine's thread, in the middle of things: a probe
 * looks, and changes nothing.
 *
 * <p>In every event {@link Cpu#cs} and {@link Cpu#instructionEip} name the current instruction,
 * unless it says otherwise.
 */
public interface Probe {
  /** An instruction is about to be executed; a repeated one is announced again when it goes on. */
  default void instruction(Cpu cpu, Insn insn) {}

  /**
   * A control register has been written.
   *
   * @param register 0, 2, 3 or 4
   */
  default void controlRegister(Cpu cpu, int register, int before, int now) {}

  /**
   * An interrupt or exception has reached its handler: CS and EIP are those of the handler, and
   * {@link Cpu#instructionEip} is where it came from.
   *
   * @param vector 0 to 255
   * @param fromInstruction whether INT n, INT3 or INTO asked for it
   */
  default void interrupt(Cpu cpu, int vector, boolean fromInstruction) {}

  /**
   * An instruction has raised an exception, which is about to be delivered.
   *
   * @param vector 0 to 31
   * @param errorCode what is pushed, for vectors that push one, else 0
   */
  default void fault(Cpu cpu, int vector, int errorCode) {}

  /**
   * A port has been read.
   *
   * @param size 1, 2 or 4 bytes
   * @param value zero-extended
   */
  default void portIn(Cpu cpu, int port, int size, int value) {}

  /**
   * A port has been written.
   *
   * @param size 1, 2 or 4 bytes
   * @param value zero-extended
   */
  default void portOut(Cpu cpu, int port, int size, int value) {}
}
