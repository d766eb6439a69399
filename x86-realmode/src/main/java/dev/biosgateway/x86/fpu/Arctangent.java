package dev.biosgateway.x86.fpu;

import java.math.BigInteger;

/** FPATAN (SDM vol. 2A, FPATAN, table of results). */
final class Arctangent {
  /** The interval from 0 to 1 is cut into so many pieces, each with its own series. */
  private static final int PIECES = 16;

  private static final PowerSeries SERIES = new PowerSeries(15, PowerSeries::odd);
  private static final WideFloat[] AT_PIECE = new WideFloat[PIECES + 1];
  private static final WideFloat PI = WideFloat.of(Constant.PI);
  private static final WideFloat ONE = new WideFloat().set(1);

  static {
    for (int j = 0; j <= PIECES; j++) {
      AT_PIECE[j] = piece(j);
    }
  }

  private final Accumulator acc;
  private final WideFloat y = new WideFloat();
  private final WideFloat x = new WideFloat();
  private final WideFloat ratio = new WideFloat();
  private final WideFloat point = new WideFloat();
  private final WideFloat sum = new WideFloat();

  Arctangent(Accumulator acc) {
    this.acc = acc;
  }

  /**
   * Arc tangent of j / PIECES by Euler's series, sum of 2^(2n) (n!)^2 / (2n+1)! * t^(2n+1) /
   * (1+t^2)^(n+1).
   */
  private static WideFloat piece(int j) {
    BigInteger scale = BigInteger.ONE.shiftLeft(200);
    BigInteger square = BigInteger.valueOf((long) j * j);
    BigInteger norm = BigInteger.valueOf((long) PIECES * PIECES + (long) j * j);
    BigInteger term = scale.multiply(BigInteger.valueOf((long) j * PIECES)).divide(norm);
    BigInteger total = BigInteger.ZERO;
    for (int n = 1; term.signum() != 0; n++) {
      total = total.add(term);
      term = term.multiply(square).multiply(BigInteger.valueOf(2L * n));
      term = term.divide(norm.multiply(BigInteger.valueOf(2L * n + 1)));
    }
    return j == 0 ? new WideFloat() : WideFloat.ratio(total, scale);
  }

  /** The angle of the point (x, y). */
  void angle(int ySignExp, long ySig, int xSignExp, long xSig) {
    if (acc.nan(ySignExp, ySig, xSignExp, xSig)) {
      return;
    }
    acc.noteDenormals(ySignExp, ySig, xSignExp, xSig);
    boolean negative = (ySignExp & Float80.SIGN) != 0;
    boolean left = (xSignExp & Float80.SIGN) != 0;
    boolean yInfinite = Float80.isInfinity(ySignExp, ySig);
    boolean xInfinite = Float80.isInfinity(xSignExp, xSig);
    if (yInfinite || xSig == 0 && ySig != 0) {
      quarters(negative, yInfinite && xInfinite ? left ? 3 : 1 : 2);
    } else if (xInfinite || ySig == 0) {
      if (left) {
        quarters(negative, 4);
      } else {
        acc.zero(negative ? Float80.SIGN : 0);
      }
    } else {
      y.set(ySignExp & Float80.EXPONENT, ySig);
      x.set(xSignExp & Float80.EXPONENT, xSig);
      finite(negative, left);
    }
  }

  /** A multiple of a quarter of pi. */
  private void quarters(boolean negative, int count) {
    sum.set(count);
    sum.multiply(sum, PI);
    sum.exponent -= 2;
    sum.negative = negative;
    sum.round(acc, false);
  }

  private void finite(boolean negative, boolean left) {
    point.subtract(y, x);
    boolean steep = !point.isZero() && !point.negative;
    if (steep) {
      ratio.divide(x, y);
    } else {
      ratio.divide(y, x);
    }
    boolean exact = !steep && !left && isExactQuotient();
    boolean tiny = ratio.exponent < -62;
    if (tiny) {
      sum.set(ratio);
    } else {
      atUnitInterval();
    }
    if (steep) {
      quarterTurns(2, !left);
    } else if (left) {
      quarterTurns(4, true);
    } else if (tiny && exact) {
      sum.stepDown();
    }
    sum.negative = negative;
    sum.round(acc, false);
  }

  /** Whether y / x has no more than the 128 bits: then the arc tangent is just below it. */
  private boolean isExactQuotient() {
    point.multiply(ratio, x);
    point.subtract(point, y);
    return point.isZero();
  }

  /** {@code sum} becomes so many quarters of pi, minus or plus itself. */
  private void quarterTurns(int quarters, boolean minus) {
    point.set(quarters);
    point.multiply(point, PI);
    point.exponent -= 2;
    if (minus) {
      sum.subtract(point, sum);
    } else {
      sum.add(point, sum);
    }
  }

  /** {@code sum} becomes the arc tangent of {@code ratio}, 0 to 1. */
  private void atUnitInterval() {
    int j = nearestPiece();
    if (j != 0) {
      // arctan t = arctan c + arctan((t - c) / (1 + t c))
      point.set(j);
      point.exponent -= 4;
      x.multiply(point, ratio);
      x.add(x, ONE);
      ratio.subtract(ratio, point);
      ratio.divide(ratio, x);
    }
    x.multiply(ratio, ratio);
    SERIES.evaluate(x, true, sum);
    sum.multiply(sum, ratio);
    sum.add(sum, AT_PIECE[j]);
  }

  private int nearestPiece() {
    int places = ratio.exponent + 5;
    int twice = places < 0 ? 0 : (int) (ratio.high >>> (63 - places));
    return twice + 1 >> 1;
  }
}
