package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.cpu.Eflags;
import dev.biosgateway.x86.isa.Insn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which of the arithmetic flags somebody asks for, at each instruction of a body: backwards over
 * all ways within it. What is outside does not ask; it gets its flags from the operands that were
 * kept.
 */
final class FlagUse {
  private final Map<Integer, Integer> asked = new HashMap<>();
  private final Set<Integer> joins = new HashSet<>();

  /**
   * @param body the code
   * @param entries offsets at which it is entered
   */
  FlagUse(Body body, int[] entries) {
    Map<Integer, Insn> instructions = body.instructions();
    Map<Integer, List<Integer>> before = new HashMap<>();
    for (int entry : entries) {
      before.computeIfAbsent(entry, e -> new ArrayList<>()).add(-1);
    }
    for (int eip : instructions.keySet()) {
      for (int next : body.successors(eip)) {
        before.computeIfAbsent(next, e -> new ArrayList<>()).add(eip);
      }
    }
    before.forEach(
        (eip, from) -> {
          if (from.size() > 1) {
            joins.add(eip);
          }
        });
    ArrayDeque<Integer> open = new ArrayDeque<>(instructions.keySet());
    while (!open.isEmpty()) {
      int eip = open.removeLast();
      Insn insn = instructions.get(eip);
      if (insn == null) {
        continue;
      }
      int after = 0;
      for (int next : body.successors(eip)) {
        after |= asked(next);
      }
      int now = after & ~replaces(insn) | asks(insn);
      if (now != asked(eip)) {
        asked.put(eip, now);
        open.addAll(before.getOrDefault(eip, List.of()));
      }
    }
  }

  /** The flags that somebody asks for, of those that come to the instruction at {@code eip}. */
  int asked(int eip) {
    return asked.getOrDefault(eip, 0);
  }

  /** Whether several ways lead to {@code eip}, on which nobody asks for flags set before. */
  boolean mixesAt(int eip) {
    return joins.contains(eip) && asked(eip) == 0;
  }

  /** The flags that the code of {@code i} wants to know. */
  static int asks(Insn i) {
    return switch (i.row.mnemonic()) {
      case CLC, STC, CMC, SAHF -> Eflags.ARITHMETIC;
      case ROL, ROR -> Eflags.ARITHMETIC & ~(Eflags.CF | Eflags.OF);
      case RCL, RCR, BT, BTS, BTR, BTC -> Eflags.ARITHMETIC;
      default -> i.row.flagsRead() & Eflags.ARITHMETIC;
    };
  }

  /** The flags that are others after {@code i}, whatever they were. */
  private static int replaces(Insn i) {
    return switch (i.row.mnemonic()) {
      case ADD, ADC, SUB, SBB, CMP, AND, OR, XOR, TEST, NEG -> Eflags.ARITHMETIC;
      case MUL, IMUL, IMUL_TRUNCATING -> Eflags.ARITHMETIC;
      case CMPS, SCAS -> i.rep == Insn.NO_REPEAT ? Eflags.ARITHMETIC : 0;
      case INC, DEC -> Eflags.ARITHMETIC & ~Eflags.CF;
      case SHL, SHR, SAR -> i.src == Insn.ZERO && (i.imm & 31) != 0 ? Eflags.ARITHMETIC : 0;
      case ROL, ROR -> i.src == Insn.ZERO && (i.imm & 31) != 0 ? Eflags.CF | Eflags.OF : 0;
      default -> 0;
    };
  }
}
