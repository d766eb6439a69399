package dev.biosgateway.x86.media;

import java.util.Arrays;

/**
 * The beginning of a medium: the file ends where its maker had nothing more to write, as a boot
 * sector alone does, and the rest of the medium is zeros. Safe for use by several threads if the
 * original is.
 */
public final class ShortImage implements BlockImage {
  private final BlockImage original;
  private final long size;

  /**
   * @param size of the whole medium in bytes, a multiple of {@link #SECTOR}
   * @throws ImageException when the original is larger
   */
  public ShortImage(BlockImage original, long size) {
    ImageIdentity.requireSize(original.name(), size, SECTOR);
    if (original.size() > size) {
      throw new ImageException(
          "image %s: expected at most %d bytes, found %d"
              .formatted(original.name(), size, original.size()));
    }
    this.original = original;
    this.size = size;
  }

  @Override
  public String name() {
    return original.name();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public boolean readOnly() {
    return true;
  }

  @Override
  public void read(long offset, byte[] into, int at, int length) {
    ImageIdentity.requireRange(this, offset, length);
    int there = (int) Math.max(0, Math.min(length, original.size() - offset));
    if (there > 0) {
      original.read(offset, into, at, there);
    }
    Arrays.fill(into, at + there, at + length, (byte) 0);
  }

  @Override
  public void write(long offset, byte[] from, int at, int length) {
    throw ImageIdentity.protectedImage(this);
  }

  /**
   * {@inheritDoc}
   *
   * @throws ImageException when what the guest writes is to go into the original, which has no
   *     place for all of it
   */
  @Override
  public BlockImage forMachine() {
    BlockImage own = original.forMachine();
    if (own.readOnly()) {
      return this;
    }
    if (own == original) {
      throw new ImageException(
          "image %s: expected all %d bytes of a medium that is written through, found %d; extend the file"
              .formatted(name(), size, original.size()));
    }
    return new OverlayImage(this);
  }

  @Override
  public String toString() {
    return name();
  }
}
