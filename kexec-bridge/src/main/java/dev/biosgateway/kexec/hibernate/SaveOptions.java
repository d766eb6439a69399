package dev.biosgateway.kexec.hibernate;

import dev.biosgateway.kexec.vmcore.DumpFormat;
import dev.biosgateway.kexec.vmcore.DumpLevel;
import java.util.Objects;

/**
 * How a kernel is saved.
 *
 * @param format of the file
 * @param level which pages are left out
 */
public record SaveOptions(DumpFormat format, DumpLevel level) {
  /** ELF64, zero pages left out. */
  public static final SaveOptions DEFAULT =
      new SaveOptions(DumpFormat.ELF64, new DumpLevel(DumpLevel.ZERO));

  /** Refuses null. */
  public SaveOptions {
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(level, "level");
  }
}
