package dev.biosgateway.x86.cpu;

/**
 * One segment register: the visible selector and the hidden part that the last load left behind.
 * All checks and address computations use the hidden part only, so it survives what happens to
 * descriptor tables and to CR0.PE (SDM vol. 3, 3.4.3 "Segment Registers"; unreal mode falls out).
 *
 * <p>The two byte counts let an access be checked with one addition and one comparison; whatever
 * they do not allow is looked at closely by the segmentation unit.
 */
public final class SegmentRegister {
  public static final int ES = 0;
  public static final int CS = 1;
  public static final int SS = 2;
  public static final int DS = 3;
  public static final int FS = 4;
  public static final int GS = 5;

  /** Visible selector, 16 bits. */
  public int selector;

  /** Linear base address. */
  public int base;

  /** Highest offset in bytes, granularity applied; unsigned. */
  public int limit;

  /**
   * Access rights as in bits 8 to 23 of the descriptor's second doubleword, shifted down by 8: type
   * 0-3, S 4, DPL 5-6, P 7, AVL 12, D/B 14, G 15.
   */
  public int rights;

  /** False after a null selector was loaded: any access faults. */
  public boolean usable = true;

  /** Whether every access wants the close look of the segmentation unit. */
  private boolean guarded;

  /** Offsets below this can be read without a closer look; 0 when none can. */
  public long readableBytes;

  /** Offsets below this can be written without a closer look; 0 when none can. */
  public long writableBytes;

  /** D/B: 32-bit default operand and address size (code) or stack pointer (stack). */
  public boolean big() {
    return (rights & 0x4000) != 0;
  }

  public int dpl() {
    return rights >>> 5 & 3;
  }

  /** Derives the byte counts from the hidden part; to be called after every change of it. */
  public void derive() {
    boolean code = (rights & 0x18) == 0x18;
    boolean expandDown = (rights & 0x1c) == 0x14;
    boolean readable = !code || (rights & 2) != 0;
    boolean writable = !code && (rights & 2) != 0;
    long all = (limit & 0xffffffffL) + 1;
    boolean plain = !guarded && usable && (rights & 0x90) == 0x90 && !expandDown;
    readableBytes = plain && readable ? all : 0;
    writableBytes = plain && writable ? all : 0;
  }

  /** Has every access looked at closely, or no longer. */
  void guard(boolean on) {
    guarded = on;
    derive();
  }

  boolean guarded() {
    return guarded;
  }
}
