package dev.biosgateway.x86.cpu;

/**
 * Runs the steps of blocks, one after the other, and finds the block that is next where a step does
 * not know it. What it counts, and when it stops, is the {@link RetirementUnit}'s.
 */
final class Sequencer {
  private final Cpu cpu;
  private final RetirementUnit retirement;
  private final InstructionFetch fetch;
  private Accelerator accelerator;

  Sequencer(Cpu cpu, InstructionFetch fetch) {
    this.cpu = cpu;
    this.retirement = cpu.retirement;
    this.fetch = fetch;
  }

  /** Has {@code other} asked at the head of every block whose {@link Block#heat} is positive. */
  void setAccelerator(Accelerator other) {
    accelerator = other;
  }

  /**
   * Executes what the slice may have, or less when something wants {@link Cpu#attention}.
   *
   * @throws CpuException of the instruction at {@link RetirementUnit#place}, all before it being
   *     done; {@link Cpu#instructionEip} is its offset
   */
  void run() {
    Cpu c = cpu;
    RetirementUnit r = retirement;
    Transfer from = null;
    do {
      c.instructionEip = c.eip;
      Block block = from == null ? fetch.block() : fetch.blockAfter(from, r.blockStart);
      if (++block.heat > 0 && c.probe == null && accelerated(block)) {
        from = null;
        continue;
      }
      r.beginBlock(c.eip);
      long left = r.room - r.retired;
      boolean whole = left >= block.length && c.probe == null;
      Step last = whole ? steps(block.first) : oneByOne(block, (int) Math.min(left, block.length));
      if (!last.setsEip()) {
        c.instructionEip = r.blockStart + last.offset;
        c.eip = r.blockStart + last.end;
      }
      from = last instanceof Transfer t ? t : null;
      r.finishBlock(last.ordinal);
    } while (r.retired < r.room && !c.attention);
  }

  private boolean accelerated(Block block) {
    if (accelerator == null) {
      block.heat = Integer.MIN_VALUE;
      return false;
    }
    return accelerator.enter(block);
  }

  /** Whole blocks; returns the last step that was executed. */
  private Step steps(Step first) {
    Cpu c = cpu;
    Step at = first;
    Step s = first;
    try {
      do {
        at = s;
        s = s.run(c);
      } while (s != null);
      return at;
    } catch (CpuException fault) {
      c.instructionEip = at.faultEip(c);
      throw fault;
    }
  }

  /** The beginning of a block, or all of it with every step announced. */
  private Step oneByOne(Block block, int count) {
    Cpu c = cpu;
    retirement.stayInBlock();
    int i = 0;
    Step s = block.first;
    try {
      do {
        s = block.steps[i];
        if (c.probe != null && !s.announcesItself()) {
          announce(s);
        }
        i++;
      } while (s.run(c) != null && i < count);
      return s;
    } catch (CpuException fault) {
      c.instructionEip = s.faultEip(c);
      throw fault;
    }
  }

  private void announce(Step s) {
    s.at(cpu);
    cpu.instructionEip = retirement.blockStart + s.offset;
    cpu.eip = retirement.blockStart + s.end;
    cpu.probe.instruction(cpu, s.insn);
  }
}
