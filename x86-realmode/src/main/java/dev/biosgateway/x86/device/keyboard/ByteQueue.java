package dev.biosgateway.x86.device.keyboard;

import dev.biosgateway.x86.state.Section;

/** Bytes that wait, oldest first. */
final class ByteQueue {
  private final byte[] bytes;
  private int first;
  private int size;

  /**
   * @param capacity a power of two
   */
  ByteQueue(int capacity) {
    bytes = new byte[capacity];
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int room() {
    return bytes.length - size;
  }

  /** There must be room. */
  void add(int value) {
    bytes[first + size++ & bytes.length - 1] = (byte) value;
  }

  void replaceYoungest(int value) {
    bytes[first + size - 1 & bytes.length - 1] = (byte) value;
  }

  /** There must be something. */
  int take() {
    int value = bytes[first] & 0xff;
    first = first + 1 & bytes.length - 1;
    size--;
    return value;
  }

  void clear() {
    first = 0;
    size = 0;
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
