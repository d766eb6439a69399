package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * AND, OR, XOR, TEST, NOT. CF and OF become 0; AF, which the manual leaves undefined, does too, as
 * on a P6.
 */
final class Logic {
  private Logic() {}

  // spotless:off
  static Step and(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, and8(c, c.reg8(dst), source8(c))); return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, and16(c, c.reg16(dst), source16(c))); return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = and32(c, c.gpr[dst], source32(c)); return next; } };
      case L8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, and8(c, c.reg8(dst), load8(c))); return after(c); } };
      case L16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, and16(c, c.reg16(dst), load16(c))); return after(c); } };
      case L32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = and32(c, c.gpr[dst], load32(c)); return after(c); } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { return store8(c, and8(c, modify8(c), source8(c))); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { return store16(c, and16(c, modify16(c), source16(c))); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { return store32(c, and32(c, modify32(c), source32(c))); } };
    };
  }

  static Step or(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, or8(c, c.reg8(dst), source8(c))); return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, or16(c, c.reg16(dst), source16(c))); return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = or32(c, c.gpr[dst], source32(c)); return next; } };
      case L8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, or8(c, c.reg8(dst), load8(c))); return after(c); } };
      case L16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, or16(c, c.reg16(dst), load16(c))); return after(c); } };
      case L32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = or32(c, c.gpr[dst], load32(c)); return after(c); } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { return store8(c, or8(c, modify8(c), source8(c))); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { return store16(c, or16(c, modify16(c), source16(c))); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { return store32(c, or32(c, modify32(c), source32(c))); } };
    };
  }

  static Step xor(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, xor8(c, c.reg8(dst), source8(c))); return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, xor16(c, c.reg16(dst), source16(c))); return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = xor32(c, c.gpr[dst], source32(c)); return next; } };
      case L8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, xor8(c, c.reg8(dst), load8(c))); return after(c); } };
      case L16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, xor16(c, c.reg16(dst), load16(c))); return after(c); } };
      case L32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = xor32(c, c.gpr[dst], load32(c)); return after(c); } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { return store8(c, xor8(c, modify8(c), source8(c))); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { return store16(c, xor16(c, modify16(c), source16(c))); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { return store32(c, xor32(c, modify32(c), source32(c))); } };
    };
  }

  static Step test(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { and8(c, c.reg8(dst), source8(c)); return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { and16(c, c.reg16(dst), source16(c)); return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { and32(c, c.gpr[dst], source32(c)); return next; } };
      case L8 -> new Step(insn) { @Override Step run(Cpu c) { and8(c, c.reg8(dst), load8(c)); return after(c); } };
      case L16 -> new Step(insn) { @Override Step run(Cpu c) { and16(c, c.reg16(dst), load16(c)); return after(c); } };
      case L32 -> new Step(insn) { @Override Step run(Cpu c) { and32(c, c.gpr[dst], load32(c)); return after(c); } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { and8(c, load8(c), source8(c)); return after(c); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { and16(c, load16(c), source16(c)); return after(c); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { and32(c, load32(c), source32(c)); return after(c); } };
    };
  }

  static Step not(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, not8(c, c.reg8(dst))); return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, not16(c, c.reg16(dst))); return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = not32(c, c.gpr[dst]); return next; } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { return store8(c, not8(c, modify8(c))); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { return store16(c, not16(c, modify16(c))); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { return store32(c, not32(c, modify32(c))); } };
      case L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }
  // spotless:on

  static int and8(Cpu c, int a, int b) {
    return finish8(c, a & b);
  }

  static int and16(Cpu c, int a, int b) {
    return finish16(c, a & b);
  }

  static int and32(Cpu c, int a, int b) {
    return finish32(c, a & b);
  }

  private static int or8(Cpu c, int a, int b) {
    return finish8(c, a | b);
  }

  private static int or16(Cpu c, int a, int b) {
    return finish16(c, a | b);
  }

  private static int or32(Cpu c, int a, int b) {
    return finish32(c, a | b);
  }

  private static int xor8(Cpu c, int a, int b) {
    return finish8(c, a ^ b);
  }

  private static int xor16(Cpu c, int a, int b) {
    return finish16(c, a ^ b);
  }

  private static int xor32(Cpu c, int a, int b) {
    return finish32(c, a ^ b);
  }

  private static int finish8(Cpu c, int r) {
    c.flags.result = (byte) r;
    c.flags.carries = 0;
    return r;
  }

  private static int finish16(Cpu c, int r) {
    c.flags.result = (short) r;
    c.flags.carries = 0;
    return r;
  }

  private static int finish32(Cpu c, int r) {
    c.flags.result = r;
    c.flags.carries = 0;
    return r;
  }

  /** NOT changes no flag. */
  private static int not8(Cpu c, int a) {
    return ~a;
  }

  private static int not16(Cpu c, int a) {
    return ~a;
  }

  private static int not32(Cpu c, int a) {
    return ~a;
  }
}
