package dev.biosgateway.x86.cpu;

import static dev.biosgateway.x86.cpu.Form.load16;
import static dev.biosgateway.x86.cpu.Form.load32;
import static dev.biosgateway.x86.cpu.Form.load8;

import dev.biosgateway.x86.isa.Insn;

/**
 * MUL, IMUL, DIV, IDIV. Products set CF and OF when the upper half is significant; the four flags
 * the manual leaves undefined follow from the lower half. Quotients change no flag.
 */
final class MultiplyDivide {
  private MultiplyDivide() {}

  /** MUL: accumulator times operand. */
  static Operation mul(Insn insn) {
    return switch (insn.width) {
      case 8 ->
          (c, i) -> {
            int r = (c.gpr[Cpu.EAX] & 0xff) * operand8(c, i);
            c.setReg16(Cpu.EAX, r);
            flags(c, (byte) r, r >>> 8 != 0);
          };
      case 16 ->
          (c, i) -> {
            int r = (c.gpr[Cpu.EAX] & 0xffff) * operand16(c, i);
            c.setReg16(Cpu.EAX, r);
            c.setReg16(Cpu.EDX, r >>> 16);
            flags(c, (short) r, r >>> 16 != 0);
          };
      default ->
          (c, i) -> {
            long r = (c.gpr[Cpu.EAX] & 0xffffffffL) * (operand32(c, i) & 0xffffffffL);
            c.gpr[Cpu.EAX] = (int) r;
            c.gpr[Cpu.EDX] = (int) (r >>> 32);
            flags(c, (int) r, r >>> 32 != 0);
          };
    };
  }

  /** IMUL with one operand. */
  static Operation imul(Insn insn) {
    return switch (insn.width) {
      case 8 ->
          (c, i) -> {
            int r = (byte) c.gpr[Cpu.EAX] * (byte) operand8(c, i);
            c.setReg16(Cpu.EAX, r);
            flags(c, (byte) r, r != (byte) r);
          };
      case 16 ->
          (c, i) -> {
            int r = (short) c.gpr[Cpu.EAX] * (short) operand16(c, i);
            c.setReg16(Cpu.EAX, r);
            c.setReg16(Cpu.EDX, r >>> 16);
            flags(c, (short) r, r != (short) r);
          };
      default ->
          (c, i) -> {
            long r = (long) c.gpr[Cpu.EAX] * operand32(c, i);
            c.gpr[Cpu.EAX] = (int) r;
            c.gpr[Cpu.EDX] = (int) (r >>> 32);
            flags(c, (int) r, r != (int) r);
          };
    };
  }

  // spotless:off
  /** IMUL with two or three operands: the product is cut to the operand size. */
  static Step imulTruncating(Insn insn) {
    boolean immediate = insn.row.operands().size() == 3;
    if (insn.is32()) {
      return immediate
          ? new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = product32(c, wide32(c), imm); return after(c); } }
          : new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = product32(c, c.gpr[dst], wide32(c)); return after(c); } };
    }
    return immediate
        ? new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, product16(c, narrow16(c), imm)); return after(c); } }
        : new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, product16(c, c.gpr[dst], narrow16(c))); return after(c); } };
  }
  // spotless:on

  /** DIV: #DE when the quotient does not fit or the divisor is zero, before anything changes. */
  static Operation div(Insn insn) {
    return switch (insn.width) {
      case 8 ->
          (c, i) -> {
            int by = divisor(c, operand8(c, i));
            int dividend = c.gpr[Cpu.EAX] & 0xffff;
            int q = dividend / by;
            check(c, q >>> 8 == 0);
            c.setReg16(Cpu.EAX, q | dividend % by << 8);
          };
      case 16 ->
          (c, i) -> {
            int by = divisor(c, operand16(c, i));
            int dividend = c.gpr[Cpu.EDX] << 16 | c.gpr[Cpu.EAX] & 0xffff;
            int q = Integer.divideUnsigned(dividend, by);
            check(c, q >>> 16 == 0);
            c.setReg16(Cpu.EAX, q);
            c.setReg16(Cpu.EDX, Integer.remainderUnsigned(dividend, by));
          };
      default ->
          (c, i) -> {
            long by = divisor(c, operand32(c, i)) & 0xffffffffL;
            long dividend = (long) c.gpr[Cpu.EDX] << 32 | c.gpr[Cpu.EAX] & 0xffffffffL;
            check(c, (c.gpr[Cpu.EDX] & 0xffffffffL) < by);
            c.gpr[Cpu.EAX] = (int) Long.divideUnsigned(dividend, by);
            c.gpr[Cpu.EDX] = (int) Long.remainderUnsigned(dividend, by);
          };
    };
  }

  /** IDIV: truncates toward zero; the remainder has the sign of the dividend. */
  static Operation idiv(Insn insn) {
    return switch (insn.width) {
      case 8 ->
          (c, i) -> {
            int by = divisor(c, (byte) operand8(c, i));
            int dividend = (short) c.gpr[Cpu.EAX];
            int q = dividend / by;
            check(c, q == (byte) q);
            c.setReg16(Cpu.EAX, q & 0xff | dividend % by << 8);
          };
      case 16 ->
          (c, i) -> {
            long by = divisor(c, (short) operand16(c, i));
            long dividend = c.gpr[Cpu.EDX] << 16 | c.gpr[Cpu.EAX] & 0xffff;
            long q = dividend / by;
            check(c, q == (short) q);
            c.setReg16(Cpu.EAX, (int) q);
            c.setReg16(Cpu.EDX, (int) (dividend % by));
          };
      default ->
          (c, i) -> {
            long by = divisor(c, operand32(c, i));
            long dividend = (long) c.gpr[Cpu.EDX] << 32 | c.gpr[Cpu.EAX] & 0xffffffffL;
            long q = dividend / by;
            // -2^63 / -1 overflows in Java to -2^63, which does not fit either.
            check(c, q == (int) q);
            c.gpr[Cpu.EAX] = (int) q;
            c.gpr[Cpu.EDX] = (int) (dividend % by);
          };
    };
  }

  private static int operand8(Cpu c, Insn i) {
    return i.memory < 0 ? c.reg8(i.dst) : load8(c, i);
  }

  private static int operand16(Cpu c, Insn i) {
    return i.memory < 0 ? c.reg16(i.dst) : load16(c, i);
  }

  private static int operand32(Cpu c, Insn i) {
    return i.memory < 0 ? c.gpr[i.dst] : load32(c, i);
  }

  private static int product16(Cpu c, int a, int b) {
    int r = (short) a * (short) b;
    flags(c, (short) r, r != (short) r);
    return r;
  }

  private static int product32(Cpu c, int a, int b) {
    long r = (long) a * b;
    flags(c, (int) r, r != (int) r);
    return (int) r;
  }

  private static void flags(Cpu c, int low, boolean significant) {
    c.flags.result = low;
    c.flags.carries = significant ? 0x80000000 : 0;
  }

  private static int divisor(Cpu c, int value) {
    check(c, value != 0);
    return value;
  }

  private static void check(Cpu c, boolean fits) {
    if (!fits) {
      throw c.exception(CpuException.DE);
    }
  }
}
