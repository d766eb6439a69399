package dev.biosgateway.api.boot;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A file in a drive.
 *
 * @param file a raw image, or an ISO image for a CD-ROM
 * @param access what becomes of what the guest writes
 */
public record Medium(Path file, Access access) {
  /** What becomes of what the guest writes. */
  public enum Access {
    /** It is part of the machine and ends with it; the file is only read. */
    COPY_ON_WRITE,
    /** The guest finds the medium write protected. */
    READ_ONLY,
    /** It goes into the file at once. */
    WRITE_THROUGH
  }

  /** Checks that nothing is null. */
  public Medium {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(access, "access");
  }

  /** A file that stays as it is, whatever the guest writes. */
  public static Medium of(Path file) {
    return new Medium(file, Access.COPY_ON_WRITE);
  }
}
