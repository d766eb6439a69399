package dev.biosgateway.x86.media;

import java.nio.file.Path;

/**
 * A CD-ROM or DVD-ROM: blocks of 2048 bytes, as ISO images have them, never written. Safe for use
 * by several threads if the original is.
 */
public final class CdImage implements BlockImage {
  /** User data of a block in mode 1 (ECMA-130). */
  public static final int BLOCK = 2048;

  private final BlockImage original;

  /**
   * @param original whose size is a multiple of 2048
   * @throws ImageException when it is not
   */
  public CdImage(BlockImage original) {
    ImageIdentity.requireSize(original.name(), original.size(), BLOCK);
    this.original = original;
  }

  /**
   * Opens an ISO image.
   *
   * @throws ImageException when the file cannot be read or is not made of blocks of 2048 bytes
   */
  public static CdImage open(Path path) {
    return new CdImage(RawImage.open(path, RawImage.Access.READ_ONLY, BLOCK));
  }

  @Override
  public String name() {
    return original.name();
  }

  @Override
  public long size() {
    return original.size();
  }

  /** Blocks of 2048 bytes. */
  public int blocks() {
    return (int) (size() / BLOCK);
  }

  @Override
  public boolean readOnly() {
    return true;
  }

  @Override
  public void read(long offset, byte[] into, int at, int length) {
    original.read(offset, into, at, length);
  }

  /** Reads {@code count} blocks from {@code block} on. */
  public void readBlocks(int block, byte[] into, int at, int count) {
    read((long) block * BLOCK, into, at, count * BLOCK);
  }

  @Override
  public void write(long offset, byte[] from, int at, int length) {
    throw ImageIdentity.protectedImage(this);
  }

  @Override
  public String toString() {
    return name();
  }
}
