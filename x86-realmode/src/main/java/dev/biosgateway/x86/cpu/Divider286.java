package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * The division of the 286, of whose microcode nothing is published: the rules are what all outcomes
 * seen on silicon have in common (N80C286-12, 20,000 divisions captured by their bus cycles).
 */
final class Divider286 extends Divider {
  static final Divider286 INSTANCE = new Divider286();

  /** AF. */
  private static final int HALF_CARRY = 8;

  private Divider286() {}

  /**
   * SF, ZF and PF are those of the remainder, CF and OF both say whether the last subtraction was
   * taken back, AF is 1. Where the quotient does not fit, the flags are those of the subtraction
   * before the last.
   */
  @Override
  int unsigned(Cpu c, int high, int low, int divisor, int width) {
    int mask = (1 << width) - 1;
    int difference = subtract(c, high, divisor, width);
    boolean fits = c.flags.cf();
    int remainder = fits ? high : difference;
    int rest = low;
    for (int n = fits ? width : width - 1; n > 0; n--) {
      int shifted = remainder << 1 | rest >>> width - 1;
      rest = rest << 1 & mask;
      remainder = shifted & mask;
      difference = subtract(c, remainder, divisor, width);
      if (shifted > mask || !c.flags.cf()) {
        remainder = difference;
        rest |= 1;
      }
    }
    if (!fits) {
      throw c.exception(CpuException.DE);
    }
    finish(c, remainder, width, c.flags.cf());
    return pack(rest, remainder);
  }

  /**
   * By magnitudes, to the end even where the quotient does not fit. SF, ZF and PF are those of the
   * remainder with its sign, CF and OF tell the sign of the divisor, AF is 1.
   */
  @Override
  int signed(Cpu c, int dividend, int divisor, int width, Insn i) {
    int mask = (1 << width) - 1;
    int by = Math.abs(divisor);
    int high = Math.abs(dividend) >>> width;
    int rest = Math.abs(dividend) & mask;
    for (int n = 0; n < width; n++) {
      high = (high << 1 | rest >>> width - 1) & mask;
      rest = rest << 1 & mask;
      if (high >= by) {
        high -= by;
        rest |= 1;
      }
    }
    // What is left only where the quotient does not fit: as much as the divisor.
    int left = high == by ? 0 : high;
    boolean less = dividend < 0 ? left < by : high < by;
    int remainder = dividend < 0 ? -left : left;
    finish(c, remainder, width, divisor < 0 != less);
    int quotient = dividend < 0 != divisor < 0 ? -rest : rest;
    boolean positive = dividend < 0 == divisor < 0;
    if (rest > (positive ? mask >>> 1 : (mask >>> 1) + 1)) {
      throw c.exception(CpuException.DE);
    }
    return pack(quotient, remainder);
  }

  private static void finish(Cpu c, int remainder, int width, boolean carry) {
    c.flags.result = extended(remainder, width);
    c.flags.carries = (carry ? 0x80000000 : 0) | HALF_CARRY;
  }
}
