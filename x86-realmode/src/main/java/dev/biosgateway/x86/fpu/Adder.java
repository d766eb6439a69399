package dev.biosgateway.x86.fpu;

/** FADD, FSUB and their relatives (SDM vol. 2A, FADD and FSUB, tables of results). */
final class Adder {
  private final Accumulator acc;

  Adder(Accumulator acc) {
    this.acc = acc;
  }

  void add(int aSignExp, long a, int bSignExp, long b) {
    combine(aSignExp, a, bSignExp, b, 0);
  }

  /** a - b. */
  void subtract(int aSignExp, long a, int bSignExp, long b) {
    combine(aSignExp, a, bSignExp, b, Float80.SIGN);
  }

  private void combine(int aSignExp, long a, int bSignExp, long b, int flip) {
    if (!Float80.isNormal(aSignExp, a) || !Float80.isNormal(bSignExp, b)) {
      if (acc.nan(aSignExp, a, bSignExp, b) || infinite(aSignExp, a, bSignExp ^ flip, b)) {
        return;
      }
    }
    acc.noteDenormals(aSignExp, a, bSignExp, b);
    int aSign = aSignExp & Float80.SIGN;
    int bSign = (bSignExp ^ flip) & Float80.SIGN;
    int aExp = Float80.normalizedExponent(aSignExp, a);
    int bExp = Float80.normalizedExponent(bSignExp, b);
    long aSig = Float80.normalizedSignificand(a);
    long bSig = Float80.normalizedSignificand(b);
    boolean aIsLarger = aExp > bExp || aExp == bExp && Long.compareUnsigned(aSig, bSig) >= 0;
    if (aIsLarger) {
      align(aSign, aExp, aSig, bSign, bExp, bSig);
    } else {
      align(bSign, bExp, bSig, aSign, aExp, aSig);
    }
  }

  private boolean infinite(int aSignExp, long a, int bSignExp, long b) {
    boolean aInfinite = Float80.isInfinity(aSignExp, a);
    boolean bInfinite = Float80.isInfinity(bSignExp, b);
    if (!aInfinite && !bInfinite) {
      return false;
    }
    if (aInfinite && bInfinite && ((aSignExp ^ bSignExp) & Float80.SIGN) != 0) {
      acc.invalid();
      return true;
    }
    acc.noteDenormals(aSignExp, a, bSignExp, b);
    acc.infinity((aInfinite ? aSignExp : bSignExp) & Float80.SIGN);
    return true;
  }

  /** Shifts the smaller operand under the larger one, adds or subtracts. */
  private void align(int sign, int exponent, long larger, int smallSign, int smallExp, long small) {
    int shift = exponent - smallExp;
    long high;
    long low;
    if (shift == 0) {
      high = small;
      low = 0;
    } else if (shift < 64) {
      high = small >>> shift;
      low = small << (64 - shift);
    } else if (shift < 128) {
      high = 0;
      long lost = shift == 64 ? 0 : small << (128 - shift);
      low = small >>> (shift - 64) | (lost != 0 ? 1 : 0);
    } else {
      high = 0;
      low = small != 0 ? 1 : 0;
    }
    if (sign == smallSign) {
      sum(sign, exponent, larger, high, low);
    } else {
      difference(sign, exponent, larger, high, low);
    }
  }

  private void sum(int sign, int exponent, long larger, long high, long low) {
    long sum = larger + high;
    if (Long.compareUnsigned(sum, larger) < 0) {
      long shifted = sum << 63 | low >>> 1 | low & 1;
      acc.round(sign, exponent + 1, sum >>> 1 | Float80.INTEGER_BIT, shifted);
    } else if (sum == 0) {
      acc.zero(sign);
    } else {
      acc.round(sign, exponent, sum, low);
    }
  }

  private void difference(int sign, int exponent, long larger, long high, long low) {
    long h = larger - high - (low != 0 ? 1 : 0);
    long l = -low;
    if ((h | l) == 0) {
      // SDM vol. 1, 4.9.1: x - x is +0, but -0 when rounding down.
      boolean down = (acc.control & ControlWord.ROUNDING) == ControlWord.ROUND_DOWN;
      acc.zero(down ? Float80.SIGN : 0);
      return;
    }
    int zeros = h != 0 ? Long.numberOfLeadingZeros(h) : 64 + Long.numberOfLeadingZeros(l);
    if (zeros >= 64) {
      acc.round(sign, exponent - zeros, l << (zeros - 64), 0);
    } else if (zeros == 0) {
      acc.round(sign, exponent, h, l);
    } else {
      acc.round(sign, exponent - zeros, h << zeros | l >>> (64 - zeros), l << zeros);
    }
  }
}
