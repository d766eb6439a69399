package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * Instructions of a region that are counted together, as they are likely to follow each other: over
 * branches that are not taken, along jumps, and several times around a small loop.
 */
final class Trace {
  /** Where a trace goes on after an instruction that branches. */
  enum Follow {
    /** It ends there. */
    NOWHERE,
    /** With the next instruction. */
    NEXT,
    /** At the target. */
    TARGET
  }

  /** One instruction, at its offset in CS. */
  record Step(int eip, Insn insn, Follow follow) {}

  /** Instructions at most; what is left of a budget that is smaller is interpreted. */
  private static final int MAX_STEPS = 40;

  /** How often a loop is repeated at most. */
  private static final int MAX_ROUNDS = 4;

  /** Bytes of x86 a loop may have, about, to be repeated. */
  private static final int SMALL_LOOP = 12;

  private final RegionScan scan;
  private final BiPredicate<Insn, Integer> canBe;
  private final int head;
  final List<Step> steps = new ArrayList<>();

  /** Where it goes on, when it does not end with a branch. */
  int end;

  /** Whether its last instruction says where to go on. */
  boolean branches;

  private Trace(RegionScan scan, BiPredicate<Insn, Integer> canBe, int head) {
    this.scan = scan;
    this.canBe = canBe;
    this.head = head;
  }

  /**
   * The trace from {@code head} on.
   *
   * @param canBe whether an instruction at an offset can be part of a region
   * @param repeat whether a loop to the head may be repeated
   */
  static Trace from(int head, RegionScan scan, BiPredicate<Insn, Integer> canBe, boolean repeat) {
    Trace trace = new Trace(scan, canBe, head);
    trace.collect(repeat);
    return trace;
  }

  private void collect(boolean repeat) {
    int at = head;
    int rounds = 1;
    Insn insn = scan.instructions.get(at);
    while (insn != null && canBe.test(insn, at)) {
      int next = at + insn.length;
      Follow follow = follow(insn, next, repeat && rounds < MAX_ROUNDS);
      steps.add(new Step(at, insn, follow));
      branches = insn.endsBlock();
      at = follow == Follow.TARGET ? RegionScan.target(insn, next) : next;
      if (branches && follow == Follow.NOWHERE) {
        return;
      }
      if (at == head && branches) {
        rounds++;
      } else if (at == head || scan.isLoop(at) || !branches && scan.targets.contains(at)) {
        break;
      }
      insn = scan.instructions.get(at);
    }
    branches = false;
    end = at;
  }

  private Follow follow(Insn insn, int next, boolean repeat) {
    if (!insn.endsBlock() || steps.size() >= MAX_STEPS) {
      return Follow.NOWHERE;
    }
    boolean relative = RegionScan.isRelative(insn);
    int target = relative ? RegionScan.target(insn, next) : 0;
    return switch (insn.row.mnemonic()) {
      case JCC, LOOP, LOOPE, LOOPNE, JCXZ -> {
        if (target == head) {
          yield repeat && steps.size() < SMALL_LOOP * (MAX_ROUNDS - 1)
              ? Follow.TARGET
              : Follow.NOWHERE;
        }
        yield goesOn(next) ? Follow.NEXT : Follow.NOWHERE;
      }
      case JMP -> relative && goesOn(target) ? Follow.TARGET : Follow.NOWHERE;
      default -> {
        boolean counted = insn.row.mnemonic().is(Mnemonic.Trait.STRING);
        boolean follows = !counted && RegionScan.goesOnBehind(insn);
        yield follows && goesOn(next) ? Follow.NEXT : Follow.NOWHERE;
      }
    };
  }

  private boolean goesOn(int eip) {
    return eip != head && !scan.isLoop(eip) && scan.instructions.containsKey(eip);
  }
}
