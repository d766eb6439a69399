package dev.biosgateway.x86.fpu;

/** FPREM, FPREM1, FSCALE, FXTRACT and the transcendental functions (SDM vol. 1, 8.3.5, 8.3.7). */
public final class FunctionInstructions {
  private final Fpu fpu;
  private final Accumulator acc;
  private final PartialRemainder remainder;
  private final Scaler scaler;
  private final Trigonometry trigonometry;
  private final Arctangent arctangent;
  private final Exponential exponential;
  private final Logarithm logarithm;

  FunctionInstructions(Fpu fpu) {
    this.fpu = fpu;
    acc = fpu.accumulator;
    remainder = new PartialRemainder(acc);
    scaler = new Scaler(acc);
    trigonometry = new Trigonometry(acc);
    arctangent = new Arctangent(acc);
    exponential = new Exponential(acc);
    logarithm = new Logarithm(acc);
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
    finish();
  }

  /** FXTRACT: the exponent replaces ST(0), the significand is pushed. */
  public void extract() {
    fpu.begin();
    if (noRoomForTwo()) {
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

  /** F2XM1. */
  public void powerOfTwoMinusOne() {
    fpu.begin();
    if (operandMissing()) {
      return;
    }
    exponential.powerOfTwoMinusOne(fpu.signExp(0), fpu.significand(0));
    finish();
  }

  /** FYL2X: ST(1) * log2 ST(0) to ST(1), then pops. */
  public void yLog2X() {
    fpu.begin();
    if (operandsMissingForPop()) {
      return;
    }
    logarithm.yLog2X(fpu.signExp(0), fpu.significand(0), fpu.signExp(1), fpu.significand(1));
    finishAndPop();
  }

  /** FYL2XP1: ST(1) * log2 (ST(0) + 1) to ST(1), then pops. */
  public void yLog2XPlusOne() {
    fpu.begin();
    if (operandsMissingForPop()) {
      return;
    }
    logarithm.yLog2XPlusOne(fpu.signExp(0), fpu.significand(0), fpu.signExp(1), fpu.significand(1));
    finishAndPop();
  }

  /** FPATAN: the angle of (ST(0), ST(1)) to ST(1), then pops. */
  public void partialArctangent() {
    fpu.begin();
    if (operandsMissingForPop()) {
      return;
    }
    arctangent.angle(fpu.signExp(1), fpu.significand(1), fpu.signExp(0), fpu.significand(0));
    finishAndPop();
  }

  /** FSIN; C2 and nothing else when the operand is out of range. */
  public void sine() {
    circular(true);
  }

  /** FCOS; C2 and nothing else when the operand is out of range. */
  public void cosine() {
    circular(false);
  }

  private void circular(boolean sine) {
    fpu.begin();
    fpu.clearC2();
    if (operandMissing()) {
      return;
    }
    int signExp = fpu.signExp(0);
    long significand = fpu.significand(0);
    if (!trigonometry.special(signExp, significand, sine ? 0 : Float80.BIAS)) {
      if (!Trigonometry.inRange(signExp)) {
        fpu.setC2();
        return;
      }
      trigonometry.evaluate(signExp, significand);
      if (sine) {
        trigonometry.sine();
      } else {
        trigonometry.cosine();
      }
    }
    finish();
  }

  /** FSINCOS: the sine replaces ST(0), the cosine is pushed. */
  public void sineAndCosine() {
    twoResults(false);
  }

  /** FPTAN: the tangent replaces ST(0), 1.0 is pushed. */
  public void partialTangent() {
    twoResults(true);
  }

  private void twoResults(boolean tangent) {
    fpu.begin();
    fpu.clearC2();
    if (noRoomForTwo()) {
      return;
    }
    int signExp = fpu.signExp(0);
    long significand = fpu.significand(0);
    boolean special = trigonometry.special(signExp, significand, 0);
    if (!special) {
      if (!Trigonometry.inRange(signExp)) {
        fpu.setC2();
        return;
      }
      trigonometry.evaluate(signExp, significand);
      if (tangent) {
        trigonometry.tangent();
      } else {
        trigonometry.sine();
      }
    }
    if (!fpu.report(acc.exceptions)) {
      return;
    }
    fpu.setResult(0);
    boolean isNan = Float80.isNan(acc.signExp, acc.significand);
    if (!isNan) {
      if (tangent || special) {
        acc.set(Float80.BIAS, Float80.INTEGER_BIT);
      } else {
        acc.begin();
        trigonometry.cosine();
        fpu.report(acc.exceptions);
      }
    }
    fpu.push();
    fpu.setResult(0);
  }

  private boolean operandMissing() {
    if (!fpu.isEmpty(0)) {
      return false;
    }
    if (fpu.stackUnderflow()) {
      fpu.setResult(0);
    }
    return true;
  }

  private boolean operandsMissingForPop() {
    if (!fpu.isEmpty(0) && !fpu.isEmpty(1)) {
      return false;
    }
    if (fpu.stackUnderflow()) {
      fpu.setResult(1);
      fpu.pop();
    }
    return true;
  }

  private void finish() {
    if (fpu.report(acc.exceptions)) {
      fpu.setResult(0);
    }
  }

  private void finishAndPop() {
    if (fpu.report(acc.exceptions)) {
      fpu.setResult(1);
      fpu.pop();
    }
  }

  /** ST(0) is empty, or the register to push into is not. */
  private boolean noRoomForTwo() {
    boolean empty = fpu.isEmpty(0);
    if (!empty && fpu.isEmpty(7)) {
      return false;
    }
    if (empty ? fpu.stackUnderflow() : fpu.stackOverflow()) {
      pushTwoIndefinites();
    }
    return true;
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
