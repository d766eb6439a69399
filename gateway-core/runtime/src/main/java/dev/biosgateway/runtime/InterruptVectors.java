package dev.biosgateway.runtime;

import java.util.List;
import java.util.Set;

/** Which entries of a PC's interrupt vector table are code, and how their routines are named. */
final class InterruptVectors {
  /**
   * Entries that point to tables, not to code: video parameters, diskette parameters, upper
   * graphics characters, fixed disk parameters 0 and 1, and the character generators of EGA and VGA
   * (IBM PS/2 and PC BIOS Interface Technical Reference, interrupts 1Dh, 1Eh, 1Fh, 41h, 46h, 43h,
   * 44h).
   */
  private static final Set<Integer> TABLES = Set.of(0x1d, 0x1e, 0x1f, 0x41, 0x43, 0x44, 0x46);

  private InterruptVectors() {}

  /** Those of the vectors that can be called. */
  static List<Integer> callable(List<Integer> vectors) {
    return vectors.stream().filter(vector -> !TABLES.contains(vector)).sorted().toList();
  }

  /** {@code int10}. */
  static String routineName(int vector) {
    return String.format("int%02x", vector);
  }
}
