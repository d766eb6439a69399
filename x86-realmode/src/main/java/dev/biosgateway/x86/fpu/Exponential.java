package dev.biosgateway.x86.fpu;

/** F2XM1: two to the power of x, minus one, for -1 to +1 (SDM vol. 2A, F2XM1). */
final class Exponential {
  private static final WideFloat LN_2 = WideFloat.of(Constant.LN_2);

  /** (e^y - 1) / y. */
  private static final PowerSeries SERIES = new PowerSeries(33, k -> PowerSeries.factorial(k + 1));

  private final Accumulator acc;
  private final WideFloat y = new WideFloat();
  private final WideFloat sum = new WideFloat();

  Exponential(Accumulator acc) {
    this.acc = acc;
  }

  void powerOfTwoMinusOne(int signExp, long a) {
    if (acc.nan(signExp, a)) {
      return;
    }
    boolean negative = (signExp & Float80.SIGN) != 0;
    if (Float80.isInfinity(signExp, a)) {
      if (negative) {
        acc.set(Float80.SIGN | Float80.BIAS, Float80.INTEGER_BIT);
      } else {
        acc.infinity(0);
      }
      return;
    }
    if (a == 0) {
      acc.zero(signExp & Float80.SIGN);
      return;
    }
    acc.noteDenormals(signExp, a, 0, 0);
    int exponent = signExp & Float80.EXPONENT;
    if (exponent == Float80.BIAS && a == Float80.INTEGER_BIT) {
      acc.exceptions |= StatusWord.PE; // silicon does not notice that these are exact
      acc.set(negative ? Float80.SIGN | Float80.BIAS - 1 : Float80.BIAS, Float80.INTEGER_BIT);
      return;
    }
    if (exponent >= Float80.BIAS) {
      // The manual leaves this undefined; the operand stays.
      acc.exceptions |= StatusWord.PE;
      acc.set(signExp, a);
      return;
    }
    y.set(signExp, a);
    y.multiply(y, LN_2);
    SERIES.evaluate(y, negative, sum);
    sum.multiply(sum, y);
    sum.round(acc, false);
  }
}
