package dev.biosgateway.x86.fpu;

/** FLD, FILD, FBLD and the constants (SDM vol. 1, 8.3.2 and 8.3.4). */
public final class LoadInstructions {
  private final Fpu fpu;
  private final Accumulator acc;
  private final Scaler integers;

  LoadInstructions(Fpu fpu) {
    this.fpu = fpu;
    acc = fpu.accumulator;
    integers = new Scaler(acc);
  }

  /** FLD ST(i). */
  public void register(int i) {
    fpu.begin();
    // SDM vol. 1, 4.9.2: of both stack faults underflow comes first.
    if (fpu.isEmpty(i)) {
      if (fpu.stackUnderflow()) {
        pushResult();
      }
    } else if (!fpu.isEmpty(7)) {
      overflow();
    } else {
      acc.set(fpu.signExp(i), fpu.significand(i));
      pushResult();
    }
  }

  /** FLD m32fp. */
  public void single(int bits) {
    real(RealFormat.SINGLE, bits & 0xffffffffL);
  }

  /** FLD m64fp. */
  public void doublePrecision(long bits) {
    real(RealFormat.DOUBLE, bits);
  }

  private void real(RealFormat format, long bits) {
    fpu.begin();
    if (!fpu.isEmpty(7)) {
      overflow();
      return;
    }
    format.widen(acc, bits);
    if (!acc.nan(acc.signExp, acc.significand)) {
      // Silicon loads the denormal even when #D is unmasked: the conversion itself succeeded.
      fpu.report(acc.narrowDenormal);
      pushResult();
    } else if (fpu.report(acc.exceptions)) {
      pushResult();
    }
  }

  /** FLD m80fp: bits as they are, no exception but a full stack. */
  public void extended(int signExp, long significand) {
    fpu.begin();
    if (!fpu.isEmpty(7)) {
      overflow();
    } else {
      acc.set(signExp, significand);
      pushResult();
    }
  }

  /** FILD: a signed integer of 16, 32 or 64 bits. */
  public void integer(long value) {
    fpu.begin();
    if (!fpu.isEmpty(7)) {
      overflow();
    } else {
      integers.integer(value);
      pushResult();
    }
  }

  /** FBLD: packed decimal, sixteen digits in {@code low}, two and the sign in {@code high}. */
  public void packedDecimal(long low, int high) {
    fpu.begin();
    if (!fpu.isEmpty(7)) {
      overflow();
    } else {
      integers.integer(IntegerFormat.fromPackedDecimal(low, high));
      acc.signExp |= high & Float80.SIGN;
      pushResult();
    }
  }

  /** FLD1, FLDL2T, FLDL2E, FLDPI, FLDLG2, FLDLN2, FLDZ. */
  public void constant(Constant constant) {
    fpu.begin();
    if (!fpu.isEmpty(7)) {
      overflow();
    } else {
      acc.set(constant.signExp(), constant.significand(acc));
      pushResult();
    }
  }

  private void overflow() {
    if (fpu.stackOverflow()) {
      pushResult();
    }
  }

  private void pushResult() {
    fpu.push();
    fpu.setResult(0);
  }
}
