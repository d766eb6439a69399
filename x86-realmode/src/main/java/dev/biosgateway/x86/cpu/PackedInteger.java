package dev.biosgateway.x86.cpu;

/**
 * Arithmetic on the 64 bits of an MMX register as bytes, words, doublewords or one quadword (SDM
 * vol. 1, 9.4). Lane 0 is the lowest; {@code bits} is the width of a lane: 8, 16, 32 or 64.
 */
final class PackedInteger {
  /** What happens to two lanes; the result is cut to the lane. */
  @FunctionalInterface
  interface Lane {
    long of(long a, long b);
  }

  private PackedInteger() {}

  /** Every lane by itself, sign-extended. */
  static long signed(int bits, long a, long b, Lane lane) {
    long out = 0;
    for (int at = 0; at < 64; at += bits) {
      out |= place(lane.of(sign(a, at, bits), sign(b, at, bits)), at, bits);
    }
    return out;
  }

  /** Every lane by itself, zero-extended. */
  static long unsigned(int bits, long a, long b, Lane lane) {
    long out = 0;
    for (int at = 0; at < 64; at += bits) {
      out |= place(lane.of(zero(a, at, bits), zero(b, at, bits)), at, bits);
    }
    return out;
  }

  /** All ones in the lanes where the comparison holds. */
  static long mask(boolean holds) {
    return holds ? -1 : 0;
  }

  /** The nearest value that a signed lane can hold. */
  static long saturateSigned(long value, int bits) {
    long max = (1L << bits - 1) - 1;
    return Math.max(-max - 1, Math.min(max, value));
  }

  /** The nearest value that an unsigned lane can hold. */
  static long saturateUnsigned(long value, int bits) {
    return Math.max(0, Math.min((1L << bits) - 1, value));
  }

  /**
   * The lanes of {@code a}, then those of {@code b}, at half the width.
   *
   * @param bits width of a lane before
   */
  static long packSigned(int bits, long a, long b) {
    int half = bits / 2;
    long out = 0;
    for (int at = 0; at < 64; at += bits) {
      out |= place(saturateSigned(sign(a, at, bits), half), at / 2, half);
      out |= place(saturateSigned(sign(b, at, bits), half), 32 + at / 2, half);
    }
    return out;
  }

  /** PACKUSWB: signed words to unsigned bytes. */
  static long packUnsigned(long a, long b) {
    long out = 0;
    for (int at = 0; at < 64; at += 16) {
      out |= place(saturateUnsigned(sign(a, at, 16), 8), at / 2, 8);
      out |= place(saturateUnsigned(sign(b, at, 16), 8), 32 + at / 2, 8);
    }
    return out;
  }

  /**
   * The lanes of one half of {@code a} and {@code b} in turn.
   *
   * @param from 0 for the low halves, 32 for the high ones
   */
  static long interleave(int bits, int from, long a, long b) {
    long out = 0;
    for (int at = 0; at < 32; at += bits) {
      out |= place(zero(a, from + at, bits), 2 * at, bits);
      out |= place(zero(b, from + at, bits), 2 * at + bits, bits);
    }
    return out;
  }

  /** PMADDWD: products of words, neighbours added. */
  static long multiplyAdd(long a, long b) {
    long out = 0;
    for (int at = 0; at < 64; at += 32) {
      long low = sign(a, at, 16) * sign(b, at, 16);
      long high = sign(a, at + 16, 16) * sign(b, at + 16, 16);
      out |= place(low + high, at, 32);
    }
    return out;
  }

  // ---- shifts: the count is one unsigned number for all lanes

  static long shiftLeft(int bits, long a, long count) {
    return beyond(count, bits) ? 0 : unsigned(bits, a, 0, (x, y) -> x << count);
  }

  static long shiftRight(int bits, long a, long count) {
    return beyond(count, bits) ? 0 : unsigned(bits, a, 0, (x, y) -> x >>> count);
  }

  /** A count beyond the lane leaves copies of the sign. */
  static long shiftRightSigned(int bits, long a, long count) {
    int by = beyond(count, bits) ? bits - 1 : (int) count;
    return signed(bits, a, 0, (x, y) -> x >> by);
  }

  private static boolean beyond(long count, int bits) {
    return Long.compareUnsigned(count, bits) >= 0;
  }

  // ---- lanes

  private static long sign(long value, int at, int bits) {
    return value << 64 - bits - at >> 64 - bits;
  }

  private static long zero(long value, int at, int bits) {
    return value << 64 - bits - at >>> 64 - bits;
  }

  private static long place(long value, int at, int bits) {
    return zero(value, 0, bits) << at;
  }
}
