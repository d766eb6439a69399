package dev.biosgateway.x86.cpu;

import static dev.biosgateway.x86.cpu.Form.load16;
import static dev.biosgateway.x86.cpu.Form.load32;
import static dev.biosgateway.x86.cpu.Form.load8;
import static dev.biosgateway.x86.cpu.Form.modify16;
import static dev.biosgateway.x86.cpu.Form.modify32;
import static dev.biosgateway.x86.cpu.Form.modify8;
import static dev.biosgateway.x86.cpu.Form.source16;
import static dev.biosgateway.x86.cpu.Form.source32;
import static dev.biosgateway.x86.cpu.Form.source8;
import static dev.biosgateway.x86.cpu.Form.store16;
import static dev.biosgateway.x86.cpu.Form.store32;
import static dev.biosgateway.x86.cpu.Form.store8;

import dev.biosgateway.x86.isa.Insn;

/** ADD, ADC, SUB, SBB, CMP, INC, DEC, NEG: binary addition and its flags. */
final class Arithmetic {
  private Arithmetic() {}

  // spotless:off
  static Operation add(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> (c, i) -> c.setReg8(i.dst, add8(c, c.reg8(i.dst), source8(c, i)));
      case R16 -> (c, i) -> c.setReg16(i.dst, add16(c, c.reg16(i.dst), source16(c, i)));
      case R32 -> (c, i) -> c.gpr[i.dst] = add32(c, c.gpr[i.dst], source32(c, i));
      case L8 -> (c, i) -> c.setReg8(i.dst, add8(c, c.reg8(i.dst), load8(c, i)));
      case L16 -> (c, i) -> c.setReg16(i.dst, add16(c, c.reg16(i.dst), load16(c, i)));
      case L32 -> (c, i) -> c.gpr[i.dst] = add32(c, c.gpr[i.dst], load32(c, i));
      case S8 -> (c, i) -> store8(c, i, add8(c, modify8(c, i), source8(c, i)));
      case S16 -> (c, i) -> store16(c, i, add16(c, modify16(c, i), source16(c, i)));
      case S32 -> (c, i) -> store32(c, i, add32(c, modify32(c, i), source32(c, i)));
    };
  }

  static Operation adc(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> (c, i) -> c.setReg8(i.dst, adc8(c, c.reg8(i.dst), source8(c, i)));
      case R16 -> (c, i) -> c.setReg16(i.dst, adc16(c, c.reg16(i.dst), source16(c, i)));
      case R32 -> (c, i) -> c.gpr[i.dst] = adc32(c, c.gpr[i.dst], source32(c, i));
      case L8 -> (c, i) -> c.setReg8(i.dst, adc8(c, c.reg8(i.dst), load8(c, i)));
      case L16 -> (c, i) -> c.setReg16(i.dst, adc16(c, c.reg16(i.dst), load16(c, i)));
      case L32 -> (c, i) -> c.gpr[i.dst] = adc32(c, c.gpr[i.dst], load32(c, i));
      case S8 -> (c, i) -> store8(c, i, adc8(c, modify8(c, i), source8(c, i)));
      case S16 -> (c, i) -> store16(c, i, adc16(c, modify16(c, i), source16(c, i)));
      case S32 -> (c, i) -> store32(c, i, adc32(c, modify32(c, i), source32(c, i)));
    };
  }

  static Operation sub(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> (c, i) -> c.setReg8(i.dst, sub8(c, c.reg8(i.dst), source8(c, i)));
      case R16 -> (c, i) -> c.setReg16(i.dst, sub16(c, c.reg16(i.dst), source16(c, i)));
      case R32 -> (c, i) -> c.gpr[i.dst] = sub32(c, c.gpr[i.dst], source32(c, i));
      case L8 -> (c, i) -> c.setReg8(i.dst, sub8(c, c.reg8(i.dst), load8(c, i)));
      case L16 -> (c, i) -> c.setReg16(i.dst, sub16(c, c.reg16(i.dst), load16(c, i)));
      case L32 -> (c, i) -> c.gpr[i.dst] = sub32(c, c.gpr[i.dst], load32(c, i));
      case S8 -> (c, i) -> store8(c, i, sub8(c, modify8(c, i), source8(c, i)));
      case S16 -> (c, i) -> store16(c, i, sub16(c, modify16(c, i), source16(c, i)));
      case S32 -> (c, i) -> store32(c, i, sub32(c, modify32(c, i), source32(c, i)));
    };
  }

  static Operation sbb(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> (c, i) -> c.setReg8(i.dst, sbb8(c, c.reg8(i.dst), source8(c, i)));
      case R16 -> (c, i) -> c.setReg16(i.dst, sbb16(c, c.reg16(i.dst), source16(c, i)));
      case R32 -> (c, i) -> c.gpr[i.dst] = sbb32(c, c.gpr[i.dst], source32(c, i));
      case L8 -> (c, i) -> c.setReg8(i.dst, sbb8(c, c.reg8(i.dst), load8(c, i)));
      case L16 -> (c, i) -> c.setReg16(i.dst, sbb16(c, c.reg16(i.dst), load16(c, i)));
      case L32 -> (c, i) -> c.gpr[i.dst] = sbb32(c, c.gpr[i.dst], load32(c, i));
      case S8 -> (c, i) -> store8(c, i, sbb8(c, modify8(c, i), source8(c, i)));
      case S16 -> (c, i) -> store16(c, i, sbb16(c, modify16(c, i), source16(c, i)));
      case S32 -> (c, i) -> store32(c, i, sbb32(c, modify32(c, i), source32(c, i)));
    };
  }

  static Operation cmp(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> (c, i) -> sub8(c, c.reg8(i.dst), source8(c, i));
      case R16 -> (c, i) -> sub16(c, c.reg16(i.dst), source16(c, i));
      case R32 -> (c, i) -> sub32(c, c.gpr[i.dst], source32(c, i));
      case L8 -> (c, i) -> sub8(c, c.reg8(i.dst), load8(c, i));
      case L16 -> (c, i) -> sub16(c, c.reg16(i.dst), load16(c, i));
      case L32 -> (c, i) -> sub32(c, c.gpr[i.dst], load32(c, i));
      case S8 -> (c, i) -> sub8(c, load8(c, i), source8(c, i));
      case S16 -> (c, i) -> sub16(c, load16(c, i), source16(c, i));
      case S32 -> (c, i) -> sub32(c, load32(c, i), source32(c, i));
    };
  }

  static Operation inc(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> (c, i) -> c.setReg8(i.dst, inc8(c, c.reg8(i.dst)));
      case R16 -> (c, i) -> c.setReg16(i.dst, inc16(c, c.reg16(i.dst)));
      case R32 -> (c, i) -> c.gpr[i.dst] = inc32(c, c.gpr[i.dst]);
      case S8 -> (c, i) -> store8(c, i, inc8(c, modify8(c, i)));
      case S16 -> (c, i) -> store16(c, i, inc16(c, modify16(c, i)));
      case S32 -> (c, i) -> store32(c, i, inc32(c, modify32(c, i)));
      case L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }

  static Operation dec(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> (c, i) -> c.setReg8(i.dst, dec8(c, c.reg8(i.dst)));
      case R16 -> (c, i) -> c.setReg16(i.dst, dec16(c, c.reg16(i.dst)));
      case R32 -> (c, i) -> c.gpr[i.dst] = dec32(c, c.gpr[i.dst]);
      case S8 -> (c, i) -> store8(c, i, dec8(c, modify8(c, i)));
      case S16 -> (c, i) -> store16(c, i, dec16(c, modify16(c, i)));
      case S32 -> (c, i) -> store32(c, i, dec32(c, modify32(c, i)));
      case L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }

  static Operation neg(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> (c, i) -> c.setReg8(i.dst, neg8(c, c.reg8(i.dst)));
      case R16 -> (c, i) -> c.setReg16(i.dst, neg16(c, c.reg16(i.dst)));
      case R32 -> (c, i) -> c.gpr[i.dst] = neg32(c, c.gpr[i.dst]);
      case S8 -> (c, i) -> store8(c, i, neg8(c, modify8(c, i)));
      case S16 -> (c, i) -> store16(c, i, neg16(c, modify16(c, i)));
      case S32 -> (c, i) -> store32(c, i, neg32(c, modify32(c, i)));
      case L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }

  // spotless:on

  // ---- the adder. Values are zero-extended to 32 bits, results too.

  static int add8(Cpu c, int a, int b) {
    int r = a + b;
    return finish8(c, r, a & b | (a | b) & ~r);
  }

  static int add16(Cpu c, int a, int b) {
    int r = a + b;
    return finish16(c, r, a & b | (a | b) & ~r);
  }

  static int add32(Cpu c, int a, int b) {
    int r = a + b;
    return finish32(c, r, a & b | (a | b) & ~r);
  }

  static int adc8(Cpu c, int a, int b) {
    int r = a + b + c.flags.carry();
    return finish8(c, r, a & b | (a | b) & ~r);
  }

  static int adc16(Cpu c, int a, int b) {
    int r = a + b + c.flags.carry();
    return finish16(c, r, a & b | (a | b) & ~r);
  }

  static int adc32(Cpu c, int a, int b) {
    int r = a + b + c.flags.carry();
    return finish32(c, r, a & b | (a | b) & ~r);
  }

  static int sub8(Cpu c, int a, int b) {
    int r = a - b;
    return finish8(c, r, ~a & b | ~(a ^ b) & r);
  }

  static int sub16(Cpu c, int a, int b) {
    int r = a - b;
    return finish16(c, r, ~a & b | ~(a ^ b) & r);
  }

  static int sub32(Cpu c, int a, int b) {
    int r = a - b;
    return finish32(c, r, ~a & b | ~(a ^ b) & r);
  }

  static int sbb8(Cpu c, int a, int b) {
    int r = a - b - c.flags.carry();
    return finish8(c, r, ~a & b | ~(a ^ b) & r);
  }

  static int sbb16(Cpu c, int a, int b) {
    int r = a - b - c.flags.carry();
    return finish16(c, r, ~a & b | ~(a ^ b) & r);
  }

  static int sbb32(Cpu c, int a, int b) {
    int r = a - b - c.flags.carry();
    return finish32(c, r, ~a & b | ~(a ^ b) & r);
  }

  /**
   * Stores result and carries of an 8-bit addition: bit 7 and 6 of the carries go to 31 and 30.
   *
   * @param carries carry (or borrow) out of each bit position
   */
  private static int finish8(Cpu c, int r, int carries) {
    c.flags.result = (byte) r;
    c.flags.carries = carries << 24 & 0xc0000000 | carries & 8;
    return r & 0xff;
  }

  private static int finish16(Cpu c, int r, int carries) {
    c.flags.result = (short) r;
    c.flags.carries = carries << 16 & 0xc0000000 | carries & 8;
    return r & 0xffff;
  }

  private static int finish32(Cpu c, int r, int carries) {
    c.flags.result = r;
    c.flags.carries = carries & Eflags.CARRY_MASK;
    return r;
  }

  static int inc8(Cpu c, int a) {
    int before = c.flags.carries;
    int r = add8(c, a, 1);
    keepCarry(c, before);
    return r;
  }

  static int inc16(Cpu c, int a) {
    int before = c.flags.carries;
    int r = add16(c, a, 1);
    keepCarry(c, before);
    return r;
  }

  static int inc32(Cpu c, int a) {
    int before = c.flags.carries;
    int r = add32(c, a, 1);
    keepCarry(c, before);
    return r;
  }

  static int dec8(Cpu c, int a) {
    int before = c.flags.carries;
    int r = sub8(c, a, 1);
    keepCarry(c, before);
    return r;
  }

  static int dec16(Cpu c, int a) {
    int before = c.flags.carries;
    int r = sub16(c, a, 1);
    keepCarry(c, before);
    return r;
  }

  static int dec32(Cpu c, int a) {
    int before = c.flags.carries;
    int r = sub32(c, a, 1);
    keepCarry(c, before);
    return r;
  }

  /** INC and DEC: OF of the addition just done, CF as it was before. */
  private static void keepCarry(Cpu c, int before) {
    int carries = c.flags.carries;
    int cf = before & 0x80000000;
    int of = (carries ^ carries << 1) & 0x80000000;
    c.flags.carries = cf | (cf ^ of) >>> 1 | carries & 8;
  }

  private static int neg8(Cpu c, int a) {
    return sub8(c, 0, a);
  }

  private static int neg16(Cpu c, int a) {
    return sub16(c, 0, a);
  }

  private static int neg32(Cpu c, int a) {
    return sub32(c, 0, a);
  }
}
