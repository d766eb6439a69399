package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Operand;

/**
 * ROL, ROR, RCL, RCR, SHL, SHR, SAR, SHLD, SHRD, by the {@link BarrelShifter}, and SETMO of the
 * 8086. A count of zero (after masking) changes no flag.
 */
final class ShiftRotate {
  private ShiftRotate() {}

  // spotless:off
  static Step rol(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.setReg8(dst, rol(c, c.reg8(dst), n, 8)); } return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.setReg16(dst, rol(c, c.reg16(dst), n, 16)); } return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.gpr[dst] = rol(c, c.gpr[dst], n, 32); } return next; } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify8(c); int n = count(c, this); return n != 0 ? store8(c, rol(c, v, n, 8)) : after(c); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify16(c); int n = count(c, this); return n != 0 ? store16(c, rol(c, v, n, 16)) : after(c); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify32(c); int n = count(c, this); return n != 0 ? store32(c, rol(c, v, n, 32)) : after(c); } };
      case L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }

  static Step ror(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.setReg8(dst, ror(c, c.reg8(dst), n, 8)); } return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.setReg16(dst, ror(c, c.reg16(dst), n, 16)); } return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.gpr[dst] = ror(c, c.gpr[dst], n, 32); } return next; } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify8(c); int n = count(c, this); return n != 0 ? store8(c, ror(c, v, n, 8)) : after(c); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify16(c); int n = count(c, this); return n != 0 ? store16(c, ror(c, v, n, 16)) : after(c); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify32(c); int n = count(c, this); return n != 0 ? store32(c, ror(c, v, n, 32)) : after(c); } };
      case L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }

  static Step rcl(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.setReg8(dst, rcl(c, c.reg8(dst), n, 8)); } return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.setReg16(dst, rcl(c, c.reg16(dst), n, 16)); } return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.gpr[dst] = rcl(c, c.gpr[dst], n, 32); } return next; } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify8(c); int n = count(c, this); return n != 0 ? store8(c, rcl(c, v, n, 8)) : after(c); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify16(c); int n = count(c, this); return n != 0 ? store16(c, rcl(c, v, n, 16)) : after(c); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify32(c); int n = count(c, this); return n != 0 ? store32(c, rcl(c, v, n, 32)) : after(c); } };
      case L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }

  static Step rcr(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.setReg8(dst, rcr(c, c.reg8(dst), n, 8)); } return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.setReg16(dst, rcr(c, c.reg16(dst), n, 16)); } return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.gpr[dst] = rcr(c, c.gpr[dst], n, 32); } return next; } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify8(c); int n = count(c, this); return n != 0 ? store8(c, rcr(c, v, n, 8)) : after(c); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify16(c); int n = count(c, this); return n != 0 ? store16(c, rcr(c, v, n, 16)) : after(c); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify32(c); int n = count(c, this); return n != 0 ? store32(c, rcr(c, v, n, 32)) : after(c); } };
      case L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }

  static Step shl(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.setReg8(dst, shl(c, c.reg8(dst), n, 8)); } return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.setReg16(dst, shl(c, c.reg16(dst), n, 16)); } return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.gpr[dst] = shl(c, c.gpr[dst], n, 32); } return next; } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify8(c); int n = count(c, this); return n != 0 ? store8(c, shl(c, v, n, 8)) : after(c); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify16(c); int n = count(c, this); return n != 0 ? store16(c, shl(c, v, n, 16)) : after(c); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify32(c); int n = count(c, this); return n != 0 ? store32(c, shl(c, v, n, 32)) : after(c); } };
      case L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }

  static Step shr(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.setReg8(dst, shr(c, c.reg8(dst), n, 8)); } return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.setReg16(dst, shr(c, c.reg16(dst), n, 16)); } return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.gpr[dst] = shr(c, c.gpr[dst], n, 32); } return next; } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify8(c); int n = count(c, this); return n != 0 ? store8(c, shr(c, v, n, 8)) : after(c); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify16(c); int n = count(c, this); return n != 0 ? store16(c, shr(c, v, n, 16)) : after(c); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify32(c); int n = count(c, this); return n != 0 ? store32(c, shr(c, v, n, 32)) : after(c); } };
      case L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }

  static Step sar(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.setReg8(dst, sar(c, c.reg8(dst), n, 8)); } return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.setReg16(dst, sar(c, c.reg16(dst), n, 16)); } return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { int n = count(c, this); if (n != 0) { c.gpr[dst] = sar(c, c.gpr[dst], n, 32); } return next; } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify8(c); int n = count(c, this); return n != 0 ? store8(c, sar(c, v, n, 8)) : after(c); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify16(c); int n = count(c, this); return n != 0 ? store16(c, sar(c, v, n, 16)) : after(c); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify32(c); int n = count(c, this); return n != 0 ? store32(c, sar(c, v, n, 32)) : after(c); } };
      case L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }

  static Step shld(Insn insn) {
    return switch (Form.of(insn)) {
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { int n = doubleCount(c, this); if (n != 0) { c.setReg16(dst, shld16(c, c.reg16(dst), c.reg16(src), n)); } return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { int n = doubleCount(c, this); if (n != 0) { c.gpr[dst] = shld32(c, c.gpr[dst], c.gpr[src], n); } return next; } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify16(c); int n = doubleCount(c, this); return n != 0 ? store16(c, shld16(c, v, c.reg16(src), n)) : after(c); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify32(c); int n = doubleCount(c, this); return n != 0 ? store32(c, shld32(c, v, c.gpr[src], n)) : after(c); } };
      case R8, S8, L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }

  static Step shrd(Insn insn) {
    return switch (Form.of(insn)) {
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { int n = doubleCount(c, this); if (n != 0) { c.setReg16(dst, shrd16(c, c.reg16(dst), c.reg16(src), n)); } return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { int n = doubleCount(c, this); if (n != 0) { c.gpr[dst] = shrd32(c, c.gpr[dst], c.gpr[src], n); } return next; } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify16(c); int n = doubleCount(c, this); return n != 0 ? store16(c, shrd16(c, v, c.reg16(src), n)) : after(c); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify32(c); int n = doubleCount(c, this); return n != 0 ? store32(c, shrd32(c, v, c.gpr[src], n)) : after(c); } };
      case R8, S8, L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }

  static Step setmo(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { if (count(c, this) != 0) { c.setReg8(dst, minusOne(c)); } return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { if (count(c, this) != 0) { c.setReg16(dst, minusOne(c)); } return next; } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { modify8(c); return count(c, this) != 0 ? store8(c, minusOne(c)) : after(c); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { modify16(c); return count(c, this) != 0 ? store16(c, minusOne(c)) : after(c); } };
      case R32, S32, L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }

  // spotless:on

  /** All ones, with the flags of a logic operation. */
  private static int minusOne(Cpu c) {
    c.flags.result = -1;
    c.flags.carries = 0;
    return -1;
  }

  /** CL or the immediate; masked to five bits since the 80286. */
  private static int count(Cpu c, Step s) {
    return (s.src == Insn.ZERO ? s.imm : c.gpr[Cpu.ECX]) & c.model.shiftCountMask();
  }

  private static int doubleCount(Cpu c, Step s) {
    boolean byRegister = s.insn.row.operands().get(2) == Operand.CL;
    return (byRegister ? c.gpr[Cpu.ECX] : s.imm) & 31;
  }

  // ---- what the shifter gives, taken apart

  static int shl(Cpu c, int v, int count, int width) {
    return shifted(c, BarrelShifter.shl(v, count, width), width);
  }

  static int shr(Cpu c, int v, int count, int width) {
    return shifted(c, BarrelShifter.shr(v, count, width), width);
  }

  static int sar(Cpu c, int v, int count, int width) {
    return shifted(c, BarrelShifter.sar(v, count, width), width);
  }

  private static int shld16(Cpu c, int high, int low, int n) {
    return shifted(c, BarrelShifter.shld16(high, low, n), 16);
  }

  private static int shld32(Cpu c, int high, int low, int n) {
    return shifted(c, BarrelShifter.shld32(high, low, n), 32);
  }

  private static int shrd16(Cpu c, int low, int high, int n) {
    return shifted(c, BarrelShifter.shrd16(low, high, n), 16);
  }

  private static int shrd32(Cpu c, int low, int high, int n) {
    return shifted(c, BarrelShifter.shrd32(low, high, n), 32);
  }

  private static int shifted(Cpu c, long r, int width) {
    int low = (int) r;
    c.flags.result = low << 32 - width >> 32 - width;
    c.flags.carries = BarrelShifter.carries(r);
    return width == 32 ? low : low & (1 << width) - 1;
  }

  private static int rol(Cpu c, int v, int count, int width) {
    return rotated(c, BarrelShifter.rol(v, count, width, c.flags.carries));
  }

  private static int ror(Cpu c, int v, int count, int width) {
    return rotated(c, BarrelShifter.ror(v, count, width, c.flags.carries));
  }

  static int rcl(Cpu c, int v, int count, int width) {
    return rotated(c, BarrelShifter.rcl(v, count, width, c.flags.carries));
  }

  static int rcr(Cpu c, int v, int count, int width) {
    return rotated(c, BarrelShifter.rcr(v, count, width, c.flags.carries));
  }

  private static int rotated(Cpu c, long r) {
    c.flags.carries = BarrelShifter.carries(r);
    return (int) r;
  }
}
