package dev.biosgateway.x86.fpu;

/**
 * The double extended format (SDM vol. 1, 4.2.2 and table 8-3): a value is an {@code int} with the
 * sign in bit 15 and the biased exponent below it, and a {@code long} with the explicit integer bit
 * at the top. Everything here looks at bits and computes nothing.
 */
public final class Float80 {
  static final int SIGN = 0x8000;
  static final int EXPONENT = 0x7fff;
  static final int BIAS = 0x3fff;
  static final long INTEGER_BIT = Long.MIN_VALUE;
  static final long QUIET_BIT = 1L << 62;

  /** The QNaN floating-point indefinite (SDM vol. 1, 4.8.3.7). */
  static final int INDEFINITE_SIGN_EXPONENT = 0xffff;

  static final long INDEFINITE_SIGNIFICAND = INTEGER_BIT | QUIET_BIT;

  private Float80() {}

  /** A normal number: the case all fast paths are made for. */
  static boolean isNormal(int signExp, long significand) {
    int exponent = signExp & EXPONENT;
    return significand < 0 && exponent != 0 && exponent != EXPONENT;
  }

  static boolean isZero(int signExp, long significand) {
    return (signExp & EXPONENT) == 0 && significand == 0;
  }

  /** Denormals and pseudo-denormals: both raise #D as operands. */
  static boolean isDenormal(int signExp, long significand) {
    return (signExp & EXPONENT) == 0 && significand != 0;
  }

  static boolean isInfinity(int signExp, long significand) {
    return (signExp & EXPONENT) == EXPONENT && significand == INTEGER_BIT;
  }

  static boolean isNan(int signExp, long significand) {
    return (signExp & EXPONENT) == EXPONENT && significand < 0 && significand != INTEGER_BIT;
  }

  static boolean isSignallingNan(int signExp, long significand) {
    return isNan(signExp, significand) && (significand & QUIET_BIT) == 0;
  }

  /**
   * Pseudo-infinities, pseudo-NaNs and unnormals, which the 8087 computed with and the 387 and
   * later refuse (SDM vol. 1, 8.2.2).
   */
  static boolean isUnsupported(int signExp, long significand) {
    return (signExp & EXPONENT) != 0 && significand >= 0;
  }

  /**
   * The biased exponent the value would have with its leading one in the integer bit: below 1 for
   * denormals, meaningless for zeros, infinities and NaNs.
   */
  static int normalizedExponent(int signExp, long significand) {
    int exponent = signExp & EXPONENT;
    return exponent == 0 ? 1 - Long.numberOfLeadingZeros(significand) : exponent;
  }

  /** The significand that goes with {@link #normalizedExponent}. */
  static long normalizedSignificand(long significand) {
    return significand << Long.numberOfLeadingZeros(significand);
  }
}
