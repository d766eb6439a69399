package dev.biosgateway.x86.fpu;

/** Word, doubleword, quadword and packed BCD integers (SDM vol. 1, 4.2.1, 4.7, 8.2.1). */
final class IntegerFormat {
  private static final long LARGEST_BCD = 999_999_999_999_999_999L;

  private final Accumulator acc;

  /** The upper two bytes of the last {@link #toPackedDecimal}. */
  int decimalHigh;

  IntegerFormat(Accumulator acc) {
    this.acc = acc;
  }

  /**
   * FIST: rounds to an integer of so many bits.
   *
   * @param bits 16, 32 or 64
   * @return the integer; with {@link StatusWord#IE} raised, the integer indefinite
   */
  long toInteger(int signExp, long a, int bits) {
    long magnitude = magnitude(signExp, a);
    boolean negative = (signExp & Float80.SIGN) != 0;
    long limit = 1L << (bits - 1);
    boolean fits = Long.compareUnsigned(magnitude, limit) < 0 || negative && magnitude == limit;
    if (!fits) {
      acc.exceptions = StatusWord.IE;
      return -limit;
    }
    return negative ? -magnitude : magnitude;
  }

  /**
   * FBSTP: rounds to eighteen decimal digits.
   *
   * @return the lower sixteen digits; the upper two bytes are in {@link #decimalHigh}
   */
  long toPackedDecimal(int signExp, long a) {
    long magnitude = magnitude(signExp, a);
    if (Long.compareUnsigned(magnitude, LARGEST_BCD) > 0) {
      acc.exceptions = StatusWord.IE;
      return packedIndefinite();
    }
    int sign = (signExp & Float80.SIGN) != 0 ? 0x8000 : 0;
    long packed = 0;
    for (int shift = 0; shift < 64; shift += 4) {
      packed |= magnitude % 10 << shift;
      magnitude /= 10;
    }
    decimalHigh = sign | (int) (magnitude / 10 << 4 | magnitude % 10);
    return packed;
  }

  /** The packed BCD integer indefinite (SDM vol. 1, table 4-4). */
  long packedIndefinite() {
    decimalHigh = 0xffff;
    return 0xc000000000000000L;
  }

  /** FBLD: digits above 9 are undefined and taken at their weight. */
  static long fromPackedDecimal(long low, int high) {
    long value = (high >> 4 & 15) * 10 + (high & 15);
    for (int shift = 60; shift >= 0; shift -= 4) {
      value = value * 10 + (low >>> shift & 15);
    }
    return value;
  }

  /** Rounded magnitude, or all ones when it is beyond 64 bits or no number. */
  private long magnitude(int signExp, long a) {
    int places = (signExp & Float80.EXPONENT) - Float80.BIAS;
    if (Float80.isUnsupported(signExp, a) || places > 63) {
      return -1L;
    }
    int sign = signExp & Float80.SIGN;
    if (places == 63) {
      return a;
    }
    long kept = places < 0 ? 0 : a >>> (63 - places);
    long tail = places < -1 ? a == 0 ? 0 : 1 : a << (places + 1);
    boolean up = acc.roundsUp(sign, kept, tail);
    if (tail != 0) {
      acc.exceptions |= up ? StatusWord.PE | StatusWord.C1 : StatusWord.PE;
    }
    return up ? kept + 1 : kept;
  }
}
