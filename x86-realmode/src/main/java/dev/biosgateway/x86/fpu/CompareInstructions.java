package dev.biosgateway.x86.fpu;

/**
 * FCOM, FUCOM, FICOM, FTST, FCOMI, FUCOMI and FXAM (SDM vol. 1, 8.3.6). An unmasked exception keeps
 * the stack from being popped, but the comparison's outcome is reported all the same, as silicon
 * does.
 */
public final class CompareInstructions {
  private final Fpu fpu;
  private final Accumulator acc;
  private final Comparator comparator;
  private final Scaler integers;

  /** C3, C2, C0 of the last comparison. */
  private int code;

  CompareInstructions(Fpu fpu) {
    this.fpu = fpu;
    acc = fpu.accumulator;
    comparator = new Comparator(acc);
    integers = new Scaler(acc);
  }

  /**
   * FCOM, FUCOM and their forms that pop.
   *
   * @param quiet FUCOM: quiet NaNs raise nothing
   * @param pops how often to pop: 0 to 2
   */
  public void register(int i, boolean quiet, int pops) {
    fpu.begin();
    boolean accepted = compareRegister(i, quiet);
    fpu.setCondition(code);
    pop(accepted ? pops : 0);
  }

  /**
   * FCOMI, FUCOMI: compares and leaves the condition codes alone.
   *
   * @return C3, C2 and C0 of the comparison, which go to ZF, PF and CF
   */
  public int toFlags(int i, boolean quiet, boolean pop) {
    fpu.begin();
    boolean accepted = compareRegister(i, quiet);
    pop(accepted && pop ? 1 : 0);
    return code;
  }

  private boolean compareRegister(int i, boolean quiet) {
    if (fpu.isEmpty(0) || fpu.isEmpty(i)) {
      code = Comparator.UNORDERED;
      return fpu.stackUnderflow();
    }
    code =
        comparator.compare(
            fpu.signExp(0), fpu.significand(0), fpu.signExp(i), fpu.significand(i), quiet);
    return fpu.report(acc.exceptions);
  }

  /** FCOM m32fp. */
  public void single(int bits, boolean pop) {
    real(RealFormat.SINGLE, bits & 0xffffffffL, pop);
  }

  /** FCOM m64fp. */
  public void doublePrecision(long bits, boolean pop) {
    real(RealFormat.DOUBLE, bits, pop);
  }

  private void real(RealFormat format, long bits, boolean pop) {
    fpu.begin();
    format.widen(acc, bits);
    compareWithTop(pop ? 1 : 0);
  }

  /** FICOM m16int or m32int. */
  public void integer(int value, boolean pop) {
    fpu.begin();
    integers.integer(value);
    compareWithTop(pop ? 1 : 0);
  }

  /** FTST: with +0. */
  public void test() {
    fpu.begin();
    acc.zero(0);
    compareWithTop(0);
  }

  private void compareWithTop(int pops) {
    boolean accepted;
    if (fpu.isEmpty(0)) {
      code = Comparator.UNORDERED;
      accepted = fpu.stackUnderflow();
    } else {
      code =
          comparator.compare(
              fpu.signExp(0), fpu.significand(0), acc.signExp, acc.significand, false);
      accepted = fpu.report(acc.exceptions);
    }
    fpu.setCondition(code);
    pop(accepted ? pops : 0);
  }

  /** FXAM; raises nothing, not even for an empty register. */
  public void examine() {
    fpu.setCondition(Comparator.examine(fpu.signExp(0), fpu.significand(0), fpu.isEmpty(0)));
  }

  private void pop(int times) {
    for (int i = 0; i < times; i++) {
      fpu.pop();
    }
  }
}
