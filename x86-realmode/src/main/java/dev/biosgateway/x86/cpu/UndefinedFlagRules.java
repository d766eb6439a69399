package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.UndefinedFlags;

/**
 * Binds the instructions that a model's {@link UndefinedFlags} name to what executes them with the
 * flags of that model; all others are bound by {@link Dispatch} and know nothing of this.
 */
final class UndefinedFlagRules {
  private UndefinedFlagRules() {}

  /** What executes {@code insn}; its mnemonic is one of those that differ on {@code model}. */
  static Operation of(CpuModel model, Insn insn) {
    return switch (insn.row.mnemonic()) {
      case AAA -> DecimalAdder::aaa;
      case AAS -> DecimalAdder::aas;
      case AAD -> model == CpuModel.I80286 ? DecimalAdder::aad286 : DecimalAdder::aad;
      case AAM -> divider(model)::aam;
      case DAA -> DecimalAdder::daa;
      case DAS -> DecimalAdder::das;
      case DIV -> divider(model)::div;
      case IDIV -> divider(model)::idiv;
      case MUL, IMUL, IMUL_TRUNCATING -> Multiplier.of(model, insn);
      case BT -> BitTest.bt(insn, BitTest::carryAsRotated);
      case BTC -> BitTest.btc(insn, BitTest::carryAsRotated);
      case BTR -> BitTest.btr(insn, BitTest::carryAsRotated);
      case BTS -> BitTest.bts(insn, BitTest::carryAsRotated);
      case SHL, SHR, SAR, RCL, RCR -> ShiftFlags.of(model, insn);
      default -> throw Dispatch.misfit(insn);
    };
  }

  private static Divider divider(CpuModel model) {
    return model == CpuModel.I8086 ? Divider8086.INSTANCE : Divider286.INSTANCE;
  }
}
