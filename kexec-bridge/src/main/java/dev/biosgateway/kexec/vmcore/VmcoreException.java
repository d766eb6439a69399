package dev.biosgateway.kexec.vmcore;

import java.io.IOException;

/** A file is not a memory dump, or a damaged one, or a dump cannot be written as asked. */
public final class VmcoreException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final long offset;

  VmcoreException(Object file, String field, long offset, String expected, String found) {
    super(
        String.format(
            "vmcore %s: %s at offset 0x%x: expected %s, found %s",
            file, field, offset, expected, found));
    this.field = field;
    this.offset = offset;
  }

  /**
   * Requires bytes to be within a file.
   *
   * @param length of the file
   */
  static void requireBytes(Object file, String field, long at, long size, long length)
      throws VmcoreException {
    if (at < 0 || size < 0 || at > length || size > length - at) {
      throw new VmcoreException(
          file,
          field,
          at,
          String.format("0x%x bytes within the file", size),
          String.format("a file of 0x%x bytes", length));
    }
  }

  /** Which field is wrong, for example {@code e_machine}. */
  public String field() {
    return field;
  }

  /** Where the field begins in the file, in bytes. */
  public long offset() {
    return offset;
  }
}
