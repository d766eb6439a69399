package dev.biosgateway.x86.media;

/**
 * An image whose original is an array, for media made in a program. Machines write into an overlay
 * of their own, so the array stays as it was given.
 */
public final class MemoryImage implements BlockImage {
  private final String name;
  private final byte[] bytes;

  /**
   * @param bytes the contents, a multiple of 512 bytes; copied
   * @throws ImageException when the size is not that of a medium
   */
  public MemoryImage(String name, byte[] bytes) {
    ImageIdentity.requireSize(name, bytes.length, SECTOR);
    this.name = name;
    this.bytes = bytes.clone();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return bytes.length;
  }

  /** The original itself never changes; {@link #forMachine} gives one that can be written. */
  @Override
  public boolean readOnly() {
    return true;
  }

  @Override
  public void read(long offset, byte[] into, int at, int length) {
    ImageIdentity.requireRange(this, offset, length);
    System.arraycopy(bytes, (int) offset, into, at, length);
  }

  @Override
  public void write(long offset, byte[] from, int at, int length) {
    throw ImageIdentity.protectedImage(this);
  }

  @Override
  public BlockImage forMachine() {
    return new OverlayImage(this);
  }

  @Override
  public String toString() {
    return name;
  }
}
