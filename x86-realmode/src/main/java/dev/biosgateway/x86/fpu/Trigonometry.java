package dev.biosgateway.x86.fpu;

/** FSIN, FCOS, FPTAN: argument reduction and series (SDM vol. 1, 8.3.8 to 8.3.10). */
final class Trigonometry {
  /** Operands from 2^63 on are out of range: C2. */
  private static final int RANGE = 63;

  /**
   * The 66-bit pi of SDM vol. 1, 8.3.8: 0.C90FDAA22168C234C times 4, here as the integer of 68 bits
   * {@code PI_HIGH:PI_LOW}; half of pi is this many units of 2^-67.
   */
  private static final long PI_HIGH = 0xcL;

  private static final long PI_LOW = 0x90fdaa22168c234cL;

  private static final PowerSeries SINE =
      new PowerSeries(19, k -> PowerSeries.factorial(2 * k + 1));
  private static final PowerSeries COSINE = new PowerSeries(19, k -> PowerSeries.factorial(2 * k));

  private final Accumulator acc;
  private final WideFloat argument = new WideFloat();
  private final WideFloat square = new WideFloat();
  private final WideFloat sine = new WideFloat();
  private final WideFloat cosine = new WideFloat();

  /** How many times half of pi was taken off. */
  private int quadrant;

  Trigonometry(Accumulator acc) {
    this.acc = acc;
  }

  /** Whether the operand is a finite number of magnitude below 2^63. */
  static boolean inRange(int signExp) {
    return (signExp & Float80.EXPONENT) < Float80.BIAS + RANGE;
  }

  /**
   * Takes care of operands that need no series.
   *
   * @param zeroResult sign and exponent of the result for +0: 0, or that of 1
   * @return whether the result is in the accumulator
   */
  boolean special(int signExp, long a, int zeroResult) {
    if (acc.nan(signExp, a)) {
      return true;
    }
    if (Float80.isInfinity(signExp, a)) {
      acc.invalid();
      return true;
    }
    if (a == 0) {
      if (zeroResult == 0) {
        acc.zero(signExp & Float80.SIGN);
      } else {
        acc.set(zeroResult, Float80.INTEGER_BIT);
      }
      return true;
    }
    acc.noteDenormals(signExp, a, 0, 0);
    return false;
  }

  /** Reduces an operand in range that is not {@link #special}, and evaluates both functions. */
  void evaluate(int signExp, long a) {
    reduce(signExp, a);
    square.multiply(argument, argument);
    SINE.evaluate(square, true, sine);
    COSINE.evaluate(square, true, cosine);
    sine.multiply(sine, argument);
    if (square.exponent < -120) {
      // 128 bits do not show that the series begin with a subtraction.
      sine.stepDown();
      cosine.stepDown();
    }
  }

  /** Rounds the sine of the last {@link #evaluate}. */
  void sine() {
    quadrantOf(quadrant).round(acc, false);
  }

  /** Rounds the cosine of the last {@link #evaluate}. */
  void cosine() {
    quadrantOf(quadrant + 1).round(acc, false);
  }

  /** Rounds the tangent of the last {@link #evaluate}. */
  void tangent() {
    if ((quadrant & 1) == 0) {
      square.divide(sine, cosine);
    } else {
      square.divide(cosine, sine);
      square.negative = !square.negative;
    }
    square.round(acc, false);
  }

  /** Sine of the reduced argument and so many right angles. */
  private WideFloat quadrantOf(int rightAngles) {
    square.set((rightAngles & 1) == 0 ? sine : cosine);
    square.negative ^= (rightAngles & 2) != 0;
    return square;
  }

  /** |a| = quadrant * pi/2 + argument, exactly for this pi; then the sign of a goes to both. */
  private void reduce(int signExp, long a) {
    quadrant = 0;
    argument.set(signExp, a);
    if (argument.exponent < -1) {
      return;
    }
    // In units of 2^-67, divided by 2^(exponent + 1): less than half of pi.
    long high = a >>> 61;
    long low = a << 3;
    for (int i = -1; i < argument.exponent; i++) {
      high = high << 1 | low >>> 63;
      low <<= 1;
      quadrant <<= 1;
      if (high > PI_HIGH || high == PI_HIGH && Long.compareUnsigned(low, PI_LOW) >= 0) {
        high -= PI_HIGH + (Long.compareUnsigned(low, PI_LOW) < 0 ? 1 : 0);
        low -= PI_LOW;
        quadrant |= 1;
      }
    }
    boolean nearNext = high > 6 || high == 6 && Long.compareUnsigned(low, PI_LOW >>> 1) > 0;
    if (nearNext) {
      high = PI_HIGH - high - (Long.compareUnsigned(PI_LOW, low) < 0 ? 1 : 0);
      low = PI_LOW - low;
      quadrant++;
    }
    boolean negative = argument.negative;
    argument.set(nearNext != negative, 60, high, low);
    quadrant = negative ? -quadrant : quadrant;
  }
}
