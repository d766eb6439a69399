package dev.biosgateway.x86.fpu;

/** FPREM and FPREM1 (SDM vol. 2A): exact remainders, in pieces when the quotient is too large. */
final class PartialRemainder {
  /** Quotients of up to this many bits are reduced in one go (SDM: exponents differ by < 64). */
  private static final int COMPLETE = 64;

  /** Returned when there was nothing to divide: C0 and C3 stay as they were. */
  static final int NO_QUOTIENT = -1;

  private final Accumulator acc;

  PartialRemainder(Accumulator acc) {
    this.acc = acc;
  }

  /**
   * Leaves the remainder of a / b in the accumulator.
   *
   * @param nearest quotient rounded to nearest (FPREM1) instead of toward zero (FPREM)
   * @return C2 when the reduction is incomplete, else the low quotient bits in C0, C3 and C1, or
   *     {@link #NO_QUOTIENT}
   */
  int remainder(int aSignExp, long a, int bSignExp, long b, boolean nearest) {
    if (acc.nan(aSignExp, a, bSignExp, b)) {
      return NO_QUOTIENT;
    }
    if (Float80.isInfinity(aSignExp, a) || Float80.isZero(bSignExp, b)) {
      acc.invalid();
      return NO_QUOTIENT;
    }
    acc.noteDenormals(aSignExp, a, bSignExp, b);
    int sign = aSignExp & Float80.SIGN;
    if (Float80.isZero(aSignExp, a)) {
      acc.zero(sign);
      return 0;
    }
    int aExp = Float80.normalizedExponent(aSignExp, a);
    long aSig = Float80.normalizedSignificand(a);
    int bExp = Float80.normalizedExponent(bSignExp, b);
    long bSig = Float80.normalizedSignificand(b);
    int distance = Float80.isInfinity(bSignExp, b) ? Integer.MIN_VALUE : aExp - bExp;
    if (distance < -1 || distance == -1 && !nearest) {
      acc.roundExtended(sign, aExp, aSig, 0);
      return 0;
    }
    if (distance == -1) {
      return halved(sign, bExp, aSig, bSig);
    }
    if (distance >= COMPLETE) {
      int step = distance & 31 | 32;
      reduce(sign, aExp - step, aSig, bSig, step);
      return StatusWord.C2;
    }
    return complete(sign, bExp, aSig, bSig, distance, nearest);
  }

  /** FPREM1 of a value between a quarter and the whole of the divisor. */
  private int halved(int sign, int bExp, long aSig, long bSig) {
    if (Long.compareUnsigned(aSig, bSig) <= 0) {
      acc.roundExtended(sign, bExp - 1, aSig, 0);
      return 0;
    }
    // Divisor minus dividend, in halves of the divisor's last place.
    long rest = (bSig << 1) - aSig;
    normalize(sign ^ Float80.SIGN, bExp - 1, rest);
    return quotientBits(1);
  }

  private void reduce(int sign, int exponent, long aSig, long bSig, int step) {
    long top = Long.compareUnsigned(aSig, bSig) >= 0 ? aSig - bSig : aSig;
    long quotient = WideInteger.divide(top >>> (64 - step), top << step, bSig);
    normalize(sign, exponent, (top << step) - quotient * bSig);
  }

  private int complete(int sign, int bExp, long aSig, long bSig, int distance, boolean nearest) {
    boolean once = Long.compareUnsigned(aSig, bSig) >= 0;
    long rest = once ? aSig - bSig : aSig;
    long quotient = (once ? 1L : 0) << distance;
    if (distance != 0) {
      long digits = WideInteger.divide(rest >>> (64 - distance), rest << distance, bSig);
      rest = (rest << distance) - digits * bSig;
      quotient += digits;
    }
    if (nearest) {
      int order = Long.compareUnsigned(rest, bSig - rest);
      if (rest != 0 && (order > 0 || order == 0 && (quotient & 1) != 0)) {
        rest = bSig - rest;
        sign ^= Float80.SIGN;
        quotient++;
      }
    }
    normalize(sign, bExp, rest);
    return quotientBits(quotient);
  }

  private void normalize(int sign, int exponent, long rest) {
    if (rest == 0) {
      acc.zero(sign);
    } else {
      int zeros = Long.numberOfLeadingZeros(rest);
      acc.roundExtended(sign, exponent - zeros, rest << zeros, 0);
    }
  }

  /** Q2 in C0, Q1 in C3, Q0 in C1. */
  private static int quotientBits(long quotient) {
    return ((quotient & 4) != 0 ? StatusWord.C0 : 0)
        | ((quotient & 2) != 0 ? StatusWord.C3 : 0)
        | ((quotient & 1) != 0 ? StatusWord.C1 : 0);
  }
}
