package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Operand;
import java.util.List;

/**
 * A step that ends its block with a transfer within the segment, and remembers the blocks to which
 * it went last, by their physical addresses: into whatever page they are, it goes there again where
 * the TLB still says so.
 */
abstract class Transfer extends Step {
  private final int displacement;
  private final int mask;

  /** Whether the target is in a register, in memory or on the stack. */
  private final boolean indirect;

  /** Where the transfer is, as {@link RetirementUnit#place} has it. */
  int transferPlace;

  /** The block behind it; for a target from register or memory the last but one. */
  private Block passed;

  private int passedDistance;

  /** The block at the target, and how many bytes that is from the beginning of this one. */
  private Block taken;

  private int takenDistance;

  Transfer(Insn insn) {
    this(insn, insn);
  }

  /** With the operands of one instruction and the target of another. */
  Transfer(Insn insn, Insn transfer) {
    super(insn);
    displacement = transfer.imm;
    mask = transfer.is32() ? -1 : 0xffff;
    List<Operand> operands = transfer.row.operands();
    indirect = operands.isEmpty() || operands.get(0).place() != Operand.Place.RELATIVE;
  }

  @Override
  void bind(Cpu cpu, int number, int at, Step after) {
    super.bind(cpu, number, at, after);
    transferPlace = place;
  }

  @Override
  final boolean setsEip() {
    return true;
  }

  /** A relative jump when {@code condition} holds. */
  final Step jumpIf(Cpu c, boolean condition) {
    return condition ? jump(c) : pass(c);
  }

  /**
   * A relative jump.
   *
   * @throws CpuException as {@link #target}
   */
  final Step jump(Cpu c) {
    RetirementUnit r = c.retirement;
    int from = r.blockStart;
    int to = from + end + displacement & mask;
    Block block = taken;
    if (block != null && to - from == takenDistance && enters(c, r, block, to)) {
      return block.first;
    }
    c.eip = within(c, to);
    return null;
  }

  /** A jump that is not taken. */
  final Step pass(Cpu c) {
    RetirementUnit r = c.retirement;
    int to = r.blockStart + end;
    Block block = passed;
    if (block != null && passedDistance == end && enters(c, r, block, to)) {
      return block.first;
    }
    c.eip = to;
    return null;
  }

  /**
   * Target of a relative transfer.
   *
   * @throws CpuException #GP(0) when it is beyond the limit of CS, of which the branch is guilty
   */
  final int target(Cpu c) {
    return within(c, c.retirement.blockStart + end + displacement & mask);
  }

  /** {@code to}, when CS reaches so far; else the exception of {@link #target}. */
  final int within(Cpu c, int to) {
    if (Integer.compareUnsigned(to, c.cs.limit) > 0) {
      c.retirement.place = transferPlace;
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

  /** Goes on at {@code to}, which is a valid offset. */
  final Step go(Cpu c, int to) {
    RetirementUnit r = c.retirement;
    int distance = to - r.blockStart;
    Block block = distance == takenDistance ? taken : distance == passedDistance ? passed : null;
    if (block != null && enters(c, r, block, to)) {
      return block.first;
    }
    c.eip = to;
    return null;
  }

  /** Goes into a block that was at {@code to}, when it still is and may retire as a whole. */
  private boolean enters(Cpu c, RetirementUnit r, Block block, int to) {
    if (block.valid
        && block.endsWithin(to, c.cs)
        && block.physical == c.heldForFetch(c.cs.base + to)
        && ++block.heat <= 0
        && r.enter(ordinal, block)) {
      r.blockStart = to;
      return true;
    }
    return false;
  }

  /** Remembers the block that lay {@code distance} bytes from the beginning of this one. */
  final void follow(int distance, Block block) {
    if (indirect) {
      if (distance != takenDistance && taken != null) {
        passed = taken;
        passedDistance = takenDistance;
      }
    } else if (distance == end) {
      passed = block;
      passedDistance = distance;
    }
    taken = block;
    takenDistance = distance;
  }
}
