package dev.biosgateway.x86.fpu;

/**
 * The single and double formats in memory (SDM vol. 1, 4.2.2): widening on load, which is exact,
 * and narrowing on store, which rounds, overflows and underflows in the bounds of the format.
 */
enum RealFormat {
  SINGLE(8, 23),
  DOUBLE(11, 52);

  private final int fractionBits;
  private final int maxExponent;
  private final int bias;
  private final int signShift;

  /** Significand bits of the 80-bit format that this one does not have. */
  private final int dropped;

  RealFormat(int exponentBits, int fractionBits) {
    this.fractionBits = fractionBits;
    maxExponent = (1 << exponentBits) - 1;
    bias = maxExponent >> 1;
    signShift = exponentBits + fractionBits;
    dropped = 63 - fractionBits;
  }

  /**
   * Puts the value of {@code bits} into the accumulator as it is: signalling NaNs stay signalling,
   * a denormal is noted in {@link Accumulator#narrowDenormal}.
   */
  void widen(Accumulator acc, long bits) {
    int sign = (bits >>> signShift & 1) != 0 ? Float80.SIGN : 0;
    int exponent = (int) (bits >>> fractionBits) & maxExponent;
    long fraction = bits << (64 - fractionBits) >>> 1;
    if (exponent == maxExponent) {
      acc.set(sign | Float80.EXPONENT, Float80.INTEGER_BIT | fraction);
    } else if (exponent != 0) {
      acc.set(sign | exponent - bias + Float80.BIAS, Float80.INTEGER_BIT | fraction);
    } else if (fraction == 0) {
      acc.zero(sign);
    } else {
      int zeros = Long.numberOfLeadingZeros(fraction);
      acc.set(sign | 1 - bias + Float80.BIAS - zeros, fraction << zeros);
      acc.narrowDenormal = StatusWord.DE;
    }
  }

  /**
   * Rounds a value to this format. Overflow and underflow that are not masked leave nothing to
   * store (SDM vol. 1, 8.5.4, 8.5.5): the accumulator's exceptions tell.
   *
   * @return the bits to store
   */
  long narrow(Accumulator acc, int signExp, long a) {
    long sign = (signExp & Float80.SIGN) != 0 ? 1L << signShift : 0;
    if (acc.nan(signExp, a)) {
      long nanSign = (acc.signExp & Float80.SIGN) != 0 ? 1L << signShift : 0;
      return nanSign | (long) maxExponent << fractionBits | fraction(acc.significand);
    }
    if (Float80.isInfinity(signExp, a)) {
      return sign | (long) maxExponent << fractionBits;
    }
    if (a == 0) {
      return sign;
    }
    int exponent = Float80.normalizedExponent(signExp, a) - Float80.BIAS + bias;
    return sign | round(acc, signExp & Float80.SIGN, exponent, Float80.normalizedSignificand(a));
  }

  private long fraction(long significand) {
    return significand << 1 >>> (64 - fractionBits);
  }

  private long round(Accumulator acc, int sign, int exponent, long significand) {
    long kept = significand >>> dropped;
    long tail = significand << (64 - dropped);
    boolean up = acc.roundsUp(sign, kept, tail);
    boolean carries = up && kept == -1L >>> dropped;
    boolean tiny = exponent < 0 || exponent == 0 && !carries;
    if (tiny) {
      if ((acc.control & StatusWord.UE) == 0) {
        acc.exceptions |= StatusWord.UE;
        return 0;
      }
      int shift = dropped + 1 - exponent;
      kept = shift < 64 ? significand >>> shift : 0;
      tail = shift < 64 ? significand << (64 - shift) : shift == 64 ? significand : 1;
      up = acc.roundsUp(sign, kept, tail);
      if (tail != 0) {
        acc.exceptions |= StatusWord.UE;
      }
    }
    if (up) {
      kept++;
      exponent += carries && !tiny ? 1 : 0;
    }
    if (exponent >= maxExponent) {
      return overflow(acc, sign);
    }
    if (tail != 0) {
      acc.exceptions |= up ? StatusWord.PE | StatusWord.C1 : StatusWord.PE;
    }
    // The integer bit carries into the exponent field: for denormals only once rounded up to it.
    return tiny ? kept : ((long) exponent << fractionBits) + (carries ? 0 : fractionOf(kept));
  }

  private long fractionOf(long kept) {
    return kept & (1L << fractionBits) - 1;
  }

  private long overflow(Accumulator acc, int sign) {
    acc.exceptions |= StatusWord.OE;
    if ((acc.control & StatusWord.OE) == 0) {
      return 0;
    }
    acc.exceptions |= StatusWord.PE;
    int rounding = acc.control & ControlWord.ROUNDING;
    boolean toInfinity =
        rounding == ControlWord.ROUND_NEAREST
            || rounding == (sign != 0 ? ControlWord.ROUND_DOWN : ControlWord.ROUND_UP);
    long infinity = (long) maxExponent << fractionBits;
    if (toInfinity) {
      acc.exceptions |= StatusWord.C1;
      return infinity;
    }
    return infinity - 1;
  }
}
