package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.CpuModel;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes machine code with labels, in two passes: where a label is, is known in the second. What a
 * caller writes has to be of the same length in both.
 */
final class GuestAssembler {
  /**
   * What code is written for.
   *
   * @param code32 D bit of its code segment
   * @param base linear address of its first byte, which is at offset {@code origin} of CS
   * @param store how it reaches its own bytes as data
   * @param alias what may be added to a linear address without another byte being there; 0 for none
   * @param selectors what may be loaded into ES
   */
  record Dialect(
      CpuModel model,
      boolean code32,
      int origin,
      int base,
      Store store,
      int alias,
      int... selectors) {}

  /** How a program stores into itself. */
  enum Store {
    /** By an override of CS, where that may be written. */
    CODE_SEGMENT,
    /** Through DS, whose offsets are linear addresses. */
    FLAT
  }

  final Dialect dialect;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<String, Integer> labels = new HashMap<>();
  private int passes;
  private int unique;

  GuestAssembler(Dialect dialect) {
    this.dialect = dialect;
  }

  /** Whether the code is to be written, for the first time or again. */
  boolean again() {
    if (passes == 2) {
      return false;
    }
    passes++;
    unique = 0;
    out.reset();
    return true;
  }

  byte[] code() {
    return out.toByteArray();
  }

  /** A name that nobody else has. */
  String unique() {
    return "label" + unique++;
  }

  void label(String name) {
    labels.put(name, here());
  }

  /** Offset in CS of what is written next. */
  int here() {
    return dialect.origin() + out.size();
  }

  /** Offset in CS of a label; in the first pass, that of the code. */
  int at(String label) {
    return labels.getOrDefault(label, dialect.origin());
  }

  /** Offsets of the labels whose names begin so, ascending. */
  List<Integer> all(String begin) {
    return labels.entrySet().stream()
        .filter(e -> e.getKey().startsWith(begin))
        .map(Map.Entry::getValue)
        .sorted()
        .toList();
  }

  GuestAssembler bytes(int... values) {
    for (int value : values) {
      out.write(value);
    }
    return this;
  }

  void bytes(byte[] code) {
    out.writeBytes(code);
  }

  /** Two bytes, or four in 32-bit code. */
  GuestAssembler word(int value) {
    bytes(value, value >> 8);
    return dialect.code32() ? bytes(value >> 16, value >> 24) : this;
  }

  private void relative(String label) {
    word(at(label) - (here() + (dialect.code32() ? 4 : 2)));
  }

  void jump(String label) {
    bytes(0xe9);
    relative(label);
  }

  void call(String label) {
    bytes(0xe8);
    relative(label);
  }

  /** Jcc, {@code condition} as in its opcode; short when it goes back not too far. */
  void branch(int condition, String label) {
    int distance = at(label) - (here() + 2);
    if (isBehind(label) && distance >= -128) {
      bytes(0x70 | condition, distance);
    } else if (dialect.model().isAtLeast(CpuModel.I386)) {
      bytes(0x0f, 0x80 | condition);
      relative(label);
    } else {
      bytes(0x70 | condition ^ 1, 3);
      jump(label);
    }
  }

  /** Whether a label is at an address that was passed; the same in both passes. */
  boolean isBehind(String label) {
    return labels.containsKey(label) && at(label) <= here();
  }
}
