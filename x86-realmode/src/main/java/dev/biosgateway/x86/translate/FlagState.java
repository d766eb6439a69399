package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.cpu.Eflags;

/**
 * How the six arithmetic flags follow from four ints at one place of a region, as the translator
 * knows it when it writes the code: nothing is computed before somebody asks, and a compare and the
 * branch after it become one Java compare.
 *
 * <p>{@code a} and {@code b} are what {@link Kind} says. INC and DEC keep CF, so for them CF
 * follows from {@code carryA} and {@code carryB} in the way {@link #carry} says.
 *
 * @param width 8, 16 or 32; operands of the narrow ones are zero-extended
 * @param carry where CF comes from, for INC and DEC; else null
 */
record FlagState(Kind kind, int width, FlagState carry) {
  enum Kind {
    /** {@link Eflags#result} and {@link Eflags#carries} themselves. */
    STORED,
    /** a is the result, sign-extended; no carries. */
    LOGIC,
    /** a + b. */
    ADD,
    /** a - b. */
    SUB,
    /** a + 1. */
    INC,
    /** a - 1. */
    DEC
  }

  static final FlagState STORED = new FlagState(Kind.STORED, 32, null);
  static final FlagState LOGIC = new FlagState(Kind.LOGIC, 32, null);

  static FlagState add(int width) {
    return new FlagState(Kind.ADD, width, null);
  }

  static FlagState sub(int width) {
    return new FlagState(Kind.SUB, width, null);
  }

  /** After INC or DEC, when {@code before} was the state in front of it. */
  static FlagState step(boolean up, int width, FlagState before) {
    return new FlagState(up ? Kind.INC : Kind.DEC, width, before.carrySource());
  }

  /** The state that says where CF comes from. */
  FlagState carrySource() {
    return carry == null ? this : carry;
  }

  boolean isStep() {
    return carry != null;
  }

  /** Puts the flags into {@code f}. */
  void write(Eflags f, int a, int b, int carryA, int carryB) {
    switch (kind) {
      case STORED -> {
        f.result = a;
        f.carries = b;
      }
      case LOGIC -> {
        f.result = a;
        f.carries = 0;
      }
      case ADD, SUB -> {
        f.result = signed(kind == Kind.ADD ? a + b : a - b);
        f.carries = carries(a, b);
      }
      case INC, DEC -> {
        int of = vector(a, 1);
        f.result = signed(kind == Kind.INC ? a + 1 : a - 1);
        f.carries = keepCarry(carry.carries(carryA, carryB) & 0x80000000, carriesOf(of));
      }
    }
  }

  private int carries(int a, int b) {
    return switch (kind) {
      case STORED -> b;
      case LOGIC -> 0;
      default -> carriesOf(vector(a, b));
    };
  }

  /** Carry or borrow out of each bit. */
  private int vector(int a, int b) {
    if (kind == Kind.ADD || kind == Kind.INC) {
      int r = a + b;
      return a & b | (a | b) & ~r;
    }
    int r = a - b;
    return ~a & b | ~(a ^ b) & r;
  }

  private int carriesOf(int vector) {
    return vector << 32 - width & 0xc0000000 | vector & 8;
  }

  private int signed(int r) {
    return r << 32 - width >> 32 - width;
  }

  /** OF and AF of {@code carries} with another CF, as {@link Eflags} has them. */
  static int keepCarry(int cf, int carries) {
    int of = (carries ^ carries << 1) & 0x80000000;
    return cf | (cf ^ of) >>> 1 | carries & 8;
  }
}
