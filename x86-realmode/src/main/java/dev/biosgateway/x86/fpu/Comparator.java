package dev.biosgateway.x86.fpu;

/** The comparisons and FXAM: what they put into C3, C2 and C0 (SDM vol. 1, 8.1.4, 8.3.6). */
final class Comparator {
  static final int GREATER = 0;
  static final int LESS = StatusWord.C0;
  static final int EQUAL = StatusWord.C3;
  static final int UNORDERED = StatusWord.C3 | StatusWord.C2 | StatusWord.C0;

  private final Accumulator acc;

  Comparator(Accumulator acc) {
    this.acc = acc;
  }

  /**
   * Compares a with b as FCOM (any NaN is invalid) or FUCOM (only signalling NaNs are) does.
   *
   * @return {@link #GREATER}, {@link #LESS}, {@link #EQUAL} or {@link #UNORDERED}
   */
  int compare(int aSignExp, long a, int bSignExp, long b, boolean quiet) {
    if (acc.nan(aSignExp, a, bSignExp, b)) {
      if (!quiet) {
        acc.exceptions = StatusWord.IE;
      }
      return UNORDERED;
    }
    acc.noteDenormals(aSignExp, a, bSignExp, b);
    boolean aZero = Float80.isZero(aSignExp, a);
    boolean bZero = Float80.isZero(bSignExp, b);
    if (aZero && bZero) {
      return EQUAL;
    }
    boolean aNegative = (aSignExp & Float80.SIGN) != 0;
    boolean bNegative = (bSignExp & Float80.SIGN) != 0;
    if (aNegative != bNegative) {
      return aNegative ? LESS : GREATER;
    }
    int magnitude = compareMagnitudes(aSignExp, a, bSignExp, b);
    if (magnitude == 0) {
      return EQUAL;
    }
    return magnitude > 0 == aNegative ? LESS : GREATER;
  }

  private static int compareMagnitudes(int aSignExp, long a, int bSignExp, long b) {
    // A pseudo-denormal has the value of the smallest normal exponent.
    int aExp = Math.max(aSignExp & Float80.EXPONENT, 1);
    int bExp = Math.max(bSignExp & Float80.EXPONENT, 1);
    return aExp != bExp ? Integer.compare(aExp, bExp) : Long.compareUnsigned(a, b);
  }

  /** The class codes of FXAM (SDM vol. 2A, FXAM, table of C3 C2 C0), with the sign in C1. */
  static int examine(int signExp, long significand, boolean empty) {
    int sign = (signExp & Float80.SIGN) != 0 ? StatusWord.C1 : 0;
    if (empty) {
      return sign | StatusWord.C3 | StatusWord.C0;
    }
    if (Float80.isUnsupported(signExp, significand)) {
      return sign;
    }
    if (Float80.isNan(signExp, significand)) {
      return sign | StatusWord.C0;
    }
    if (Float80.isInfinity(signExp, significand)) {
      return sign | StatusWord.C2 | StatusWord.C0;
    }
    if (Float80.isZero(signExp, significand)) {
      return sign | StatusWord.C3;
    }
    boolean denormal = Float80.isDenormal(signExp, significand);
    return sign | StatusWord.C2 | (denormal ? StatusWord.C3 : 0);
  }
}
