package dev.biosgateway.x86.cpu;

/**
 * EFLAGS (SDM vol. 1, 3.4.3), with the six arithmetic flags kept lazily: the last result and a
 * vector of carries, from which each flag is computed when somebody asks. No instruction has to say
 * what kind it was.
 *
 * <p>{@link #result}: the result, sign-extended from the operand size to 32 bits. {@link #carries}:
 * bit 31 CF; bit 30 the carry into the sign bit, so OF = bit 31 xor bit 30; bit 3 AF; bits 8 to 15
 * are xored into the result's low byte before its parity is taken, and bit 0 into its sign, which
 * lets POPF and LAHF-like loads express any combination of flags. An instruction masks its carry
 * vector to bits 31, 30 and 3 ({@link #CARRY_MASK}).
 */
public final class Eflags {
  public static final int CF = 1;
  public static final int PF = 1 << 2;
  public static final int AF = 1 << 4;
  public static final int ZF = 1 << 6;
  public static final int SF = 1 << 7;
  public static final int TF = 1 << 8;
  public static final int IF = 1 << 9;
  public static final int DF = 1 << 10;
  public static final int OF = 1 << 11;
  public static final int IOPL = 3 << 12;
  public static final int NT = 1 << 14;
  public static final int RF = 1 << 16;
  public static final int VM = 1 << 17;
  public static final int AC = 1 << 18;
  public static final int VIF = 1 << 19;
  public static final int VIP = 1 << 20;
  public static final int ID = 1 << 21;

  /** The flags that are kept lazily. */
  public static final int ARITHMETIC = CF | PF | AF | ZF | SF | OF;

  /** The bits of a carry vector that {@link #carries} takes from an addition or subtraction. */
  public static final int CARRY_MASK = 0xc0000008;

  public int result;
  public int carries;

  /** Everything but the arithmetic flags; bit 1 always set. */
  public int system = 2;

  public boolean cf() {
    return carries < 0;
  }

  /** CF as 0 or 1. */
  public int carry() {
    return carries >>> 31;
  }

  public boolean zf() {
    return result == 0;
  }

  public boolean sf() {
    return (result >>> 31 ^ carries & 1) != 0;
  }

  public boolean of() {
    return (carries ^ carries << 1) < 0;
  }

  public boolean pf() {
    return (Integer.bitCount((result ^ carries >>> 8) & 0xff) & 1) == 0;
  }

  public boolean af() {
    return (carries & 8) != 0;
  }

  /** All 32 bits. */
  public int get() {
    return system
        | (carries >>> 31)
        | (pf() ? PF : 0)
        | (carries & 8) << 1
        | (result == 0 ? ZF : 0)
        | (sf() ? SF : 0)
        | (of() ? OF : 0);
  }

  /** Sets all 32 bits as given; which of them an instruction may change is its own business. */
  public void set(int value) {
    system = value & ~ARITHMETIC | 2;
    setArithmetic(value);
  }

  /** Sets those bits of {@code mask} as {@code value} has them. */
  void replace(int value, int mask) {
    system = system & ~mask | value & mask & ~ARITHMETIC | 2;
    int lazy = mask & ARITHMETIC;
    if (lazy == ARITHMETIC) {
      setArithmetic(value);
    } else if (lazy != 0) {
      setArithmetic(get() & ~lazy | value & lazy);
    }
  }

  /** Sets CF, PF, AF, ZF, SF and OF from {@code value}. */
  public void setArithmetic(int value) {
    int sign = value >>> 7 & 1;
    int carry = value & 1;
    int overflow = value >>> 11 & 1;
    // A result of 0 or 1: parity of 0 is even and of 1 odd; the deltas do the rest.
    result = (value & ZF) != 0 ? 0 : 1;
    int parityOdd = (value & PF) != 0 ? 0 : 1;
    carries =
        carry << 31
            | (carry ^ overflow) << 30
            | (value & AF) >>> 1
            | (parityOdd ^ result) << 8
            | sign;
  }

  /** Replaces CF and keeps the other five. */
  public void setCarry(boolean cf) {
    boolean of = of();
    carries = carries & 0x3fffffff | (cf ? 0x80000000 : 0) | (cf ^ of ? 0x40000000 : 0);
  }

  /** Replaces OF and keeps the other five. */
  void setOverflow(boolean of) {
    carries = carries & 0xbfffffff | (cf() != of ? 0x40000000 : 0);
  }

  public boolean interruptsEnabled() {
    return (system & IF) != 0;
  }

  public int iopl() {
    return system >>> 12 & 3;
  }
}
