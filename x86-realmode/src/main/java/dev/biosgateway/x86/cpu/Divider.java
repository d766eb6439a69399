package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * DIV, IDIV and AAM of the 16-bit processors, which go bit by bit and leave the flags of what they
 * did last. Later ones have no such flags: {@link MultiplyDivide}.
 */
abstract class Divider {
  /**
   * Divides numbers without sign and sets the flags.
   *
   * @param high upper half of the dividend, {@code width} bits
   * @param low lower half
   * @param width 8 or 16
   * @return the quotient, and the remainder in bits 16 to 31
   * @throws CpuException #DE, with flags set, when the quotient has more than {@code width} bits
   */
  abstract int unsigned(Cpu c, int high, int low, int divisor, int width);

  /**
   * Divides numbers with a sign and sets the flags.
   *
   * @param dividend sign-extended from twice {@code width}
   * @param divisor sign-extended from {@code width}
   * @param i the instruction, for its prefixes
   * @return the quotient in bits 0 to 15, and the remainder in bits 16 to 31
   * @throws CpuException #DE, with flags set, when the quotient does not fit
   */
  abstract int signed(Cpu c, int dividend, int divisor, int width, Insn i);

  final void div(Cpu c, Insn i) {
    int divisor = Form.load(c, i);
    int low = i.width == 8 ? c.reg8(0) : c.reg16(Cpu.EAX);
    int high = i.width == 8 ? c.reg8(4) : c.reg16(Cpu.EDX);
    finish(c, i, unsigned(c, high, low, divisor, i.width));
  }

  final void idiv(Cpu c, Insn i) {
    int divisor = extended(Form.load(c, i), i.width);
    int dividend =
        i.width == 8 ? (short) c.gpr[Cpu.EAX] : c.gpr[Cpu.EDX] << 16 | c.gpr[Cpu.EAX] & 0xffff;
    finish(c, i, signed(c, dividend, divisor, i.width, i));
  }

  /** The flags of a division by zero stay, those of another are of the remainder. */
  final void aam(Cpu c, Insn i) {
    if ((i.imm & 0xff) == 0) {
      unsigned(c, 0, c.reg8(0), 0, 8);
    }
    Bcd.aam(c, i);
  }

  private static void finish(Cpu c, Insn i, int quotientAndRemainder) {
    int remainder = quotientAndRemainder >>> 16;
    if (i.width == 8) {
      c.setReg16(Cpu.EAX, quotientAndRemainder & 0xff | (remainder & 0xff) << 8);
    } else {
      c.setReg16(Cpu.EAX, quotientAndRemainder);
      c.setReg16(Cpu.EDX, remainder);
    }
  }

  /** The difference, with all flags from it. */
  static int subtract(Cpu c, int a, int b, int width) {
    return width == 8 ? Arithmetic.sub8(c, a, b) & 0xff : Arithmetic.sub16(c, a, b) & 0xffff;
  }

  static int extended(int value, int width) {
    return width == 8 ? (byte) value : (short) value;
  }

  static int pack(int quotient, int remainder) {
    return quotient & 0xffff | remainder << 16;
  }
}
