package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.cpu.Eflags;

/**
 * How the six arithmetic flags follow from operands at one place of a region, as the translator
 * knows it when it writes the code: nothing is computed before somebody asks, and a compare and the
 * branch after it become one Java compare.
 *
 * <p>{@code a} and {@code b} are what {@link Kind} says; a result, where there is one, is the value
 * that a register holds anyway, so that keeping it costs nothing. Some operations leave some flags
 * alone: INC and DEC keep CF, rotates keep all but CF and OF. Those follow from two more operands,
 * in the way {@link #rest} says.
 *
 * @param width 8, 16 or 32
 * @param rest where the flags come from that the operation leaves alone; null when there are none
 */
record FlagState(Kind kind, int width, FlagState rest) {
  enum Kind {
    /** {@link Eflags#result} and {@link Eflags#carries} themselves. */
    STORED,
    /** a is the result, sign-extended; no carries. */
    LOGIC,
    /** a is the sum, b what was added, zero-extended. */
    ADD,
    /** a is the difference, b what was subtracted, zero-extended. */
    SUB,
    /** The flags of a - b, zero-extended. */
    CMP,
    /** a is the sum, zero-extended. */
    INC,
    /** a is the difference, zero-extended. */
    DEC,
    /** a is the result, sign-extended; bit 0 of b is CF, and OF is CF xor the sign. */
    SHIFT_LEFT,
    /** As above, but OF is the exclusive or of the two top bits. */
    SHIFT_RIGHT,
    /** a is the result, zero-extended; CF is its bit 0, OF that xor its top bit. */
    ROTATE_LEFT,
    /**
     * a is the result, zero-extended; CF is its top bit, OF the exclusive or of the two top ones.
     */
    ROTATE_RIGHT,
    /** One of the others, as {@link Code#FLAG_KIND} says when the code runs. */
    MIXED,
    /** What {@link DeferredFlags} holds: whoever called, or returned, has put it there. */
    PENDING
  }

  static final FlagState STORED = new FlagState(Kind.STORED, 32, null);
  static final FlagState LOGIC = new FlagState(Kind.LOGIC, 32, null);

  /**
   * Where several ways meet on which nobody asks for flags: code and operands are in locals. What
   * CF follows from is in those of the rest, whatever the kind.
   */
  static final FlagState MIXED = new FlagState(Kind.MIXED, 32, null);

  /** Behind a call, and where a function begins. */
  static final FlagState PENDING = new FlagState(Kind.PENDING, 32, null);

  static FlagState of(Kind kind, int width) {
    return new FlagState(kind, width, null);
  }

  /** After INC or DEC, when {@code before} was the state in front of it. */
  static FlagState step(boolean up, int width, FlagState before) {
    return new FlagState(up ? Kind.INC : Kind.DEC, width, before.carrySource());
  }

  /** After ROL or ROR, when {@code before} was the state in front of it. */
  static FlagState rotate(boolean left, int width, FlagState before) {
    FlagState rest = before.isRotate() ? before.rest : of(before.kind, before.width);
    return new FlagState(left ? Kind.ROTATE_LEFT : Kind.ROTATE_RIGHT, width, rest);
  }

  /** The state that says where CF comes from. */
  FlagState carrySource() {
    return isStep() ? rest : rest == null ? this : of(kind, width);
  }

  /** Whether it keeps CF. */
  boolean isStep() {
    return kind == Kind.INC || kind == Kind.DEC;
  }

  /** Whether it keeps all but CF and OF. */
  boolean isRotate() {
    return kind == Kind.ROTATE_LEFT || kind == Kind.ROTATE_RIGHT;
  }

  /** Whether it is {@link #MIXED}, or the rest is. */
  boolean isMixed() {
    return is(Kind.MIXED);
  }

  /** Whether it is {@link #PENDING}, or the rest is. */
  boolean isPending() {
    return is(Kind.PENDING);
  }

  private boolean is(Kind what) {
    return kind == what || rest != null && rest.kind == what;
  }

  /** Whether only the running code knows what some of the flags follow from. */
  boolean isLate() {
    return isMixed() || isPending();
  }

  /** Kind and width in one number, for {@link DeferredFlags}. */
  int code() {
    return kind.ordinal() << 2 | (width == 8 ? 0 : width == 16 ? 1 : 2);
  }
}
