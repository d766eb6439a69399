package dev.biosgateway.x86.fpu;

/** FMUL (SDM vol. 2A, FMUL, table of results). */
final class Multiplier {
  private final Accumulator acc;

  Multiplier(Accumulator acc) {
    this.acc = acc;
  }

  void multiply(int aSignExp, long a, int bSignExp, long b) {
    int sign = (aSignExp ^ bSignExp) & Float80.SIGN;
    if (!Float80.isNormal(aSignExp, a) || !Float80.isNormal(bSignExp, b)) {
      if (acc.nan(aSignExp, a, bSignExp, b) || special(sign, aSignExp, a, bSignExp, b)) {
        return;
      }
    }
    acc.noteDenormals(aSignExp, a, bSignExp, b);
    int exponent =
        Float80.normalizedExponent(aSignExp, a)
            + Float80.normalizedExponent(bSignExp, b)
            - Float80.BIAS
            + 1;
    long aSig = Float80.normalizedSignificand(a);
    long bSig = Float80.normalizedSignificand(b);
    long high = WideInteger.multiplyHigh(aSig, bSig);
    long low = aSig * bSig;
    if (high >= 0) {
      high = high << 1 | low >>> 63;
      low <<= 1;
      exponent--;
    }
    acc.round(sign, exponent, high, low);
  }

  private boolean special(int sign, int aSignExp, long a, int bSignExp, long b) {
    boolean infinite = Float80.isInfinity(aSignExp, a) || Float80.isInfinity(bSignExp, b);
    boolean zero = Float80.isZero(aSignExp, a) || Float80.isZero(bSignExp, b);
    if (!infinite && !zero) {
      return false;
    }
    if (infinite && zero) {
      acc.invalid();
      return true;
    }
    acc.noteDenormals(aSignExp, a, bSignExp, b);
    if (infinite) {
      acc.infinity(sign);
    } else {
      acc.zero(sign);
    }
    return true;
  }
}
