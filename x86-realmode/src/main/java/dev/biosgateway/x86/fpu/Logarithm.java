package dev.biosgateway.x86.fpu;

/** FYL2X and FYL2XP1 (SDM vol. 2A, tables of results). */
final class Logarithm {
  private static final WideFloat LOG2_E = WideFloat.of(Constant.LOG2_E);
  private static final WideFloat ONE = new WideFloat().set(1);

  /** The square root of two, rounded: where the range of the significand is cut. */
  private static final long ROOT_2 = 0xb504f333f9de6484L;

  /** artanh(s) / s in s^2, for |s| up to 3 - 2 sqrt 2. */
  private static final PowerSeries SERIES = new PowerSeries(28, PowerSeries::odd);

  private final Accumulator acc;
  private final WideFloat x = new WideFloat();
  private final WideFloat y = new WideFloat();
  private final WideFloat quotient = new WideFloat();
  private final WideFloat sum = new WideFloat();

  Logarithm(Accumulator acc) {
    this.acc = acc;
  }

  /** y * log2 x. */
  void yLog2X(int xSignExp, long xSig, int ySignExp, long ySig) {
    if (acc.nan(xSignExp, xSig, ySignExp, ySig)) {
      return;
    }
    int ySign = ySignExp & Float80.SIGN;
    boolean yInfinite = Float80.isInfinity(ySignExp, ySig);
    if (xSig == 0) {
      ofZero(ySign, ySig, yInfinite);
      return;
    }
    if ((xSignExp & Float80.SIGN) != 0) {
      acc.invalid();
      return;
    }
    boolean isOne = xSignExp == Float80.BIAS && xSig == Float80.INTEGER_BIT;
    boolean xInfinite = Float80.isInfinity(xSignExp, xSig);
    if (isOne && yInfinite || xInfinite && ySig == 0) {
      acc.invalid();
      return;
    }
    acc.noteDenormals(xSignExp, xSig, ySignExp, ySig);
    int sign = ySign ^ (xSignExp < Float80.BIAS ? Float80.SIGN : 0);
    if (xInfinite || yInfinite) {
      acc.infinity(sign);
    } else if (isOne || ySig == 0) {
      acc.zero(sign);
    } else {
      y.set(ySignExp, ySig);
      x.set(xSignExp, xSig);
      logarithm();
    }
  }

  private void ofZero(int ySign, long ySig, boolean yInfinite) {
    if (ySig == 0) {
      acc.invalid();
      return;
    }
    acc.exceptions |= yInfinite ? 0 : StatusWord.ZE;
    acc.infinity(ySign ^ Float80.SIGN);
  }

  /** y times the logarithm of {@code x}, which is positive and not one. */
  private void logarithm() {
    int exponent = x.exponent;
    x.exponent = 0;
    boolean powerOfTwo = x.high == Float80.INTEGER_BIT && x.low == 0;
    if (Long.compareUnsigned(x.high, ROOT_2) > 0) {
      exponent++;
      x.exponent = -1;
    }
    if (powerOfTwo) {
      sum.set(exponent);
    } else {
      quotient.add(x, ONE);
      x.subtract(x, ONE);
      fraction();
      quotient.set(exponent);
      sum.add(sum, quotient);
    }
    sum.multiply(sum, y);
    sum.round(acc, powerOfTwo);
    if (powerOfTwo) {
      // Silicon does not notice that the logarithm of a power of two is exact.
      boolean denormal = (acc.signExp & Float80.EXPONENT) == 0;
      acc.exceptions |= denormal ? StatusWord.PE | StatusWord.UE : StatusWord.PE;
    }
  }

  /**
   * {@code sum} becomes log2 of the number of which x, less one, and quotient, plus one, remain.
   */
  private void fraction() {
    quotient.divide(x, quotient);
    x.multiply(quotient, quotient);
    SERIES.evaluate(x, false, sum);
    sum.multiply(sum, quotient);
    sum.multiply(sum, LOG2_E);
    sum.exponent++;
  }

  /** y * log2 (x + 1). */
  void yLog2XPlusOne(int xSignExp, long xSig, int ySignExp, long ySig) {
    if (acc.nan(xSignExp, xSig, ySignExp, ySig)) {
      return;
    }
    int sign = (xSignExp ^ ySignExp) & Float80.SIGN;
    boolean xInfinite = Float80.isInfinity(xSignExp, xSig);
    boolean yInfinite = Float80.isInfinity(ySignExp, ySig);
    boolean belowDomain = (xSignExp & Float80.SIGN) != 0 && xInfinite;
    if (belowDomain || yInfinite && xSig == 0 || xInfinite && ySig == 0) {
      acc.invalid();
      return;
    }
    acc.noteDenormals(xSignExp, xSig, ySignExp, ySig);
    if (xInfinite || yInfinite) {
      acc.infinity(sign);
    } else if (xSig == 0 || ySig == 0) {
      acc.zero(sign);
    } else if ((xSignExp & Float80.SIGN) != 0 && (xSignExp & Float80.EXPONENT) >= Float80.BIAS) {
      // Undefined in the manual, as there is no logarithm: the operand stays.
      acc.exceptions |= StatusWord.PE;
      acc.set(xSignExp, xSig);
    } else {
      y.set(ySignExp, ySig);
      x.set(xSignExp, xSig);
      plusOne();
    }
  }

  private void plusOne() {
    quotient.add(x, ONE);
    if (quotient.exponent == 0 && Long.compareUnsigned(quotient.high, ROOT_2) <= 0
        || quotient.exponent == -1 && Long.compareUnsigned(quotient.high, ROOT_2) > 0) {
      quotient.add(quotient, ONE);
      fraction();
      sum.multiply(sum, y);
      sum.round(acc, false);
    } else {
      x.set(quotient);
      logarithm();
    }
  }
}
