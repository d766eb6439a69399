package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The functions of a region, and what a caller has to know of them. */
final class Bodies {
  private final RegionScan region;
  private final Map<Integer, Body> functions = new HashMap<>();
  private final Map<Integer, Integer> written = new HashMap<>();

  Bodies(RegionScan region) {
    this.region = region;
  }

  Body function(int entry) {
    return functions.computeIfAbsent(entry, e -> Body.from(e, true, region));
  }

  /** General registers that the function, or one it calls, may write, a bit for each. */
  int writtenFrom(int entry) {
    return written.computeIfAbsent(entry, this::collectWritten);
  }

  private int collectWritten(int entry) {
    int all = 0;
    Set<Integer> seen = new HashSet<>(List.of(entry));
    ArrayDeque<Integer> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      Body body = function(open.removeLast());
      all |= Body.written(body.instructions());
      for (Map.Entry<Integer, Insn> e : body.instructions().entrySet()) {
        Insn insn = e.getValue();
        if (Body.calls(insn, e.getKey(), region)) {
          int target = RegionScan.target(insn, e.getKey() + insn.length);
          if (seen.add(target)) {
            open.add(target);
          }
        }
      }
    }
    return all;
  }

  /**
   * Bytes that every return of the function takes off the stack; -1 when they differ, or when none
   * has been seen.
   */
  int popsFrom(int entry) {
    int[] pops =
        function(entry).instructions().values().stream()
            .filter(insn -> insn.row.mnemonic() == Mnemonic.RET)
            .mapToInt(insn -> (insn.operandSize >> 3) + insn.imm)
            .distinct()
            .toArray();
    return pops.length == 1 ? pops[0] : -1;
  }
}
