package dev.biosgateway.x86.bus;

/**
 * A range of physical addresses that a device answers. Offsets count from the start of the range;
 * accesses never cross its end. Values are zero-extended.
 */
public interface Region {

  /** Name for logs, for example {@code vga.window}. */
  String name();

  /**
   * @param size 1, 2 or 4 bytes, at any alignment
   */
  int read(int offset, int size);

  void write(int offset, int size, int value);

  /**
   * Whether reads of a page give the same bytes for as long as it is mapped, as those of a ROM do:
   * then what was decoded of them stays right.
   *
   * @param offset of the page
   */
  default boolean isConstant(int offset) {
    return false;
  }
}
