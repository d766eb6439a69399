package dev.biosgateway.x86.fpu;

/** FDIV and FDIVR (SDM vol. 2A, FDIV, table of results). */
final class Divider {
  private final Accumulator acc;

  Divider(Accumulator acc) {
    this.acc = acc;
  }

  /** a / b. */
  void divide(int aSignExp, long a, int bSignExp, long b) {
    int sign = (aSignExp ^ bSignExp) & Float80.SIGN;
    if (!Float80.isNormal(aSignExp, a) || !Float80.isNormal(bSignExp, b)) {
      if (acc.nan(aSignExp, a, bSignExp, b) || special(sign, aSignExp, a, bSignExp, b)) {
        return;
      }
    }
    acc.noteDenormals(aSignExp, a, bSignExp, b);
    int exponent =
        Float80.normalizedExponent(aSignExp, a)
            - Float80.normalizedExponent(bSignExp, b)
            + Float80.BIAS;
    long dividend = Float80.normalizedSignificand(a);
    long divisor = Float80.normalizedSignificand(b);
    long low = 0;
    if (Long.compareUnsigned(dividend, divisor) >= 0) {
      // Halved, so that the quotient is below one and fits.
      low = dividend << 63;
      dividend >>>= 1;
    } else {
      exponent--;
    }
    long quotient = WideInteger.divide(dividend, low, divisor);
    long rest = low - quotient * divisor;
    acc.round(sign, exponent, quotient, fraction(rest, divisor));
  }

  /** Rest / divisor as the fraction that decides rounding: less, equal or more than a half. */
  private static long fraction(long rest, long divisor) {
    if (rest == 0) {
      return 0;
    }
    int order = Long.compareUnsigned(rest, divisor - rest);
    return order < 0 ? 1 : order == 0 ? Long.MIN_VALUE : Long.MIN_VALUE | 1;
  }

  private boolean special(int sign, int aSignExp, long a, int bSignExp, long b) {
    boolean aInfinite = Float80.isInfinity(aSignExp, a);
    boolean bInfinite = Float80.isInfinity(bSignExp, b);
    boolean aZero = Float80.isZero(aSignExp, a);
    boolean bZero = Float80.isZero(bSignExp, b);
    if (aInfinite && bInfinite || aZero && bZero) {
      acc.invalid();
      return true;
    }
    if (aInfinite || bZero) {
      if (aInfinite) {
        acc.noteDenormals(aSignExp, a, bSignExp, b);
      } else {
        acc.exceptions |= StatusWord.ZE;
      }
      acc.infinity(sign);
      return true;
    }
    if (bInfinite || aZero) {
      acc.noteDenormals(aSignExp, a, bSignExp, b);
      acc.zero(sign);
      return true;
    }
    return false;
  }
}
