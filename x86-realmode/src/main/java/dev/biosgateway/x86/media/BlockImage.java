package dev.biosgateway.x86.media;

import dev.biosgateway.x86.state.Section;

/**
 * The contents of a medium: bytes from 0 to {@link #size}, a multiple of 512. Offsets and lengths
 * are bytes, of any alignment.
 *
 * <p>An image as it is given to a board may serve many machines at once; what one machine sees is
 * its {@link #forMachine()}, which only the thread of that machine uses.
 */
public interface BlockImage {
  /** Bytes of a sector, the unit of every size. */
  int SECTOR = 512;

  /** Name for messages: the file, or what the image was called when it was made. */
  String name();

  /** Bytes, a multiple of {@link #SECTOR}, at least one sector. */
  long size();

  /** Whether the guest sees a write-protected medium. */
  boolean readOnly();

  /**
   * Reads {@code length} bytes from {@code offset} on.
   *
   * @throws IndexOutOfBoundsException when they are not all within the image
   * @throws ImageException when the host cannot read them
   */
  void read(long offset, byte[] into, int at, int length);

  /**
   * Writes {@code length} bytes from {@code offset} on.
   *
   * @throws IndexOutOfBoundsException when they are not all within the image
   * @throws ImageException when the image is read-only, or the host cannot write them
   */
  void write(long offset, byte[] from, int at, int length);

  /** Makes sure that everything written is where it will be kept. */
  default void flush() {}

  /**
   * The image as one machine has it: with an overlay of its own where the guest may write and the
   * original must not change.
   */
  default BlockImage forMachine() {
    return this;
  }

  /**
   * Writes what makes the image the one it is, and what the guest wrote if that is not in the file:
   * fields that start with {@code prefix}.
   */
  default void save(String prefix, Section out) {
    out.put(prefix + ".size", size()).put(prefix + ".readOnly", readOnly());
  }

  /**
   * Takes back what {@link #save} wrote.
   *
   * @throws dev.biosgateway.x86.state.StateException when the state is of another image
   */
  default void restore(String prefix, Section in) {
    ImageIdentity.require(this, prefix, in);
  }
}
