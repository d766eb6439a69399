package dev.biosgateway.x86.snapshot;

import java.io.IOException;
import java.nio.file.Path;

/** A file is not the image of a machine, or a damaged one, or one of a machine nobody can build. */
public final class ImageFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final long offset;

  ImageFormatException(Path file, String field, long offset, String expected, String found) {
    super(
        "machine image %s: %s at offset 0x%x: expected %s, found %s"
            .formatted(file, field, offset, expected, found));
    this.field = field;
    this.offset = offset;
  }

  /** Which field is wrong, for example {@code version} or {@code SHA-256}. */
  public String field() {
    return field;
  }

  /**
   * Where the field begins, in bytes: from the start of the file for magic, version, length and
   * SHA-256, from the start of the decompressed content for all else.
   */
  public long offset() {
    return offset;
  }
}
