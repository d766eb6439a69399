package dev.biosgateway.x86.fpu;

/**
 * Where every unit leaves its result: an 80-bit value and the exceptions it raised, together with
 * the rounding and the masked and unmasked responses they all share (SDM vol. 1, 4.8.4 and 8.5).
 *
 * <p>Before rounding a value is a sign, a biased exponent without bounds, and 128 bits of
 * significand with the leading one on top; the last of these bits is sticky.
 */
final class Accumulator {
  /** By how much an unmasked overflow or underflow moves the exponent (SDM vol. 1, 8.5.4). */
  static final int EXPONENT_ADJUST = 24576;

  int signExp;
  long significand;

  /** {@link StatusWord} exceptions of this operation, and C1 when its result was rounded up. */
  int exceptions;

  /** The control word in force. */
  int control = ControlWord.INITIAL;

  /**
   * {@link StatusWord#DE} when an operand was a denormal in its own narrower format, which widening
   * made a normal number; added when the operation turns out not to be invalid.
   */
  int narrowDenormal;

  /** Clears the exceptions of the operation before. */
  void begin() {
    exceptions = 0;
    narrowDenormal = 0;
  }

  void set(int signExponent, long bits) {
    signExp = signExponent;
    significand = bits;
  }

  void zero(int sign) {
    set(sign, 0);
  }

  void infinity(int sign) {
    set(sign | Float80.EXPONENT, Float80.INTEGER_BIT);
  }

  /** Invalid operation: it hides every other exception, and the masked result is the indefinite. */
  void invalid() {
    exceptions = StatusWord.IE;
    set(Float80.INDEFINITE_SIGN_EXPONENT, Float80.INDEFINITE_SIGNIFICAND);
  }

  /** Adds #D for every operand that is a denormal. */
  void noteDenormals(int aSignExp, long a, int bSignExp, long b) {
    if (Float80.isDenormal(aSignExp, a) || Float80.isDenormal(bSignExp, b)) {
      exceptions |= StatusWord.DE;
    }
    exceptions |= narrowDenormal;
  }

  /**
   * Takes care of two operands of which one is unsupported or a NaN.
   *
   * @return whether it was so, and the result stands
   */
  boolean nan(int aSignExp, long a, int bSignExp, long b) {
    if (Float80.isUnsupported(aSignExp, a) || Float80.isUnsupported(bSignExp, b)) {
      invalid();
      return true;
    }
    boolean aNan = Float80.isNan(aSignExp, a);
    boolean bNan = Float80.isNan(bSignExp, b);
    if (!aNan && !bNan) {
      return false;
    }
    boolean aSignals = aNan && (a & Float80.QUIET_BIT) == 0;
    boolean bSignals = bNan && (b & Float80.QUIET_BIT) == 0;
    exceptions = aSignals || bSignals ? StatusWord.IE : 0;
    boolean takeA;
    if (!aNan || !bNan) {
      takeA = aNan;
    } else if (aSignals != bSignals) {
      takeA = bSignals;
    } else {
      // SDM vol. 1, table 4-7: the larger significand; of equal ones the positive NaN.
      int order = Long.compareUnsigned(a, b);
      takeA = order > 0 || order == 0 && (aSignExp & Float80.SIGN) == 0;
    }
    set(takeA ? aSignExp : bSignExp, (takeA ? a : b) | Float80.QUIET_BIT);
    return true;
  }

  /** As {@link #nan(int, long, int, long)} for instructions with one operand. */
  boolean nan(int aSignExp, long a) {
    return nan(aSignExp, a, 0, 0);
  }

  /** Rounds to the precision that the control word asks for. */
  void round(int sign, int exponent, long high, long low) {
    int precision = control & ControlWord.PRECISION;
    int dropped =
        precision == ControlWord.PRECISION_24 ? 40 : precision == ControlWord.PRECISION_53 ? 11 : 0;
    round(sign, exponent, high, low, dropped);
  }

  /** Rounds to 64 bits, whatever the precision control says. */
  void roundExtended(int sign, int exponent, long high, long low) {
    round(sign, exponent, high, low, 0);
  }

  private void round(int sign, int exponent, long high, long low, int dropped) {
    if (exponent <= 0 && isTiny(sign, exponent, high, low, dropped)) {
      exceptions |= (control & StatusWord.UE) == 0 ? StatusWord.UE : 0;
      if ((control & StatusWord.UE) != 0) {
        denormalize(sign, exponent, high, low, dropped);
        return;
      }
      exponent += EXPONENT_ADJUST;
    }
    long tail = tail(high, low, dropped);
    long kept = dropped == 0 ? high : high >>> dropped << dropped;
    boolean up = roundsUp(sign, kept >>> dropped, tail);
    if (up) {
      kept += 1L << dropped;
      if (kept == 0) {
        kept = Float80.INTEGER_BIT;
        exponent++;
      }
    }
    if (exponent >= Float80.EXPONENT) {
      exceptions |= StatusWord.OE;
      if ((control & StatusWord.OE) != 0) {
        overflow(sign, dropped);
        return;
      }
      exponent -= EXPONENT_ADJUST;
    }
    noteInexact(tail, up);
    set(sign | exponent, kept);
  }

  /** Tiny after rounding as if the exponent had no lower bound (SDM vol. 1, 4.9.1.5). */
  private boolean isTiny(int sign, int exponent, long high, long low, int dropped) {
    if (exponent < 0) {
      return true;
    }
    boolean allOnes = high >>> dropped == -1L >>> dropped;
    return !allOnes || !roundsUp(sign, high >>> dropped, tail(high, low, dropped));
  }

  private void denormalize(int sign, int exponent, long high, long low, int dropped) {
    int shift = 1 - exponent;
    long h = shift < 64 ? high >>> shift : 0;
    long l;
    if (shift < 64) {
      l = high << (64 - shift) | low >>> shift | (low << (64 - shift) != 0 ? 1 : 0);
    } else if (shift < 128) {
      long lost = shift == 64 ? 0 : high << (128 - shift);
      l = high >>> (shift - 64) | ((lost | low) != 0 ? 1 : 0);
    } else {
      l = 1;
    }
    long tail = tail(h, l, dropped);
    long kept = h >>> dropped << dropped;
    boolean up = roundsUp(sign, kept >>> dropped, tail);
    if (up) {
      kept += 1L << dropped;
    }
    if (tail != 0) {
      exceptions |= StatusWord.UE;
    }
    noteInexact(tail, up);
    // Rounding up to the integer bit makes the smallest normal number.
    set(sign | (kept < 0 ? 1 : 0), kept);
  }

  private void overflow(int sign, int dropped) {
    exceptions |= StatusWord.PE;
    int rounding = control & ControlWord.ROUNDING;
    boolean toInfinity =
        rounding == ControlWord.ROUND_NEAREST
            || rounding == (sign != 0 ? ControlWord.ROUND_DOWN : ControlWord.ROUND_UP);
    if (toInfinity) {
      exceptions |= StatusWord.C1;
      infinity(sign);
    } else {
      set(sign | Float80.EXPONENT - 1, -1L << dropped);
    }
  }

  private void noteInexact(long tail, boolean up) {
    if (tail != 0) {
      exceptions |= up ? StatusWord.PE | StatusWord.C1 : StatusWord.PE;
    }
  }

  /** What is cut off, as a fraction of the last place kept: 64 bits, the last one sticky. */
  private static long tail(long high, long low, int dropped) {
    return dropped == 0 ? low : high << (64 - dropped) | (low != 0 ? 1 : 0);
  }

  /**
   * Whether the magnitude is rounded up.
   *
   * @param kept the significand kept, its last place in bit 0
   * @param tail what follows it, as a fraction
   */
  boolean roundsUp(int sign, long kept, long tail) {
    return switch (control & ControlWord.ROUNDING) {
      case ControlWord.ROUND_NEAREST -> tail < 0 && (tail != Long.MIN_VALUE || (kept & 1) != 0);
      case ControlWord.ROUND_DOWN -> tail != 0 && sign != 0;
      case ControlWord.ROUND_UP -> tail != 0 && sign == 0;
      default -> false; // toward zero
    };
  }
}
