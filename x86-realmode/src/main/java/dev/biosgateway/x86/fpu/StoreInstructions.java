package dev.biosgateway.x86.fpu;

/**
 * FST, FSTP, FIST, FISTP, FBSTP, FXCH, FCMOVcc (SDM vol. 1, 8.3.2).
 *
 * <p>A store to memory has two steps, because a page fault must leave the unit as it was. The first
 * one ({@link #single()} and the like) computes the bits and tells whether there is anything to
 * write; the caller writes {@link #bits()}; then {@link #complete} reports exceptions and pops.
 */
public final class StoreInstructions {
  private final Fpu fpu;
  private final Accumulator acc;
  private final IntegerFormat integers;
  private long bits;
  private int high;
  private boolean underflow;

  StoreInstructions(Fpu fpu) {
    this.fpu = fpu;
    acc = fpu.accumulator;
    integers = new IntegerFormat(acc);
  }

  /** What to write: 16, 32, 64 bits, or the lower 64 of 80. */
  public long bits() {
    return bits;
  }

  /** The upper 16 of 80 bits. */
  public int high() {
    return high;
  }

  /** FST m32fp; returns whether the bits are to be written. */
  public boolean single() {
    return real(RealFormat.SINGLE, 0xffc00000L);
  }

  /** FST m64fp; returns whether the bits are to be written. */
  public boolean doublePrecision() {
    return real(RealFormat.DOUBLE, 0xfff8000000000000L);
  }

  private boolean real(RealFormat format, long indefinite) {
    if (startsEmpty()) {
      bits = indefinite;
    } else {
      bits = format.narrow(acc, fpu.signExp(0), fpu.significand(0));
    }
    return writes();
  }

  /** FSTP m80fp; returns whether the bits are to be written. */
  public boolean extended() {
    if (startsEmpty()) {
      bits = Float80.INDEFINITE_SIGNIFICAND;
      high = Float80.INDEFINITE_SIGN_EXPONENT;
    } else {
      bits = fpu.significand(0);
      high = fpu.signExp(0);
    }
    return writes();
  }

  /** FIST with 16, 32 or 64 bits; returns whether the bits are to be written. */
  public boolean integer(int width) {
    bits =
        startsEmpty()
            ? 1L << (width - 1)
            : integers.toInteger(fpu.signExp(0), fpu.significand(0), width);
    return writes();
  }

  /** FBSTP; returns whether the bits are to be written. */
  public boolean packedDecimal() {
    bits =
        startsEmpty()
            ? integers.packedIndefinite()
            : integers.toPackedDecimal(fpu.signExp(0), fpu.significand(0));
    high = integers.decimalHigh;
    return writes();
  }

  private boolean startsEmpty() {
    acc.begin();
    underflow = fpu.isEmpty(0);
    if (underflow) {
      acc.exceptions = StatusWord.IE;
    }
    return underflow;
  }

  private boolean writes() {
    int withoutResult = StatusWord.BEFORE_RESULT | StatusWord.OE | StatusWord.UE;
    return (acc.exceptions & ~acc.control & withoutResult) == 0;
  }

  /** Second step of a store to memory: reports its exceptions and pops if it was written. */
  public void complete(boolean pop) {
    fpu.clearC1();
    boolean written = writes();
    fpu.report(underflow ? acc.exceptions | StatusWord.SF : acc.exceptions);
    if (written && pop) {
      fpu.pop();
    }
  }

  /** FST ST(i) and FSTP ST(i). */
  public void register(int i, boolean pop) {
    fpu.begin();
    if (!fpu.isEmpty(0)) {
      fpu.set(i, fpu.signExp(0), fpu.significand(0));
    } else if (fpu.stackUnderflow()) {
      fpu.setResult(i);
    } else {
      return;
    }
    if (pop) {
      fpu.pop();
    }
  }

  /**
   * The undocumented FSTP ST(i) of escape D9: as FSTP, but an empty ST(0) raises nothing and is not
   * copied.
   */
  public void registerUnchecked(int i) {
    fpu.begin();
    if (!fpu.isEmpty(0)) {
      fpu.set(i, fpu.signExp(0), fpu.significand(0));
    }
    fpu.pop();
  }

  /** FXCH ST(i). */
  public void exchange(int i) {
    fpu.begin();
    boolean empty0 = fpu.isEmpty(0);
    boolean emptyI = fpu.isEmpty(i);
    if (empty0 || emptyI) {
      if (!fpu.stackUnderflow()) {
        return;
      }
      if (empty0) {
        fpu.setResult(0);
      }
      if (emptyI) {
        fpu.setResult(i);
      }
    }
    int signExp = fpu.signExp(0);
    long significand = fpu.significand(0);
    fpu.set(0, fpu.signExp(i), fpu.significand(i));
    fpu.set(i, signExp, significand);
  }

  /** FCMOVcc: moves ST(i) to ST(0) when the condition holds; both must be there either way. */
  public void conditional(int i, boolean condition) {
    if (fpu.isEmpty(0) || fpu.isEmpty(i)) {
      if (fpu.stackUnderflow()) {
        fpu.setResult(0);
      }
    } else if (condition) {
      fpu.set(0, fpu.signExp(i), fpu.significand(i));
    }
  }

  /** FFREEP ST(i), undocumented: FFREE, then TOP moves on. */
  public void freeAndPop(int i) {
    free(i);
    fpu.pop();
  }

  /** FFREE ST(i): marks it empty. */
  public void free(int i) {
    fpu.clearC1();
    fpu.free(i);
  }
}
