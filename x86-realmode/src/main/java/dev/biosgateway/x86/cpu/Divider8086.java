package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * The division of the 8086, as its microcode goes (CORD, PREIDIV and POSTIDIV in the published
 * disassembly of the ROM; outcomes seen on silicon, P80C86A-2). Each trial subtraction sets all
 * flags, unless a bit has been shifted out of the remainder, which makes it needless.
 */
final class Divider8086 extends Divider {
  static final Divider8086 INSTANCE = new Divider8086();

  private Divider8086() {}

  @Override
  int unsigned(Cpu c, int high, int low, int divisor, int width) {
    int mask = (1 << width) - 1;
    subtract(c, high, divisor, width);
    if (!c.flags.cf()) {
      throw c.exception(CpuException.DE);
    }
    int remainder = high;
    int inverted = low; // bits of the quotient come in as borrows
    int borrow = 1;
    for (int n = 0; n < width; n++) {
      inverted = inverted << 1 | borrow;
      remainder = remainder << 1 | inverted >>> width & 1;
      inverted &= mask;
      boolean beyond = remainder > mask;
      remainder &= mask;
      if (beyond) {
        remainder = remainder - divisor & mask;
        borrow = 0;
      } else {
        int difference = subtract(c, remainder, divisor, width);
        borrow = c.flags.carry();
        remainder = borrow == 0 ? difference : remainder;
      }
    }
    inverted = (inverted << 1 | borrow) & mask;
    c.flags.setCarry(inverted >>> width - 1 != 0);
    return pack(~inverted & mask, remainder);
  }

  /**
   * By magnitudes, whose quotient must not reach the sign bit: -128 and -32768 are overflows (386
   * PRM 15.6, "IDIV exceptions"). A repeat prefix shares the flip-flop in which the sign of the
   * quotient is kept.
   */
  @Override
  int signed(Cpu c, int dividend, int divisor, int width, Insn i) {
    int mask = (1 << width) - 1;
    int magnitude = Math.abs(dividend);
    int parts = unsigned(c, magnitude >>> width & mask, magnitude & mask, Math.abs(divisor), width);
    if (!c.flags.cf()) {
      throw c.exception(CpuException.DE);
    }
    c.flags.carries &= 0x3fffffff; // CF and OF
    int quotient = parts & 0xffff;
    int remainder = parts >>> 16;
    boolean negative = dividend < 0 != divisor < 0 != (i.rep != Insn.NO_REPEAT);
    return pack(negative ? -quotient : quotient, dividend < 0 ? -remainder : remainder);
  }
}
