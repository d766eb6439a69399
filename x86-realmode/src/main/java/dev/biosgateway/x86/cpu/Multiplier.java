package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;

/**
 * MUL and IMUL of the 16-bit processors: SF, ZF and PF follow from the upper half of the product,
 * where those of a P6 follow from the lower (seen on silicon, P80C86A-2 and N80C286-12). CF and OF
 * are defined, and those of {@link MultiplyDivide}.
 */
final class Multiplier {
  private Multiplier() {}

  static Operation of(CpuModel model, Insn insn) {
    boolean first = model == CpuModel.I8086;
    return switch (insn.row.mnemonic()) {
      case MUL ->
          product(MultiplyDivide.mul(insn), first ? Multiplier::mul8086 : Multiplier::of286);
      case IMUL ->
          product(MultiplyDivide.imul(insn), first ? Multiplier::imul8086 : Multiplier::of286);
      case IMUL_TRUNCATING -> Multiplier::imulTruncating286;
      default -> throw Dispatch.misfit(insn);
    };
  }

  /** What the flags are, with CF and OF as they are. */
  private interface Flags {
    void set(Cpu c, int high, int low, int width);
  }

  private static Operation product(Operation multiply, Flags flags) {
    return (c, i) -> {
      multiply.execute(c, i);
      int low = i.width == 8 ? c.reg8(0) : c.reg16(Cpu.EAX);
      int high = i.width == 8 ? c.reg8(4) : c.reg16(Cpu.EDX);
      flags.set(c, high, low, i.width);
    };
  }

  private static void mul8086(Cpu c, int high, int low, int width) {
    c.flags.result = Divider.extended(high, width);
  }

  /** IMUL asks whether the upper half is sign alone by adding the sign of the lower half to it. */
  private static void imul8086(Cpu c, int high, int low, int width) {
    int sum = high + (low >>> width - 1);
    c.flags.result = Divider.extended(sum, width);
    c.flags.carries |= (high ^ sum) >>> 1 & 8;
  }

  private static void of286(Cpu c, int high, int low, int width) {
    c.flags.result = Divider.extended(high, width);
    c.flags.carries |= 8;
  }

  /** IMUL with an immediate; the upper half is in the flags only. */
  private static void imulTruncating286(Cpu c, Insn i) {
    int factor = i.memory < 0 ? c.gpr[i.src] : Form.load16(c, i);
    int product = (short) factor * (short) i.imm;
    c.setReg16(i.dst, product);
    c.flags.carries = product != (short) product ? 0x80000000 : 0;
    of286(c, product >>> 16, product, 16);
  }
}
