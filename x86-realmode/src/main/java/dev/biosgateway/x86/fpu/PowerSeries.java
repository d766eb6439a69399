package dev.biosgateway.x86.fpu;

import java.math.BigInteger;
import java.util.function.IntFunction;

/**
 * A Taylor polynomial with coefficients of 128 bits. All the series used here have plain rational
 * coefficients, so they are derived when the class is first used and not listed.
 *
 * <p>Immutable once built.
 */
final class PowerSeries {
  private final WideFloat[] coefficients;

  private PowerSeries(WideFloat[] coefficients) {
    this.coefficients = coefficients;
  }

  /** Sum of {@code x^k / divisor(k)} for k below {@code terms}. */
  static PowerSeries reciprocals(int terms, IntFunction<BigInteger> divisor) {
    WideFloat[] c = new WideFloat[terms];
    for (int k = 0; k < terms; k++) {
      c[k] = WideFloat.ratio(BigInteger.ONE, divisor.apply(k));
    }
    return new PowerSeries(c);
  }

  /** The same with alternating signs, beginning with plus. */
  static PowerSeries alternating(int terms, IntFunction<BigInteger> divisor) {
    PowerSeries series = reciprocals(terms, divisor);
    for (int k = 1; k < terms; k += 2) {
      series.coefficients[k].negative = true;
    }
    return series;
  }

  static BigInteger factorial(int n) {
    BigInteger product = BigInteger.ONE;
    for (int i = 2; i <= n; i++) {
      product = product.multiply(BigInteger.valueOf(i));
    }
    return product;
  }

  static BigInteger odd(int k) {
    return BigInteger.valueOf(2L * k + 1);
  }

  /** Puts the sum at {@code x} into {@code result}, which must be another object. */
  void evaluate(WideFloat x, WideFloat result) {
    int k = coefficients.length - 1;
    result.set(coefficients[k]);
    while (--k >= 0) {
      result.multiply(result, x);
      result.add(result, coefficients[k]);
    }
  }
}
