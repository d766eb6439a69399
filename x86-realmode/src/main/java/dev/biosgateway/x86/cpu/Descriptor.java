package dev.biosgateway.x86.cpu;

/**
 * A descriptor as it lies in a table: two doublewords, taken apart (SDM vol. 3, 3.4.5 "Segment
 * Descriptors", 5.8.3 "Call Gates", figure 6-2 "IDT Gate Descriptors"). A scratch register of the
 * units: each owns a few and fills them again and again.
 */
final class Descriptor {
  // System types (SDM table 3-2).
  static final int TSS16_AVAILABLE = 1;
  static final int LDT = 2;
  static final int TSS16_BUSY = 3;
  static final int CALL_GATE16 = 4;
  static final int TASK_GATE = 5;
  static final int INTERRUPT_GATE16 = 6;
  static final int TRAP_GATE16 = 7;
  static final int TSS32_AVAILABLE = 9;
  static final int TSS32_BUSY = 11;
  static final int CALL_GATE32 = 12;
  static final int INTERRUPT_GATE32 = 14;
  static final int TRAP_GATE32 = 15;

  /** Type bit that tells a busy TSS from an available one. */
  private static final int BUSY = 1 << 9;

  private static final int ACCESSED = 1 << 8;

  /** The selector it was found with. */
  int selector;

  /** Linear address of the first doubleword. */
  int address;

  int low;
  int high;

  int base() {
    return low >>> 16 | (high & 0xff) << 16 | high & 0xff000000;
  }

  /** Highest offset, granularity applied. */
  int limit() {
    int raw = low & 0xffff | high & 0xf0000;
    return (high & 1 << 23) != 0 ? raw << 12 | 0xfff : raw;
  }

  /** As {@link SegmentRegister#rights}. */
  int rights() {
    return high >>> 8 & 0xf0ff;
  }

  int dpl() {
    return high >>> 13 & 3;
  }

  int rpl() {
    return selector & 3;
  }

  boolean present() {
    return (high & 1 << 15) != 0;
  }

  /** Type of a system descriptor, -1 for a code or data segment. */
  int systemType() {
    return isSegment() ? -1 : high >>> 8 & 0xf;
  }

  /** A code or data segment, not a system descriptor. */
  boolean isSegment() {
    return (high & 1 << 12) != 0;
  }

  boolean isCode() {
    return (high & 0x1800) == 0x1800;
  }

  boolean isConforming() {
    return (high & 0x1c00) == 0x1c00;
  }

  boolean isReadable() {
    return isSegment() && (high & 0x0a00) != 0x0800;
  }

  boolean isWritableData() {
    return (high & 0x1a00) == 0x1200;
  }

  boolean isAccessed() {
    return (high & ACCESSED) != 0;
  }

  boolean isBig() {
    return (high & 1 << 22) != 0;
  }

  boolean isTss() {
    return isAvailableTss() || isBusyTss();
  }

  boolean isAvailableTss() {
    int type = systemType();
    return type == TSS16_AVAILABLE || type == TSS32_AVAILABLE;
  }

  boolean isBusyTss() {
    int type = systemType();
    return type == TSS16_BUSY || type == TSS32_BUSY;
  }

  // ---- gates

  int gateSelector() {
    return low >>> 16;
  }

  int gateOffset() {
    return gateIs32() ? low & 0xffff | high & 0xffff0000 : low & 0xffff;
  }

  /** Words or doublewords that a call gate copies. */
  int gateParameters() {
    return high & 0x1f;
  }

  boolean gateIs32() {
    return (high & 0x800) != 0;
  }

  /**
   * Takes the descriptor as a 286 does: three words, 24 bits of base, 16 of limit, and no system
   * types of the 386 (types 8 to 15 become 8, which is reserved everywhere).
   */
  void readAs286() {
    high &= 0xffff;
    if (!isSegment() && (high & 0x800) != 0) {
      high &= ~0x700;
    }
  }

  /** The second doubleword with the accessed bit set. */
  int accessedHigh() {
    return high | ACCESSED;
  }

  /** The second doubleword with the busy bit of a TSS set or cleared. */
  int busyHigh(boolean busy) {
    return busy ? high | BUSY : high & ~BUSY;
  }

  /** Makes {@code s} what a load of this descriptor makes it. */
  void loadInto(SegmentRegister s, int visibleSelector) {
    s.selector = visibleSelector & 0xffff;
    s.base = base();
    s.limit = limit();
    s.rights = rights();
    s.usable = true;
    s.derive();
  }
}
