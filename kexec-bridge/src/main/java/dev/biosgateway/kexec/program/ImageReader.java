package dev.biosgateway.kexec.program;

import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.spi.ProgramImage;

/** Reads little-endian fields of an image and says what is wrong with them. */
final class ImageReader {
  private final ProgramImage image;
  private final byte[] bytes;

  ImageReader(ProgramImage image) {
    this.image = image;
    this.bytes = image.bytes();
  }

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return bytes.length;
  }

  int u8(long offset) {
    return bytes[(int) offset] & 0xff;
  }

  int u16(long offset) {
    return u8(offset) | u8(offset + 1) << 8;
  }

  long u32(long offset) {
    return u16(offset) | (long) u16(offset + 2) << 16;
  }

  /** Requires {@code size} bytes at {@code offset} for {@code field}. */
  void requireBytes(String field, long offset, long size) {
    if (offset < 0 || size < 0 || offset + size > bytes.length) {
      throw at(field, offset)
          .expected(String.format("0x%x bytes within the file", size))
          .found(String.format("a file of 0x%x bytes", bytes.length))
          .remedy("the file is truncated or not of this format")
          .build();
    }
  }

  /** Requires a field to have one value. */
  void require(String field, long offset, long expected, long found) {
    if (expected != found) {
      throw bad(field, offset, String.format("0x%x", expected), String.format("0x%x", found));
    }
  }

  ProgramException bad(String field, long offset, String expected, String found) {
    return at(field, offset).expected(expected).found(found).build();
  }

  ProgramException.Builder at(String field, long offset) {
    return error(field).at(offset);
  }

  ProgramException.Builder error(String field) {
    return ProgramException.of(image.name(), field).file(image.file());
  }
}
