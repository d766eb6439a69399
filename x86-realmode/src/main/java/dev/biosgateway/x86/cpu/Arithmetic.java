package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * ADD, ADC, SUB, SBB, CMP, INC, DEC, NEG: binary addition and its flags (SDM vol. 1, 3.4.3.1
 * "Status Flags").
 */
final class Arithmetic {
  private Arithmetic() {}

  // spotless:off
  static Step add(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, add8(c, c.reg8(dst), source8(c))); return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, add16(c, c.reg16(dst), source16(c))); return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = add32(c, c.gpr[dst], source32(c)); return next; } };
      case L8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, add8(c, c.reg8(dst), load8(c))); return after(c); } };
      case L16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, add16(c, c.reg16(dst), load16(c))); return after(c); } };
      case L32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = add32(c, c.gpr[dst], load32(c)); return after(c); } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { return store8(c, add8(c, modify8(c), source8(c))); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { return store16(c, add16(c, modify16(c), source16(c))); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { return store32(c, add32(c, modify32(c), source32(c))); } };
    };
  }

  static Step adc(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, adc8(c, c.reg8(dst), source8(c))); return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, adc16(c, c.reg16(dst), source16(c))); return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = adc32(c, c.gpr[dst], source32(c)); return next; } };
      case L8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, adc8(c, c.reg8(dst), load8(c))); return after(c); } };
      case L16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, adc16(c, c.reg16(dst), load16(c))); return after(c); } };
      case L32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = adc32(c, c.gpr[dst], load32(c)); return after(c); } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { return store8(c, adc8(c, modify8(c), source8(c))); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { return store16(c, adc16(c, modify16(c), source16(c))); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { return store32(c, adc32(c, modify32(c), source32(c))); } };
    };
  }

  static Step sub(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, sub8(c, c.reg8(dst), source8(c))); return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, sub16(c, c.reg16(dst), source16(c))); return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = sub32(c, c.gpr[dst], source32(c)); return next; } };
      case L8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, sub8(c, c.reg8(dst), load8(c))); return after(c); } };
      case L16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, sub16(c, c.reg16(dst), load16(c))); return after(c); } };
      case L32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = sub32(c, c.gpr[dst], load32(c)); return after(c); } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { return store8(c, sub8(c, modify8(c), source8(c))); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { return store16(c, sub16(c, modify16(c), source16(c))); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { return store32(c, sub32(c, modify32(c), source32(c))); } };
    };
  }

  static Step sbb(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, sbb8(c, c.reg8(dst), source8(c))); return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, sbb16(c, c.reg16(dst), source16(c))); return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = sbb32(c, c.gpr[dst], source32(c)); return next; } };
      case L8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, sbb8(c, c.reg8(dst), load8(c))); return after(c); } };
      case L16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, sbb16(c, c.reg16(dst), load16(c))); return after(c); } };
      case L32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = sbb32(c, c.gpr[dst], load32(c)); return after(c); } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { return store8(c, sbb8(c, modify8(c), source8(c))); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { return store16(c, sbb16(c, modify16(c), source16(c))); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { return store32(c, sbb32(c, modify32(c), source32(c))); } };
    };
  }

  static Step cmp(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { sub8(c, c.reg8(dst), source8(c)); return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { sub16(c, c.reg16(dst), source16(c)); return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { sub32(c, c.gpr[dst], source32(c)); return next; } };
      case L8 -> new Step(insn) { @Override Step run(Cpu c) { sub8(c, c.reg8(dst), load8(c)); return after(c); } };
      case L16 -> new Step(insn) { @Override Step run(Cpu c) { sub16(c, c.reg16(dst), load16(c)); return after(c); } };
      case L32 -> new Step(insn) { @Override Step run(Cpu c) { sub32(c, c.gpr[dst], load32(c)); return after(c); } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { sub8(c, load8(c), source8(c)); return after(c); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { sub16(c, load16(c), source16(c)); return after(c); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { sub32(c, load32(c), source32(c)); return after(c); } };
    };
  }

  static Step inc(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, inc8(c, c.reg8(dst))); return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, inc16(c, c.reg16(dst))); return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = inc32(c, c.gpr[dst]); return next; } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { return store8(c, inc8(c, modify8(c))); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { return store16(c, inc16(c, modify16(c))); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { return store32(c, inc32(c, modify32(c))); } };
      case L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }

  static Step dec(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, dec8(c, c.reg8(dst))); return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, dec16(c, c.reg16(dst))); return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = dec32(c, c.gpr[dst]); return next; } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { return store8(c, dec8(c, modify8(c))); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { return store16(c, dec16(c, modify16(c))); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { return store32(c, dec32(c, modify32(c))); } };
      case L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }

  static Step neg(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, neg8(c, c.reg8(dst))); return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, neg16(c, c.reg16(dst))); return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = neg32(c, c.gpr[dst]); return next; } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { return store8(c, neg8(c, modify8(c))); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { return store16(c, neg16(c, modify16(c))); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { return store32(c, neg32(c, modify32(c))); } };
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

  /** INC and DEC: OF of the addition just done, CF as it was before (SDM vol. 2A, INC, DEC). */
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
