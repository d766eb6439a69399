package dev.biosgateway.kexec.vmcore;

import java.util.ArrayList;
import java.util.List;

/**
 * Pages that a dump leaves out, by the bits that makedumpfile(8) gives to {@code -d}: the sum of
 * any of them.
 *
 * @param bits 0 to 31
 */
public record DumpLevel(int bits) {
  /** All pages. */
  public static final DumpLevel EVERYTHING = new DumpLevel(0);

  /** Pages of zeros: the file says that they are, without holding them. */
  public static final int ZERO = 1;

  /** Page cache without private pages. */
  public static final int CACHE = 2;

  /** Page cache with private pages. */
  public static final int PRIVATE_CACHE = 4;

  /** Pages of user processes. */
  public static final int USER = 8;

  /** Pages nobody uses. */
  public static final int FREE = 16;

  /** Refuses what makedumpfile refuses. */
  public DumpLevel {
    if (bits < 0 || bits > 31) {
      throw new IllegalArgumentException("dump level: expected 0 to 31, found " + bits);
    }
  }

  /** Whether pages of a kind are left out. */
  public boolean leavesOut(int kind) {
    return (bits & kind) != 0;
  }

  /** Kinds in words, as {@code 1 (zero pages)}. */
  static String names(int kinds) {
    List<String> out = new ArrayList<>();
    String[] names = {
      "zero pages", "cache", "cache with private pages", "user pages", "free pages"
    };
    for (int bit = 0; bit < names.length; bit++) {
      if ((kinds & 1 << bit) != 0) {
        out.add((1 << bit) + " (" + names[bit] + ")");
      }
    }
    return String.join(", ", out);
  }
}
