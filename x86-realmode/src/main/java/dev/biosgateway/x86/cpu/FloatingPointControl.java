package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.fpu.EnvironmentImage;
import dev.biosgateway.x86.fpu.Fpu;
import dev.biosgateway.x86.isa.Insn;

/**
 * FLDENV, FNSTENV, FRSTOR, FNSAVE: images of the unit in memory (SDM vol. 1, 8.1.10). An image as a
 * whole is aligned to the operand size; the registers in it are not aligned to theirs (SDM vol. 3,
 * table 6-7).
 */
final class FloatingPointControl {
  private FloatingPointControl() {}

  static void storeEnvironment(Cpu c, Fpu f, Insn i) {
    store(c, f, i, false);
    f.environment.maskExceptions();
  }

  static void save(Cpu c, Fpu f, Insn i) {
    store(c, f, i, true);
    f.initialize();
  }

  static void loadEnvironment(Cpu c, Fpu f, Insn i) {
    load(c, f, i);
  }

  /** A fault in the middle leaves what was loaded before it, as on silicon: it starts anew. */
  static void restore(Cpu c, Fpu f, Insn i) {
    load(c, f, i);
    for (int st = 0; st < 8; st++) {
      int at = EnvironmentImage.registerOffset(i.is32(), st);
      long significand = NumericOperand.load64(c, i, at, 2);
      f.replace(st, NumericOperand.loadUpper16(c, i, at), significand);
    }
  }

  private static void store(Cpu c, Fpu f, Insn i, boolean registers) {
    int size = i.operandSize >> 3;
    f.environment.build(i.is32(), hasSelectors(c));
    for (int k = 0; k < EnvironmentImage.FIELDS; k++) {
      NumericOperand.store(c, i, k * size, size, f.environment.field(k));
    }
    if (registers) {
      for (int st = 0; st < 8; st++) {
        int at = EnvironmentImage.registerOffset(i.is32(), st);
        NumericOperand.store64(c, i, at, f.significand(st), 2);
        NumericOperand.store(c, i, at + 8, 2, f.signExp(st));
      }
    }
  }

  private static void load(Cpu c, Fpu f, Insn i) {
    int size = i.operandSize >> 3;
    for (int k = 0; k < EnvironmentImage.FIELDS; k++) {
      f.environment.setField(k, NumericOperand.load(c, i, k * size, size));
    }
    f.environment.load(i.is32(), hasSelectors(c));
  }

  private static boolean hasSelectors(Cpu c) {
    return c.protectedMode() && !c.virtual8086();
  }
}
