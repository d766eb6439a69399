package dev.biosgateway.x86.fpu;

import java.math.BigInteger;
import java.util.function.IntFunction;

/**
 * A Taylor polynomial with coefficients of 128 bits, evaluated in fixed point (Abramowitz and
 * Stegun, Handbook of Mathematical Functions, 4.1 to 4.4). All the series used here have plain
 * rational coefficients that begin with one and fall, so they are derived when the class is first
 * used and not listed.
 *
 * <p>Immutable; safe for use by any thread.
 */
final class PowerSeries {
  /** Halves of the coefficients, as fractions of 2^128: room for a sum below two. */
  private final long[] high;

  private final long[] low;

  /** Sum of {@code x^k / divisor(k)} for k below {@code terms}. */
  PowerSeries(int terms, IntFunction<BigInteger> divisor) {
    high = new long[terms];
    low = new long[terms];
    for (int k = 0; k < terms; k++) {
      BigInteger half = BigInteger.ONE.shiftLeft(127).divide(divisor.apply(k));
      high[k] = half.shiftRight(64).longValue();
      low[k] = half.longValue();
    }
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

  /**
   * Puts the sum at {@code |x|}, or at {@code -|x|}, into {@code result}.
   *
   * @param x of magnitude below one
   * @param alternating whether every second term is subtracted
   */
  void evaluate(WideFloat x, boolean alternating, WideFloat result) {
    int shift = -1 - x.exponent;
    long xHigh = shift < 64 ? x.high >>> shift : 0;
    long xLow = 0;
    if (shift == 0) {
      xLow = x.low;
    } else if (shift < 64) {
      xLow = x.low >>> shift | x.high << (64 - shift);
    } else if (shift < 128) {
      xLow = x.high >>> (shift - 64);
    }
    int k = high.length - 1;
    long sumHigh = high[k];
    long sumLow = low[k];
    while (--k >= 0) {
      // sum = coefficient +- sum * x, without the lowest partial product
      long product = sumHigh * xHigh;
      long upper = WideInteger.multiplyHigh(sumHigh, xHigh);
      long cross = WideInteger.multiplyHigh(sumHigh, xLow);
      product += cross;
      upper += Long.compareUnsigned(product, cross) < 0 ? 1 : 0;
      cross = WideInteger.multiplyHigh(sumLow, xHigh);
      product += cross;
      upper += Long.compareUnsigned(product, cross) < 0 ? 1 : 0;
      if (alternating) {
        sumLow = low[k] - product;
        sumHigh = high[k] - upper - (Long.compareUnsigned(low[k], product) < 0 ? 1 : 0);
      } else {
        sumLow = low[k] + product;
        sumHigh = high[k] + upper + (Long.compareUnsigned(sumLow, product) < 0 ? 1 : 0);
      }
    }
    result.set(false, 0, sumHigh, sumLow);
  }
}
