package dev.biosgateway.x86.fpu;

/** Bits of the x87 status word (SDM vol. 1, 8.1.3). */
public final class StatusWord {
  /** Invalid operation. */
  public static final int IE = 0x01;

  /** Denormal operand. */
  public static final int DE = 0x02;

  /** Division by zero. */
  public static final int ZE = 0x04;

  /** Overflow. */
  public static final int OE = 0x08;

  /** Underflow. */
  public static final int UE = 0x10;

  /** Precision: the result is inexact. */
  public static final int PE = 0x20;

  /** Stack fault: the invalid operation was an overflow (C1 = 1) or underflow (C1 = 0). */
  public static final int SF = 0x40;

  /** Error summary: an unmasked exception is pending. */
  public static final int ES = 0x80;

  public static final int C0 = 0x0100;
  public static final int C1 = 0x0200;
  public static final int C2 = 0x0400;

  /** Where TOP begins. */
  public static final int TOP_SHIFT = 11;

  public static final int TOP = 7 << TOP_SHIFT;
  public static final int C3 = 0x4000;

  /** Busy; a copy of {@link #ES} since the 387. */
  public static final int B = 0x8000;

  /** The six exceptions, in the order of their masks. */
  static final int EXCEPTIONS = 0x3f;

  /** Exceptions found before anything is computed: unmasked, they leave every operand as it was. */
  static final int BEFORE_RESULT = IE | DE | ZE;

  /** The condition codes. */
  static final int CONDITION = C0 | C1 | C2 | C3;

  private StatusWord() {}
}
