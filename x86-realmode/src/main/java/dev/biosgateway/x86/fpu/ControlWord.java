package dev.biosgateway.x86.fpu;

/** Bits of the x87 control word (SDM vol. 1, 8.1.5). */
public final class ControlWord {
  /** What FNINIT loads: all exceptions masked, 64-bit precision, round to nearest. */
  public static final int INITIAL = 0x037f;

  /** The six mask bits; a set bit masks the exception of the same number in the status word. */
  public static final int MASKS = 0x3f;

  /** Bit 6 reads as one on the 387 and later; bits 7, 13, 14 and 15 read as zero. */
  static final int FIXED_ONE = 0x40;

  static final int WRITABLE = 0x1f3f;

  static final int PRECISION = 0x300;
  static final int PRECISION_24 = 0x000;
  static final int PRECISION_53 = 0x200;

  static final int ROUNDING = 0xc00;
  static final int ROUND_NEAREST = 0x000;
  static final int ROUND_DOWN = 0x400;
  static final int ROUND_UP = 0x800;

  private ControlWord() {}
}
