package dev.biosgateway.kexec.hibernate;

import dev.biosgateway.kexec.vmcore.DumpLevel;
import dev.biosgateway.kexec.vmcore.ElfClass;
import java.util.Objects;

/**
 * How a kernel is saved.
 *
 * @param elfClass of the file
 * @param level which pages are left out
 * @param compressed whether the file is a gzip
 */
public record SaveOptions(ElfClass elfClass, DumpLevel level, boolean compressed) {
  /** ELF64, zero pages left out, not compressed. */
  public static final SaveOptions DEFAULT =
      new SaveOptions(ElfClass.ELF64, new DumpLevel(DumpLevel.ZERO), false);

  /** Refuses null. */
  public SaveOptions {
    Objects.requireNonNull(elfClass, "elfClass");
    Objects.requireNonNull(level, "level");
  }
}
