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

/**
 * AND, OR, XOR, TEST, NOT. CF and OF become 0; AF, which the manual leaves undefined, does too, as
 * on a P6.
 */
final class Logic {
  private Logic() {}

  // spotless:off
  static Operation and(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> (c, i) -> c.setReg8(i.dst, and8(c, c.reg8(i.dst), source8(c, i)));
      case R16 -> (c, i) -> c.setReg16(i.dst, and16(c, c.reg16(i.dst), source16(c, i)));
      case R32 -> (c, i) -> c.gpr[i.dst] = and32(c, c.gpr[i.dst], source32(c, i));
      case L8 -> (c, i) -> c.setReg8(i.dst, and8(c, c.reg8(i.dst), load8(c, i)));
      case L16 -> (c, i) -> c.setReg16(i.dst, and16(c, c.reg16(i.dst), load16(c, i)));
      case L32 -> (c, i) -> c.gpr[i.dst] = and32(c, c.gpr[i.dst], load32(c, i));
      case S8 -> (c, i) -> store8(c, i, and8(c, modify8(c, i), source8(c, i)));
      case S16 -> (c, i) -> store16(c, i, and16(c, modify16(c, i), source16(c, i)));
      case S32 -> (c, i) -> store32(c, i, and32(c, modify32(c, i), source32(c, i)));
    };
  }

  static Operation or(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> (c, i) -> c.setReg8(i.dst, or8(c, c.reg8(i.dst), source8(c, i)));
      case R16 -> (c, i) -> c.setReg16(i.dst, or16(c, c.reg16(i.dst), source16(c, i)));
      case R32 -> (c, i) -> c.gpr[i.dst] = or32(c, c.gpr[i.dst], source32(c, i));
      case L8 -> (c, i) -> c.setReg8(i.dst, or8(c, c.reg8(i.dst), load8(c, i)));
      case L16 -> (c, i) -> c.setReg16(i.dst, or16(c, c.reg16(i.dst), load16(c, i)));
      case L32 -> (c, i) -> c.gpr[i.dst] = or32(c, c.gpr[i.dst], load32(c, i));
      case S8 -> (c, i) -> store8(c, i, or8(c, modify8(c, i), source8(c, i)));
      case S16 -> (c, i) -> store16(c, i, or16(c, modify16(c, i), source16(c, i)));
      case S32 -> (c, i) -> store32(c, i, or32(c, modify32(c, i), source32(c, i)));
    };
  }

  static Operation xor(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> (c, i) -> c.setReg8(i.dst, xor8(c, c.reg8(i.dst), source8(c, i)));
      case R16 -> (c, i) -> c.setReg16(i.dst, xor16(c, c.reg16(i.dst), source16(c, i)));
      case R32 -> (c, i) -> c.gpr[i.dst] = xor32(c, c.gpr[i.dst], source32(c, i));
      case L8 -> (c, i) -> c.setReg8(i.dst, xor8(c, c.reg8(i.dst), load8(c, i)));
      case L16 -> (c, i) -> c.setReg16(i.dst, xor16(c, c.reg16(i.dst), load16(c, i)));
      case L32 -> (c, i) -> c.gpr[i.dst] = xor32(c, c.gpr[i.dst], load32(c, i));
      case S8 -> (c, i) -> store8(c, i, xor8(c, modify8(c, i), source8(c, i)));
      case S16 -> (c, i) -> store16(c, i, xor16(c, modify16(c, i), source16(c, i)));
      case S32 -> (c, i) -> store32(c, i, xor32(c, modify32(c, i), source32(c, i)));
    };
  }

  static Operation test(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> (c, i) -> and8(c, c.reg8(i.dst), source8(c, i));
      case R16 -> (c, i) -> and16(c, c.reg16(i.dst), source16(c, i));
      case R32 -> (c, i) -> and32(c, c.gpr[i.dst], source32(c, i));
      case L8 -> (c, i) -> and8(c, c.reg8(i.dst), load8(c, i));
      case L16 -> (c, i) -> and16(c, c.reg16(i.dst), load16(c, i));
      case L32 -> (c, i) -> and32(c, c.gpr[i.dst], load32(c, i));
      case S8 -> (c, i) -> and8(c, load8(c, i), source8(c, i));
      case S16 -> (c, i) -> and16(c, load16(c, i), source16(c, i));
      case S32 -> (c, i) -> and32(c, load32(c, i), source32(c, i));
    };
  }

  static Operation not(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> (c, i) -> c.setReg8(i.dst, not8(c, c.reg8(i.dst)));
      case R16 -> (c, i) -> c.setReg16(i.dst, not16(c, c.reg16(i.dst)));
      case R32 -> (c, i) -> c.gpr[i.dst] = not32(c, c.gpr[i.dst]);
      case S8 -> (c, i) -> store8(c, i, not8(c, modify8(c, i)));
      case S16 -> (c, i) -> store16(c, i, not16(c, modify16(c, i)));
      case S32 -> (c, i) -> store32(c, i, not32(c, modify32(c, i)));
      case L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }
  // spotless:on

  private static int and8(Cpu c, int a, int b) {
    return finish8(c, a & b);
  }

  private static int and16(Cpu c, int a, int b) {
    return finish16(c, a & b);
  }

  private static int and32(Cpu c, int a, int b) {
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
