package dev.biosgateway.x86.fpu;

/** FSCALE, FXTRACT and FRNDINT: exponent and fraction apart (SDM vol. 2A). */
final class Scaler {
  /** Beyond this every finite value over- or underflows twice over. */
  private static final int LARGEST_SCALE = 0x18000;

  private final Accumulator acc;

  Scaler(Accumulator acc) {
    this.acc = acc;
  }

  /** FSCALE: a times two to the power of b truncated. */
  void scale(int aSignExp, long a, int bSignExp, long b) {
    if (acc.nan(aSignExp, a, bSignExp, b)) {
      return;
    }
    int sign = aSignExp & Float80.SIGN;
    boolean aInfinite = Float80.isInfinity(aSignExp, a);
    boolean aZero = Float80.isZero(aSignExp, a);
    boolean down = (bSignExp & Float80.SIGN) != 0;
    if (Float80.isInfinity(bSignExp, b)) {
      if (down ? aInfinite : aZero) {
        acc.invalid();
        return;
      }
      acc.noteDenormals(aSignExp, a, bSignExp, b);
      if (down) {
        acc.zero(sign);
      } else {
        acc.infinity(sign);
      }
      return;
    }
    acc.noteDenormals(aSignExp, a, bSignExp, b);
    if (aInfinite || aZero) {
      acc.set(aSignExp, a);
      return;
    }
    int exponent = Float80.normalizedExponent(aSignExp, a) + truncated(bSignExp, b);
    roundScaled(sign, exponent, Float80.normalizedSignificand(a));
  }

  /** The integer part of b, limited to {@link #LARGEST_SCALE}. */
  private static int truncated(int bSignExp, long b) {
    int places = (bSignExp & Float80.EXPONENT) - Float80.BIAS;
    if (places < 0) {
      return 0;
    }
    int magnitude = places > 16 ? LARGEST_SCALE : (int) (b >>> (63 - places));
    return (bSignExp & Float80.SIGN) != 0 ? -magnitude : magnitude;
  }

  /** Unmasked, a scale so large that the adjusted exponent does not fit gives zero or infinity. */
  private void roundScaled(int sign, int exponent, long significand) {
    if (exponent <= -Accumulator.EXPONENT_ADJUST && (acc.control & StatusWord.UE) == 0) {
      acc.exceptions |= StatusWord.UE | StatusWord.PE;
      acc.zero(sign);
    } else if (exponent >= Float80.EXPONENT + Accumulator.EXPONENT_ADJUST
        && (acc.control & StatusWord.OE) == 0) {
      acc.exceptions |= StatusWord.OE | StatusWord.PE | StatusWord.C1;
      acc.infinity(sign);
    } else {
      acc.roundExtended(sign, exponent, significand, 0);
    }
  }

  /**
   * FXTRACT, first half: the unbiased exponent as a value. {@link #extractSignificand} gives the
   * other one.
   */
  void extractExponent(int signExp, long a) {
    if (acc.nan(signExp, a)) {
      return;
    }
    if (Float80.isInfinity(signExp, a)) {
      acc.infinity(0);
    } else if (Float80.isZero(signExp, a)) {
      acc.exceptions |= StatusWord.ZE;
      acc.infinity(Float80.SIGN);
    } else {
      acc.noteDenormals(signExp, a, 0, 0);
      integer(Float80.normalizedExponent(signExp, a) - Float80.BIAS);
    }
  }

  /** FXTRACT, second half: the significand with the exponent of one. */
  void extractSignificand(int signExp, long a) {
    if (acc.nan(signExp, a)) {
      return;
    }
    int sign = signExp & Float80.SIGN;
    if (Float80.isInfinity(signExp, a) || Float80.isZero(signExp, a)) {
      acc.set(signExp, a);
    } else {
      acc.set(sign | Float80.BIAS, Float80.normalizedSignificand(a));
    }
  }

  /** A signed integer as an 80-bit value; always exact. */
  void integer(long value) {
    if (value == 0) {
      acc.zero(0);
      return;
    }
    long magnitude = Math.abs(value);
    int zeros = Long.numberOfLeadingZeros(magnitude);
    acc.set((value < 0 ? Float80.SIGN : 0) | Float80.BIAS + 63 - zeros, magnitude << zeros);
  }

  /** FRNDINT: to an integral value by the rounding control. */
  void roundToIntegral(int signExp, long a) {
    if (acc.nan(signExp, a)) {
      return;
    }
    acc.noteDenormals(signExp, a, 0, 0);
    int places = (signExp & Float80.EXPONENT) - Float80.BIAS;
    if (places >= 63 || a == 0) {
      acc.set(signExp, a);
      return;
    }
    int sign = signExp & Float80.SIGN;
    long kept = places < 0 ? 0 : a >>> (63 - places);
    long tail = places < -1 ? 1 : a << (places + 1);
    boolean up = acc.roundsUp(sign, kept, tail);
    if (tail != 0) {
      acc.exceptions |= up ? StatusWord.PE | StatusWord.C1 : StatusWord.PE;
    }
    kept += up ? 1 : 0;
    integer(kept);
    acc.signExp |= sign;
  }
}
