package dev.biosgateway.x86.device.uart;

import dev.biosgateway.x86.state.Section;

/** The bytes in a FIFO of a serial port. */
final class ByteFifo {
  /** Bytes in each FIFO of a 16550. */
  static final int SIZE = 16;

  private final byte[] bytes;
  private int first;
  private int size;

  /**
   * @param capacity a power of two
   */
  ByteFifo(int capacity) {
    bytes = new byte[capacity];
  }

  int size() {
    return size;
  }

  void clear() {
    first = 0;
    size = 0;
  }

  void add(int value) {
    bytes[first + size++ & bytes.length - 1] = (byte) value;
  }

  int take() {
    int value = bytes[first] & 0xff;
    first = first + 1 & bytes.length - 1;
    size--;
    return value;
  }

  void replaceLast(int value) {
    bytes[first + size - 1 & bytes.length - 1] = (byte) value;
  }

  void save(String name, Section out) {
    out.put(name, bytes).put(name + ".first", first).put(name + ".size", size);
  }

  void restore(String name, Section in) {
    in.getBytes(name, bytes);
    first = in.getInt(name + ".first");
    size = in.getInt(name + ".size");
  }
}
