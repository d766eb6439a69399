package dev.biosgateway.x86.fpu;

/** FSQRT: the square root digit by digit of 32 bits (P. Zimmermann, "Karatsuba Square Root"). */
final class SquareRoot {
  private final Accumulator acc;

  SquareRoot(Accumulator acc) {
    this.acc = acc;
  }

  void squareRoot(int signExp, long a) {
    if (acc.nan(signExp, a)) {
      return;
    }
    boolean negative = (signExp & Float80.SIGN) != 0;
    if (Float80.isZero(signExp, a)) {
      acc.set(signExp, a);
      return;
    }
    if (negative) {
      acc.invalid();
      return;
    }
    if (Float80.isInfinity(signExp, a)) {
      acc.infinity(0);
      return;
    }
    acc.noteDenormals(signExp, a, 0, 0);
    int unbiased = Float80.normalizedExponent(signExp, a) - Float80.BIAS;
    long significand = Float80.normalizedSignificand(a);
    // The root of high:low, which is significand * 2^63 or 2^64, has exactly 64 bits.
    boolean odd = (unbiased & 1) != 0;
    long high = odd ? significand : significand >>> 1;
    long low = odd ? 0 : significand << 63;
    root((unbiased >> 1) + Float80.BIAS, high, low);
  }

  private void root(int exponent, long high, long low) {
    long first = root32(high);
    long rest = high - first * first;
    // Second digit: (rest * 2^32 + upper half of low) / (2 * first), in 65 bits at most.
    long dividend = rest << 31 | low >>> 33;
    long digit = Long.divideUnsigned(dividend, first);
    long left = dividend - digit * first;
    long root = (first << 32) + digit;
    // N - root^2 = left * 2^33 + lowest 33 bits of low - digit^2, which may be negative.
    long remainderLow = (left << 33 | low & 0x1ffffffffL) - digit * digit;
    long remainderHigh = (left >>> 31) - WideInteger.multiplyHigh(digit, digit);
    if (Long.compareUnsigned(left << 33 | low & 0x1ffffffffL, digit * digit) < 0) {
      remainderHigh--;
    }
    if (remainderHigh < 0) {
      root--;
      long twice = root << 1 | 1;
      remainderLow += twice;
      remainderHigh += (root < 0 ? 1 : 0) + (Long.compareUnsigned(remainderLow, twice) < 0 ? 1 : 0);
    }
    // The root is above its half way point when the remainder exceeds the root itself.
    long fraction = 0;
    if (remainderHigh != 0 || Long.compareUnsigned(remainderLow, root) > 0) {
      fraction = Long.MIN_VALUE | 1;
    } else if (remainderLow != 0) {
      fraction = 1;
    }
    acc.round(0, exponent, root, fraction);
  }

  /** Floor of the root of a number of 63 or 64 bits. */
  private static long root32(long n) {
    long root = (long) Math.sqrt((n >>> 11) * 2048.0);
    root = Math.min(root, 0xffffffffL);
    while (Long.compareUnsigned(root * root, n) > 0) {
      root--;
    }
    while (root < 0xffffffffL && Long.compareUnsigned((root + 1) * (root + 1), n) <= 0) {
      root++;
    }
    return root;
  }
}
