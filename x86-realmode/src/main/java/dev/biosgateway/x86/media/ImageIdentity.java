package dev.biosgateway.x86.media;

import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.state.StateException;
import java.util.Objects;

/** The checks that all images share. */
final class ImageIdentity {
  private ImageIdentity() {}

  /** A state taken with a disk of another size, or one that could be written, is not this one's. */
  static void require(BlockImage image, String prefix, Section in) {
    long size = in.getLong(prefix + ".size");
    boolean readOnly = in.getBoolean(prefix + ".readOnly");
    if (size != image.size() || readOnly != image.readOnly()) {
      throw new StateException(
          "section %s: was saved with an image of %d bytes%s as %s, %s has %d bytes%s"
              .formatted(
                  in.name(),
                  size,
                  readOnly ? ", read-only," : "",
                  prefix,
                  image.name(),
                  image.size(),
                  image.readOnly() ? ", read-only" : ""));
    }
  }

  static long requireSize(String name, long size, int unit) {
    if (size < unit || size % unit != 0) {
      throw new ImageException(
          "image %s: expected a multiple of %d bytes, at least %d, found %d"
              .formatted(name, unit, unit, size));
    }
    return size;
  }

  static void requireRange(BlockImage image, long offset, int length) {
    Objects.checkFromIndexSize(offset, length, image.size());
  }

  static ImageException protectedImage(BlockImage image) {
    return new ImageException(
        "image %s: write to a read-only image; open it copy-on-write or write-through"
            .formatted(image.name()));
  }
}
