package dev.biosgateway.x86.fpu;

import java.math.BigInteger;

/**
 * A number with 128 bits of significand and an exponent without bounds, for what lies between the
 * operand and the result of a transcendental function. Every operation is good to eight units in
 * the last of the 128 places, which stays sixty bits away from those of the result, where one unit
 * is allowed (SDM vol. 1, 8.3.10 "Transcendental Instruction Accuracy").
 *
 * <p>The value is {@code high:low / 2^127 * 2^exponent} with the top bit of {@code high} set; zero
 * has both halves zero. Mutable, and every operation may have its result as an operand.
 */
final class WideFloat {
  boolean negative;
  int exponent;
  long high;
  long low;

  WideFloat() {}

  private WideFloat(int exponent, long high, long low) {
    this.exponent = exponent;
    this.high = high;
    this.low = low;
  }

  /** The positive ratio of two integers, truncated to 128 bits. */
  static WideFloat ratio(BigInteger numerator, BigInteger denominator) {
    int shift = 128 + denominator.bitLength() - numerator.bitLength();
    BigInteger quotient = numerator.shiftLeft(Math.max(shift, 0)).divide(denominator);
    quotient = quotient.shiftRight(Math.max(-shift, 0));
    int extra = quotient.bitLength() - 128;
    BigInteger bits = quotient.shiftRight(extra);
    return new WideFloat(127 + extra - shift, bits.shiftRight(64).longValue(), bits.longValue());
  }

  /** A constant of the chip with all its 128 bits. */
  static WideFloat of(Constant constant) {
    return new WideFloat(constant.signExp() - Float80.BIAS, constant.high(), constant.low());
  }

  boolean isZero() {
    return high == 0;
  }

  WideFloat set(WideFloat other) {
    negative = other.negative;
    exponent = other.exponent;
    high = other.high;
    low = other.low;
    return this;
  }

  /** The value of a finite number other than zero. */
  WideFloat set(int signExp, long significand) {
    negative = (signExp & Float80.SIGN) != 0;
    exponent = Float80.normalizedExponent(signExp, significand) - Float80.BIAS;
    high = Float80.normalizedSignificand(significand);
    low = 0;
    return this;
  }

  /** {@code h:l}, its leading one anywhere, as a multiple of {@code 2^(e-127)}. */
  WideFloat set(boolean minus, int e, long h, long l) {
    negative = minus;
    if (h == 0) {
      int zeros = Long.numberOfLeadingZeros(l);
      high = l << zeros;
      low = 0;
      exponent = e - 64 - zeros;
    } else {
      int zeros = Long.numberOfLeadingZeros(h);
      high = zeros == 0 ? h : h << zeros | l >>> (64 - zeros);
      low = l << zeros;
      exponent = e - zeros;
    }
    return this;
  }

  /** A small integer. */
  WideFloat set(int value) {
    return set(value < 0, 127, 0, Math.abs((long) value));
  }

  WideFloat multiply(WideFloat a, WideFloat b) {
    if (a.high == 0 || b.high == 0) {
      return set(0);
    }
    boolean minus = a.negative != b.negative;
    int e = a.exponent + b.exponent + 1;
    long h = WideInteger.multiplyHigh(a.high, b.high);
    long l = a.high * b.high;
    long cross = WideInteger.multiplyHigh(a.high, b.low);
    l += cross;
    h += Long.compareUnsigned(l, cross) < 0 ? 1 : 0;
    cross = WideInteger.multiplyHigh(a.low, b.high);
    l += cross;
    h += Long.compareUnsigned(l, cross) < 0 ? 1 : 0;
    return set(minus, e, h, l);
  }

  WideFloat add(WideFloat a, WideFloat b) {
    return combine(a, b, b.negative);
  }

  /** a - b. */
  WideFloat subtract(WideFloat a, WideFloat b) {
    return combine(a, b, !b.negative);
  }

  private WideFloat combine(WideFloat a, WideFloat b, boolean bNegative) {
    if (b.high == 0) {
      return set(a);
    }
    if (a.high == 0) {
      set(b);
      negative = bNegative;
      return this;
    }
    boolean aIsLarger =
        a.exponent != b.exponent
            ? a.exponent > b.exponent
            : a.high != b.high
                ? Long.compareUnsigned(a.high, b.high) > 0
                : Long.compareUnsigned(a.low, b.low) >= 0;
    return aIsLarger
        ? align(a, a.negative, b, a.negative != bNegative)
        : align(b, bNegative, a, a.negative != bNegative);
  }

  private WideFloat align(WideFloat larger, boolean sign, WideFloat small, boolean differ) {
    int shift = larger.exponent - small.exponent;
    long h = shift < 64 ? small.high >>> shift : 0;
    long l;
    if (shift == 0) {
      l = small.low;
    } else if (shift < 64) {
      l = small.low >>> shift | small.high << (64 - shift);
    } else {
      l = shift < 128 ? small.high >>> (shift - 64) : 0;
    }
    int e = larger.exponent;
    if (differ) {
      long lowDifference = larger.low - l;
      long borrow = Long.compareUnsigned(larger.low, l) < 0 ? 1 : 0;
      return set(sign, e, larger.high - h - borrow, lowDifference);
    }
    long lowSum = larger.low + l;
    long carry = Long.compareUnsigned(lowSum, l) < 0 ? 1 : 0;
    long sum = larger.high + h + carry;
    boolean overflow = Long.compareUnsigned(sum, h) < 0 || carry != 0 && sum == h;
    if (!overflow) {
      return set(sign, e, sum, lowSum);
    }
    return set(sign, e + 1, sum >>> 1 | Float80.INTEGER_BIT, lowSum >>> 1 | sum << 63);
  }

  /** a / b, two digits of 64 bits (Knuth, TAOCP vol. 2, 4.3.1, algorithm D). */
  WideFloat divide(WideFloat a, WideFloat b) {
    if (a.high == 0) {
      return set(0);
    }
    boolean minus = a.negative != b.negative;
    int e = a.exponent - b.exponent;
    long r1 = a.high;
    long r0 = a.low;
    long next = 0;
    boolean below =
        r1 != b.high ? Long.compareUnsigned(r1, b.high) < 0 : Long.compareUnsigned(r0, b.low) < 0;
    if (below) {
      e--;
    } else {
      next = r0 << 63;
      r0 = r0 >>> 1 | r1 << 63;
      r1 >>>= 1;
    }
    long divisorHigh = b.high;
    long divisorLow = b.low;
    long quotient = digit(r1, r0, next, divisorHigh, divisorLow);
    // What is left after the first digit: (r1:r0:next) - quotient * divisor, below the divisor.
    long productMiddle = WideInteger.multiplyHigh(quotient, divisorLow) + quotient * divisorHigh;
    long productLow = quotient * divisorLow;
    long left0 = next - productLow;
    long left1 = r0 - productMiddle - (Long.compareUnsigned(next, productLow) < 0 ? 1 : 0);
    return set(minus, e, quotient, digit(left1, left0, 0, divisorHigh, divisorLow));
  }

  /** One digit of (r1:r0:next) / (b1:b0). */
  private static long digit(long r1, long r0, long next, long b1, long b0) {
    // With equal leading digits the estimate would not fit: the digit is the largest, or below it.
    long estimate = r1 == b1 ? -1L : WideInteger.divide(r1, r0, b1);
    long rest = r0 - estimate * b1;
    boolean certain = r1 == b1 && Long.compareUnsigned(rest, r0) < 0;
    while (!certain) {
      long high = WideInteger.multiplyHigh(estimate, b0);
      int order = Long.compareUnsigned(high, rest);
      if (order < 0 || order == 0 && Long.compareUnsigned(estimate * b0, next) <= 0) {
        break;
      }
      estimate--;
      rest += b1;
      certain = Long.compareUnsigned(rest, b1) < 0;
    }
    return estimate;
  }

  /** Moves towards zero by one unit in the last place: for what is just below a value. */
  void stepDown() {
    if (low-- == 0 && --high >= 0) {
      high = high << 1 | 1;
      exponent--;
    }
  }

  /** Rounds into the accumulator; {@code exact} tells that nothing was lost on the way here. */
  void round(Accumulator acc, boolean exact) {
    acc.roundExtended(
        negative ? Float80.SIGN : 0, exponent + Float80.BIAS, high, exact ? low : low | 1);
  }
}
