package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * Memory operands wider than 32 bits. Up to 64 bits an operand is one piece, which must fit the
 * segment as a whole; 80 bits are a piece of eight bytes and one of two, and the offset of the
 * second wraps with the address size, as it does for every piece of an FNSAVE image.
 */
final class NumericOperand {
  private NumericOperand() {}

  static long load64(Cpu c, Insn i, int at) {
    return load64(c, i, at, 8);
  }

  /** Loads 64 bits that need not be aligned to more than {@code alignment}: those of an image. */
  static long load64(Cpu c, Insn i, int at, int alignment) {
    int linear = c.loadStore.readable(i.segment, offset(c, i, at), 8, alignment);
    long low = c.loadStore.linear32(linear) & 0xffffffffL;
    return low | (long) c.loadStore.linear32(linear + 4) << 32;
  }

  /** The last two of the ten bytes at {@code at}. */
  static int loadUpper16(Cpu c, Insn i, int at) {
    return c.loadStore.load16(i.segment, offset(c, i, at + 8));
  }

  static void store64(Cpu c, Insn i, int at, long value) {
    store64(c, i, at, value, 8);
  }

  /** Stores 64 bits that need not be aligned to more than {@code alignment}: those of an image. */
  static void store64(Cpu c, Insn i, int at, long value, int alignment) {
    int linear = writable(c, i, at, 8, alignment);
    c.loadStore.storeLinear32(linear, (int) value);
    c.loadStore.storeLinear32(linear + 4, (int) (value >>> 32));
  }

  /**
   * Stores 80 bits, each piece when it is its turn: what is wider than a quadword may be there in
   * part when it faults (SDM vol. 3, 8.1.1), and the instruction starts anew.
   */
  static void store80(Cpu c, Insn i, long low, int high) {
    store64(c, i, 0, low);
    store(c, i, 8, 2, high);
  }

  /** Loads a piece of 2 or 4 bytes. */
  static int load(Cpu c, Insn i, int at, int size) {
    int offset = offset(c, i, at);
    return size == 4
        ? c.loadStore.load32(i.segment, offset)
        : c.loadStore.load16(i.segment, offset);
  }

  /** Stores a piece of 2 or 4 bytes. */
  static void store(Cpu c, Insn i, int at, int size, int value) {
    int offset = offset(c, i, at);
    if (size == 4) {
      c.loadStore.store32(i.segment, offset, value);
    } else {
      c.loadStore.store16(i.segment, offset, value);
    }
  }

  private static int writable(Cpu c, Insn i, int at, int size, int alignment) {
    int linear = c.loadStore.writable(i.segment, offset(c, i, at), size, alignment);
    c.loadStore.probeWrite(linear, size);
    return linear;
  }

  private static int offset(Cpu c, Insn i, int at) {
    return i.address(c.gpr) + at & i.addressMask;
  }
}
