package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * A step of an instruction that has an {@link Operation}: most of the table, and few of what runs.
 */
final class OperationStep extends Step {
  private final Operation operation;

  OperationStep(Insn insn, Operation operation) {
    super(insn);
    this.operation = operation;
  }

  @Override
  Operation alone(Cpu cpu) {
    return operation;
  }

  @Override
  Step run(Cpu c) {
    RetirementUnit r = c.retirement;
    at(c);
    int start = r.blockStart;
    c.instructionEip = start + offset;
    c.eip = start + end;
    operation.execute(c, insn);
    return r.blockEnded ? null : next;
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
}
