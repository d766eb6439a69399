package dev.biosgateway.kexec.vmcore;

import java.util.Optional;

/** What a dump is written as. */
public enum DumpFormat {
  /** An ELF core of 32 bits, for dumps below 4 GB. */
  ELF32("ELF32", ElfClass.ELF32),
  /** An ELF core of 64 bits. */
  ELF64("ELF64", ElfClass.ELF64),
  /** The compressed format of makedumpfile(8) and crash(8), each page by zlib. */
  KDUMP("kdump-compressed", null);

  private final String text;
  private final ElfClass elfClass;

  DumpFormat(String text, ElfClass elfClass) {
    this.text = text;
    this.elfClass = elfClass;
  }

  /** The size of ELF; empty for what is no ELF. */
  Optional<ElfClass> elfClass() {
    return Optional.ofNullable(elfClass);
  }

  @Override
  public String toString() {
    return text;
  }
}
