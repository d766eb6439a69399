package dev.biosgateway.x86.fpu;

/** FPREM, FPREM1, FSCALE, FXTRACT and the transcendental functions (SDM vol. 1, 8.3.5, 8.3.7). */
public final class FunctionInstructions {
  private final Fpu fpu;
  private final Accumulator acc;
  private final PartialRemainder remainder;
  private final Scaler scaler;

  FunctionInstructions(Fpu fpu) {
    this.fpu = fpu;
    acc = fpu.accumulator;
    remainder = new PartialRemainder(acc);
    scaler = new Scaler(acc);
  }

  /** FPREM, and with {@code nearest} FPREM1. */
  public void remainder(boolean nearest) {
    fpu.begin();
    fpu.clearC2();
    if (operandsMissing()) {
      return;
    }
    int codes =
        remainder.remainder(
            fpu.signExp(0), fpu.significand(0), fpu.signExp(1), fpu.significand(1), nearest);
    if (fpu.report(acc.exceptions)) {
      if (codes != PartialRemainder.NO_QUOTIENT) {
        fpu.setCondition(codes);
      }
      fpu.setResult(0);
    }
  }

  /** FSCALE. */
  public void scale() {
    fpu.begin();
    if (operandsMissing()) {
      return;
    }
    scaler.scale(fpu.signExp(0), fpu.significand(0), fpu.signExp(1), fpu.significand(1));
    if (fpu.report(acc.exceptions)) {
      fpu.setResult(0);
    }
  }

  /** FXTRACT: the exponent replaces ST(0), the significand is pushed. */
  public void extract() {
    fpu.begin();
    if (fpu.isEmpty(0)) {
      if (fpu.stackUnderflow()) {
        pushTwoIndefinites();
      }
      return;
    }
    if (!fpu.isEmpty(7)) {
      if (fpu.stackOverflow()) {
        pushTwoIndefinites();
      }
      return;
    }
    int signExp = fpu.signExp(0);
    long significand = fpu.significand(0);
    scaler.extractExponent(signExp, significand);
    if (!fpu.report(acc.exceptions)) {
      return;
    }
    fpu.setResult(0);
    scaler.extractSignificand(signExp, significand);
    fpu.push();
    fpu.setResult(0);
  }

  private boolean operandsMissing() {
    if (!fpu.isEmpty(0) && !fpu.isEmpty(1)) {
      return false;
    }
    if (fpu.stackUnderflow()) {
      fpu.setResult(0);
    }
    return true;
  }

  private void pushTwoIndefinites() {
    fpu.setResult(0);
    fpu.push();
    fpu.setResult(0);
  }
}
