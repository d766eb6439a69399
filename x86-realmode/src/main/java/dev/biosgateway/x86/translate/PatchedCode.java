package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Operand;
import dev.biosgateway.x86.isa.Operand.Place;
import java.util.HashSet;
import java.util.Set;

/**
 * Bytes of code that programs have changed under a region. Where they are an immediate operand, the
 * next region reads it from memory whenever it executes the instruction, as the processor does, and
 * does not mind when it is written.
 */
final class PatchedCode {
  /** Bytes remembered at most; then what still changes has to show itself again. */
  private static final int MAX_BYTES = 4096;

  /**
   * An immediate operand in memory.
   *
   * @param physical address of its first byte
   * @param bits 8, 16 or 32; sign-extended to the operand size
   */
  record Immediate(int physical, int bits) {}

  private final Set<Integer> addresses = new HashSet<>();

  /** Remembers that bytes at these physical addresses were changed. */
  void learn(int[] changed) {
    if (addresses.size() + changed.length > MAX_BYTES) {
      addresses.clear();
    }
    for (int address : changed) {
      addresses.add(address);
    }
  }

  /**
   * The immediate operand of an instruction when a byte of it was changed.
   *
   * @param i an instruction of main memory
   * @param end physical address behind it; all of the operand is in the page before that
   * @return null when none was, or the code for {@code i} needs to know it beforehand
   */
  Immediate immediate(Insn i, int end) {
    int bytes = addresses.isEmpty() || !canWait(i) ? 0 : bits(i) >> 3;
    for (int k = 1; k <= bytes; k++) {
      if (addresses.contains(end - k)) {
        return new Immediate(end - bytes, bits(i));
      }
    }
    return null;
  }

  /** Whether the code for {@code i} takes its immediate as it takes a register. */
  private static boolean canWait(Insn i) {
    return switch (i.row.mnemonic()) {
      case ADD, SUB, CMP, AND, OR, XOR, TEST, MOV ->
          i.src == Insn.ZERO && !i.lock && last(i).place() == Place.IMMEDIATE;
      default -> false;
    };
  }

  private static int bits(Insn i) {
    return last(i).width().bits(i.operandSize);
  }

  private static Operand last(Insn i) {
    return i.row.operands().get(i.row.operands().size() - 1);
  }
}
