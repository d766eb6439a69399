package dev.biosgateway.kexec.program;

import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.spi.ProgramImage;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The formats of programs that can be mapped. */
public enum ProgramFormat {
  /** A PC option ROM; stays in memory, its init hooks interrupts. */
  OPTION_ROM("option-rom", Kind.ROM),
  /** A flat binary for real mode; at 20000h unless it names an address. */
  FLAT16("flat16", Kind.PHYSICAL),
  /** A flat binary for physical mode; at 100000h unless it names an address. */
  FLAT32("flat32", Kind.PHYSICAL),
  /** An ELF executable for physical mode. */
  ELF32("elf32", Kind.PHYSICAL),
  /** An ELF executable of 64 bits whose entry is 32 bit code. */
  ELF64("elf64", Kind.PHYSICAL),
  /** 512 bytes that firmware loads; at 7C00h when they are called. */
  BOOT_SECTOR("boot-sector", Kind.PHYSICAL),
  /** A medium for a drive, byte by byte. */
  DISK_IMAGE("disk-image", Kind.CONTENT),
  /** Firmware for a machine of its own. */
  SYSTEM_ROM("system-rom", Kind.CONTENT),
  /** A Linux kernel. */
  BZIMAGE("bzimage", Kind.CONTENT),
  /** An interrupt handler in Java, behind an option ROM of the gateway's own. */
  JAVA_INTERRUPT("java-interrupt", Kind.HANDLER),
  /** A device in Java. */
  JAVA_DEVICE("java-device", Kind.DEVICE),
  /** An interceptor of ports in Java. */
  JAVA_PORTS("java-ports", Kind.INTERCEPTOR),
  /** An interceptor of memory in Java. */
  JAVA_MEMORY("java-memory", Kind.INTERCEPTOR);

  /** How a program is in a machine. */
  public enum Kind {
    /** In the area of adapters' ROMs, after its init. */
    ROM,
    /** As a ROM that leads to Java. */
    HANDLER,
    /** In memory during its own calls. */
    PHYSICAL,
    /** Among the devices. */
    DEVICE,
    /** In front of ports or memory. */
    INTERCEPTOR,
    /** Not at all: other machines are booted with it. */
    CONTENT
  }

  private final String text;
  private final Kind kind;

  ProgramFormat(String text, Kind kind) {
    this.text = text;
    this.kind = kind;
  }

  /** How such a program is in a machine. */
  public Kind kind() {
    return kind;
  }

  /**
   * The format an image says it is in.
   *
   * @throws ProgramException that lists the formats if there is none of that name
   */
  public static ProgramFormat of(ProgramImage image) {
    for (ProgramFormat format : values()) {
      if (format.text.equals(image.format())) {
        return format;
      }
    }
    throw ProgramException.of(image.name(), "format")
        .file(image.file())
        .expected(
            "one of " + Arrays.stream(values()).map(f -> f.text).collect(Collectors.joining(", ")))
        .found(image.format())
        .build();
  }

  /**
   * Reads an image that is in memory during its calls only.
   *
   * @param ramSize bytes of main memory
   * @throws ProgramException that names what is wrong with it
   * @throws IllegalArgumentException for other kinds of programs
   */
  public PhysicalProgram read(ProgramImage image, long ramSize) {
    requireNoVectors(image);
    return switch (this) {
      case FLAT16 -> PhysicalProgram.flat16(image);
      case FLAT32 -> PhysicalProgram.flat32(image, ramSize);
      case ELF32 -> ElfProgram.parse32(image, ramSize);
      case ELF64 -> ElfProgram.parse64(image, ramSize);
      case BOOT_SECTOR -> BootImages.bootSector(image);
      case OPTION_ROM,
          DISK_IMAGE,
          SYSTEM_ROM,
          BZIMAGE,
          JAVA_INTERRUPT,
          JAVA_DEVICE,
          JAVA_PORTS,
          JAVA_MEMORY ->
          throw new IllegalArgumentException(text + " is no program that is loaded for its calls");
    };
  }

  /**
   * Checks what machines are booted with.
   *
   * @throws ProgramException that names what is wrong with it
   * @throws IllegalArgumentException for other kinds of programs
   */
  public void check(ProgramImage image) {
    requireNoVectors(image);
    switch (this) {
      case DISK_IMAGE -> BootImages.checkDisk(image);
      case SYSTEM_ROM -> BootImages.checkSystemRom(image);
      case BZIMAGE -> BzImage.parse(image);
      case OPTION_ROM,
          FLAT16,
          FLAT32,
          ELF32,
          ELF64,
          BOOT_SECTOR,
          JAVA_INTERRUPT,
          JAVA_DEVICE,
          JAVA_PORTS,
          JAVA_MEMORY ->
          throw new IllegalArgumentException(text + " boots no machine");
    }
  }

  private void requireNoVectors(ProgramImage image) {
    if (!image.vectors().isEmpty()) {
      throw ProgramException.of(image.name(), "vectors")
          .file(image.file())
          .expected("none: a program of format " + text + " hooks no interrupts")
          .found(image.vectors().toString())
          .build();
    }
  }

  /**
   * Where a program for real mode is entered.
   *
   * @param entry physical address
   * @param offset of the entry from the program's first byte
   */
  public FarPointer realEntry(long entry, int offset) {
    return this == BOOT_SECTOR
        ? new FarPointer(0, (int) entry)
        : new FarPointer((int) (entry - offset >>> 4), offset);
  }
}
