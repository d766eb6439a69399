package dev.biosgateway.x86.fpu;

/** FADD, FMUL, FSUB, FSUBR, FDIV, FDIVR in all forms, FSQRT, FCHS, FABS (SDM vol. 1, 8.3.5). */
public final class ArithmeticInstructions {
  /** The operations by the reg field of the escapes D8, DA, DC, DE. */
  public enum Operator {
    ADD,
    MULTIPLY,
    SUBTRACT,
    SUBTRACT_REVERSED,
    DIVIDE,
    DIVIDE_REVERSED
  }

  private final Fpu fpu;
  private final Accumulator acc;
  private final Adder adder;
  private final Multiplier multiplier;
  private final Divider divider;
  private final SquareRoot root;
  private final Scaler scaler;

  ArithmeticInstructions(Fpu fpu) {
    this.fpu = fpu;
    acc = fpu.accumulator;
    adder = new Adder(acc);
    multiplier = new Multiplier(acc);
    divider = new Divider(acc);
    root = new SquareRoot(acc);
    scaler = new Scaler(acc);
  }

  /** ST(0) op ST(i) to ST(0). */
  public void toTop(Operator op, int i) {
    fpu.begin();
    if (underflows(i, 0)) {
      return;
    }
    compute(op, fpu.signExp(0), fpu.significand(0), fpu.signExp(i), fpu.significand(i));
    finish(0);
  }

  /**
   * ST(i) op ST(0) to ST(i).
   *
   * @param pop the forms with P, which pop when the result was written
   */
  public void toRegister(Operator op, int i, boolean pop) {
    fpu.begin();
    boolean written;
    if (fpu.isEmpty(0) || fpu.isEmpty(i)) {
      written = fpu.stackUnderflow();
      if (written) {
        fpu.setResult(i);
      }
    } else {
      compute(op, fpu.signExp(i), fpu.significand(i), fpu.signExp(0), fpu.significand(0));
      written = finish(i);
    }
    if (written && pop) {
      fpu.pop();
    }
  }

  /** ST(0) op m32fp. */
  public void single(Operator op, int bits) {
    real(op, RealFormat.SINGLE, bits & 0xffffffffL);
  }

  /** ST(0) op m64fp. */
  public void doublePrecision(Operator op, long bits) {
    real(op, RealFormat.DOUBLE, bits);
  }

  private void real(Operator op, RealFormat format, long bits) {
    fpu.begin();
    if (underflows(0, 0)) {
      return;
    }
    format.widen(acc, bits);
    withTop(op);
  }

  /** ST(0) op m16int or m32int. */
  public void integer(Operator op, int value) {
    fpu.begin();
    if (underflows(0, 0)) {
      return;
    }
    scaler.integer(value);
    withTop(op);
  }

  private void withTop(Operator op) {
    compute(op, fpu.signExp(0), fpu.significand(0), acc.signExp, acc.significand);
    finish(0);
  }

  private void compute(Operator op, int aSignExp, long a, int bSignExp, long b) {
    switch (op) {
      case ADD -> adder.add(aSignExp, a, bSignExp, b);
      case MULTIPLY -> multiplier.multiply(aSignExp, a, bSignExp, b);
      case SUBTRACT -> adder.subtract(aSignExp, a, bSignExp, b);
      case SUBTRACT_REVERSED -> adder.subtract(bSignExp, b, aSignExp, a);
      case DIVIDE -> divider.divide(aSignExp, a, bSignExp, b);
      case DIVIDE_REVERSED -> divider.divide(bSignExp, b, aSignExp, a);
    }
  }

  /** FSQRT. */
  public void squareRoot() {
    fpu.begin();
    if (!underflows(0, 0)) {
      root.squareRoot(fpu.signExp(0), fpu.significand(0));
      finish(0);
    }
  }

  /** FRNDINT. */
  public void roundToInteger() {
    fpu.begin();
    if (!underflows(0, 0)) {
      scaler.roundToIntegral(fpu.signExp(0), fpu.significand(0));
      finish(0);
    }
  }

  /** FCHS. */
  public void changeSign() {
    fpu.begin();
    if (!underflows(0, 0)) {
      fpu.set(0, fpu.signExp(0) ^ Float80.SIGN, fpu.significand(0));
    }
  }

  /** FABS. */
  public void absolute() {
    fpu.begin();
    if (!underflows(0, 0)) {
      fpu.set(0, fpu.signExp(0) & Float80.EXPONENT, fpu.significand(0));
    }
  }

  private boolean underflows(int i, int destination) {
    if (!fpu.isEmpty(0) && !fpu.isEmpty(i)) {
      return false;
    }
    if (fpu.stackUnderflow()) {
      fpu.setResult(destination);
    }
    return true;
  }

  private boolean finish(int destination) {
    boolean written = fpu.report(acc.exceptions);
    if (written) {
      fpu.setResult(destination);
    }
    return written;
  }
}
