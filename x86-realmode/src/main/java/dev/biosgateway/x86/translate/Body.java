package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What becomes one Java method: the instructions of a region that are reached from an entry without
 * following calls. Guest functions become Java methods, and calls of the one kind calls of the
 * other, so that the JVM sees loops as they are and not all ways through a function mixed.
 *
 * @param entry offset at which it begins
 * @param function whether it is called by others; else it is where the region is entered
 * @param instructions by their offset
 * @param region all of the region
 */
record Body(int entry, boolean function, Map<Integer, Insn> instructions, RegionScan region) {
  private static final Set<Mnemonic> ON_STACK =
      EnumSet.of(Mnemonic.PUSH, Mnemonic.POP, Mnemonic.CALL, Mnemonic.RET, Mnemonic.LEAVE);

  /** What is reached from {@code entry} in the region that was found. */
  static Body from(int entry, boolean function, RegionScan region) {
    Map<Integer, Insn> found = new TreeMap<>();
    ArrayDeque<Integer> open = new ArrayDeque<>(List.of(entry));
    while (!open.isEmpty()) {
      int eip = open.removeLast();
      Insn insn = region.instructions.get(eip);
      if (insn != null && found.putIfAbsent(eip, insn) == null) {
        open.addAll(successors(insn, eip, region));
      }
    }
    return new Body(entry, function, found, region);
  }

  /** Offsets of the instructions that may follow the one at {@code eip}, as the code tells. */
  List<Integer> successors(int eip) {
    return successors(instructions.get(eip), eip, region);
  }

  static boolean calls(Insn insn, int eip, RegionScan region) {
    int next = eip + insn.length;
    return insn.row.mnemonic() == Mnemonic.CALL
        && RegionScan.isRelative(insn)
        && RegionScan.target(insn, next) != next
        && region.instructions.containsKey(RegionScan.target(insn, next));
  }

  /** Whether a call of {@code target}, with {@code next} behind it, is one of a function. */
  boolean calls(int target, int next) {
    return target != next && region.instructions.containsKey(target);
  }

  /** Offsets behind an INT whose handler is known, ascending: where an IRET may lead. */
  int[] behindInterrupts() {
    return instructions.entrySet().stream()
        .filter(e -> region.handlers.containsKey(e.getKey()))
        .mapToInt(e -> e.getKey() + e.getValue().length)
        .filter(instructions::containsKey)
        .sorted()
        .toArray();
  }

  /** How many instructions load or store, about. */
  int accesses() {
    return (int)
        instructions.values().stream()
            .filter(insn -> insn.memory >= 0 || ON_STACK.contains(insn.row.mnemonic()))
            .count();
  }

  /** General registers that some of the instructions may write, a bit for each. */
  static int written(Map<Integer, Insn> instructions) {
    return instructions.values().stream().mapToInt(RegisterUse::written).reduce(0, (a, b) -> a | b);
  }

  private static List<Integer> successors(Insn insn, int eip, RegionScan region) {
    int next = eip + insn.length;
    if (!insn.endsBlock()) {
      return List.of(next);
    }
    return switch (insn.row.mnemonic()) {
      case JCC, LOOP, LOOPE, LOOPNE, JCXZ -> List.of(next, RegionScan.target(insn, next));
      case JMP ->
          RegionScan.isRelative(insn)
              ? List.of(RegionScan.target(insn, next))
              : List.copyOf(region.jumps(eip));
      case CALL -> {
        boolean thunk = RegionScan.isRelative(insn) && RegionScan.target(insn, next) == next;
        yield thunk || calls(insn, eip, region) ? List.of(next) : List.of();
      }
      case INT -> {
        Integer handler = region.handlers.get(eip);
        yield handler == null ? List.of() : List.of(handler, next);
      }
      default -> RegionScan.goesOnBehind(insn) ? List.of(next) : List.of();
    };
  }
}
