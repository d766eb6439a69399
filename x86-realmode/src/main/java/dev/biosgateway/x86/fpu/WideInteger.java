package dev.biosgateway.x86.fpu;

/** Unsigned 64 by 64 and 128 by 64 bit arithmetic, which Java 17 has only in signed form. */
final class WideInteger {
  private static final long LOW_HALF = 0xffffffffL;

  private WideInteger() {}

  /** Upper 64 bits of an unsigned product. */
  static long multiplyHigh(long a, long b) {
    return Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
  }

  /**
   * Quotient of {@code high:low} by {@code divisor}; the remainder is {@code low - quotient *
   * divisor}. Knuth's algorithm D with two digits of 32 bits.
   *
   * @param high less than {@code divisor}
   * @param divisor with its top bit set
   */
  static long divide(long high, long low, long divisor) {
    long upper = digit(high, low >>> 32, divisor);
    long rest = (high << 32 | low >>> 32) - upper * divisor;
    long lower = digit(rest, low & LOW_HALF, divisor);
    return upper << 32 | lower;
  }

  /** One 32-bit digit of (rest * 2^32 + next) / divisor. */
  private static long digit(long rest, long next, long divisor) {
    long divisorHigh = divisor >>> 32;
    long divisorLow = divisor & LOW_HALF;
    long estimate = Long.divideUnsigned(rest, divisorHigh);
    long left = rest - estimate * divisorHigh;
    // At most twice too large (Knuth, TAOCP vol. 2, 4.3.1, theorem B).
    while (estimate > LOW_HALF
        || Long.compareUnsigned(estimate * divisorLow, left << 32 | next) > 0) {
      estimate--;
      left += divisorHigh;
      if (left > LOW_HALF) {
        break;
      }
    }
    return estimate;
  }
}
