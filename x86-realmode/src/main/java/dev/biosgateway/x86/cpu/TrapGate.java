package dev.biosgateway.x86.cpu;

/** Takes the CPU from an address with a {@link Trap} to its Java, and back. */
final class TrapGate {
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

  /** A step that asks {@code trap} before {@code step}; the last of its block. */
  Step before(Trap trap, Step step) {
    return new Guarded(trap, step);
  }

  private final class Guarded extends Step {
    private final Trap trap;
    private final Step step;

    Guarded(Trap trap, Step step) {
      super(step.insn);
      this.trap = trap;
      this.step = step;
    }

    @Override
    void bind(Cpu cpu, int number, int at, Step after) {
      super.bind(cpu, number, at, null);
      step.bind(cpu, number, at, null);
    }

    /** That of a task's first instruction, when the switch to the task has thrown. */
    @Override
    int faultEip(Cpu c) {
      return c.instructionEip;
    }

    @Override
    boolean setsEip() {
      return true;
    }

    /** What a trap lets through, and nothing else, is announced. */
    @Override
    boolean announcesItself() {
      return true;
    }

    @Override
    Step run(Cpu c) {
      at(c);
      c.instructionEip = c.retirement.blockStart + offset;
      c.eip = c.instructionEip;
      long here = linear(c, c.instructionEip);
      boolean pass = passAt == here;
      passAt = NOWHERE;
      Trap.Outcome outcome = pass ? Trap.Outcome.EXECUTE : trap.reached(c);
      switch (outcome) {
        case EXECUTE -> execute(c);
        case MOVED -> leave(c);
        case STOP -> {
          stopped = true;
          stoppedAt = here;
          leave(c);
        }
      }
      return null;
    }

    private void execute(Cpu c) {
      c.eip = c.retirement.blockStart + end;
      if (c.probe != null) {
        c.probe.instruction(c, insn);
      }
      step.run(c);
    }
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
