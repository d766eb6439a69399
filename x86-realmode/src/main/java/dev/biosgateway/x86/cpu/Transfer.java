package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * A step that ends its block with a transfer within the segment, and remembers the blocks to which
 * it went last: in the same page, so wherever in linear memory this block is executed, they are
 * there too.
 */
abstract class Transfer extends Step {
  private final int mask;

  private Block taken;
  private int takenDistance;
  private Block passed;
  private int passedDistance;

  Transfer(Insn insn) {
    super(insn);
    mask = insn.is32() ? -1 : 0xffff;
  }

  @Override
  final boolean setsEip() {
    return true;
  }

  /** A relative jump when {@code condition} holds. */
  final Step jumpIf(Cpu c, boolean condition) {
    return condition ? go(c, target(c)) : go(c, c.retirement.blockStart + end);
  }

  /**
   * Target of a relative transfer.
   *
   * @throws CpuException #GP(0) when it is beyond the limit of CS, of which the branch is guilty
   */
  final int target(Cpu c) {
    return within(c, c.retirement.blockStart + end + imm & mask);
  }

  /** {@code to}, when CS reaches so far; else the exception of {@link #target}. */
  final int within(Cpu c, int to) {
    if (Integer.compareUnsigned(to, c.cs.limit) > 0) {
      at(c);
      throw c.exception(CpuException.GP, 0);
    }
    return to;
  }

  /** EIP of the instruction after it, as CALL pushes it. */
  final int following(Cpu c) {
    return c.retirement.blockStart + end;
  }

  /** Goes on at {@code to}, unless the access to the stack that came with it ended the block. */
  final Step leave(Cpu c, int to) {
    if (c.retirement.blockEnded) {
      c.eip = to;
      return null;
    }
    return go(c, to);
  }

  /** Goes on at {@code to}: with its block, when that is known and fits into what may retire. */
  final Step go(Cpu c, int to) {
    RetirementUnit r = c.retirement;
    int distance = to - r.blockStart;
    Block block = distance == takenDistance ? taken : distance == passedDistance ? passed : null;
    if (block != null
        && block.valid
        && block.endsWithin(to, c.cs)
        && (!c.paging() || c.paging.holds(c.cs.base + to))
        && ++block.heat <= 0
        && r.enter(ordinal, block)) {
      r.blockStart = to;
      return block.first;
    }
    c.eip = to;
    return null;
  }

  /** Remembers the block that lay {@code distance} bytes from the beginning of this one. */
  final void follow(int distance, Block block) {
    if (distance != takenDistance || taken == null) {
      passed = taken;
      passedDistance = takenDistance;
    }
    taken = block;
    takenDistance = distance;
  }
}
