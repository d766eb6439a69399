package dev.biosgateway.x86.fpu;

/**
 * The constants on chip (SDM vol. 2A, FLD1 ff.): kept with more than 64 bits and rounded by the
 * rounding control, without raising #P.
 */
public enum Constant {
  // spotless:off
  ONE(              0x3fff, 0x8000000000000000L, 0),
  /** log2 10. */
  LOG2_10(          0x4000, 0xd49a784bcd1b8afeL, 0x492bf6ff4dafdb4cL),
  /** log2 e. */
  LOG2_E(           0x3fff, 0xb8aa3b295c17f0bbL, 0xbe87fed0691d3e88L),
  PI(               0x4000, 0xc90fdaa22168c234L, 0xc4c6628b80dc1cd1L),
  /** log10 2. */
  LOG10_2(          0x3ffd, 0x9a209a84fbcff798L, 0x8f8959ac0b7c9178L),
  /** ln 2. */
  LN_2(             0x3ffe, 0xb17217f7d1cf79abL, 0xc9e3b39803f2f6afL),
  ZERO(             0x0000, 0x0000000000000000L, 0);
  // spotless:on

  private final int signExp;
  private final long high;
  private final long low;

  Constant(int signExp, long high, long low) {
    this.signExp = signExp;
    this.high = high;
    this.low = low;
  }

  int signExp() {
    return signExp;
  }

  /** The upper 64 bits, truncated. */
  long high() {
    return high;
  }

  /** The 64 bits that follow {@link #high}. */
  long low() {
    return low;
  }

  /** The significand, rounded by the control word in {@code acc}. */
  long significand(Accumulator acc) {
    return acc.roundsUp(0, high, low) ? high + 1 : high;
  }
}
