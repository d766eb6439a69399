package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/** Takes the CPU from an address with a {@link Trap} to its Java, and back. */
final class TrapGate {
  /** An operation behind a trap. */
  @FunctionalInterface
  private interface Guarded extends Operation {}

  private static final long NOWHERE = -1;

  private final Cpu cpu;

  private boolean stopped;

  /** Linear address of the trap that stopped the last run. */
  private long stoppedAt = NOWHERE;

  /** Linear address of the trap that is to be passed once. */
  private long passAt = NOWHERE;

  TrapGate(Cpu cpu) {
    this.cpu = cpu;
  }

  /** An operation that asks {@code trap} before {@code operation}. */
  Operation before(Trap trap, Operation operation) {
    return (Guarded)
        (c, i) -> {
          long here = linear(c, c.instructionEip);
          boolean pass = passAt == here;
          passAt = NOWHERE;
          if (pass) {
            execute(operation, c, i);
            return;
          }
          int next = c.eip;
          c.eip = c.instructionEip;
          switch (trap.reached(c)) {
            case EXECUTE -> {
              c.eip = next;
              execute(operation, c, i);
            }
            case MOVED -> leave(c);
            case STOP -> {
              stopped = true;
              stoppedAt = here;
              leave(c);
            }
          }
        };
  }

  private static void execute(Operation operation, Cpu c, Insn insn) {
    if (c.probe != null) {
      c.probe.instruction(c, insn);
    }
    operation.execute(c, insn);
  }

  /** Whether an operation came from {@link #before}. */
  boolean guards(Operation operation) {
    return operation instanceof Guarded;
  }

  /** The instruction was not executed: it does not count. */
  private void leave(Cpu c) {
    int target = c.eip;
    c.interrupts.notExecuted();
    c.retirement.suspendInstruction();
    c.eip = target;
    c.attend();
  }

  /** Whether a trap has asked to stop since the last call. */
  boolean takeStop() {
    boolean was = stopped;
    stopped = false;
    return was;
  }

  /** A run begins: when it begins where a trap stopped the last one, that trap is passed. */
  void resume() {
    passAt = stoppedAt == linear(cpu, cpu.eip) ? stoppedAt : NOWHERE;
    stoppedAt = NOWHERE;
  }

  private static long linear(Cpu c, int eip) {
    return c.cs.base + eip & 0xffffffffL;
  }
}
