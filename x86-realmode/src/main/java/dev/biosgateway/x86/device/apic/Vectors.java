package dev.biosgateway.x86.device.apic;

import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/** A bit for each of the 256 vectors: what IRR, ISR and TMR are. */
final class Vectors {
  private final int[] words = new int[8];

  void set(int vector, boolean on) {
    int bit = 1 << (vector & 31);
    words[vector >>> 5] = on ? words[vector >>> 5] | bit : words[vector >>> 5] & ~bit;
  }

  boolean has(int vector) {
    return (words[vector >>> 5] >>> (vector & 31) & 1) != 0;
  }

  /** The highest vector, -1 when there is none. */
  int highest() {
    for (int i = words.length - 1; i >= 0; i--) {
      if (words[i] != 0) {
        return i << 5 | 31 - Integer.numberOfLeadingZeros(words[i]);
      }
    }
    return -1;
  }

  /** 32 of the bits, as a register shows them. */
  int word(int index) {
    return words[index];
  }

  void clear() {
    Arrays.fill(words, 0);
  }

  void save(String field, Section out) {
    out.put(field, words);
  }

  void restore(String field, Section in) {
    in.getInts(field, words);
  }
}
