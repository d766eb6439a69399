package dev.biosgateway.kexec.program;

import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.spi.ProgramImage;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The formats of programs that can be mapped. */
public enum ProgramFormat {
  /** A PC option ROM; stays in memory, its init hooks interrupts. */
  OPTION_ROM("option-rom"),
  /** An interrupt handler in Java, behind an option ROM of the gateway's own. */
  JAVA_INTERRUPT("java-interrupt"),
  /** A flat binary for real mode; at 20000h unless it names an address. */
  FLAT16("flat16"),
  /** A flat binary for physical mode; at 100000h unless it names an address. */
  FLAT32("flat32"),
  /** An ELF executable for physical mode. */
  ELF32("elf32"),
  /** An ELF executable of 64 bits whose entry is 32 bit code. */
  ELF64("elf64");

  private final String text;

  ProgramFormat(String text) {
    this.text = text;
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
   * @throws IllegalArgumentException for option ROMs, which stay
   */
  public PhysicalProgram read(ProgramImage image, long ramSize) {
    if (this != OPTION_ROM && !image.vectors().isEmpty()) {
      throw ProgramException.of(image.name(), "vectors")
          .file(image.file())
          .expected("none: a program of format " + text + " hooks no interrupts")
          .found(image.vectors().toString())
          .build();
    }
    return switch (this) {
      case FLAT16 -> PhysicalProgram.flat16(image);
      case FLAT32 -> PhysicalProgram.flat32(image, ramSize);
      case ELF32 -> ElfProgram.parse32(image, ramSize);
      case ELF64 -> ElfProgram.parse64(image, ramSize);
      case OPTION_ROM, JAVA_INTERRUPT ->
          throw new IllegalArgumentException(text + " stays in memory");
    };
  }
}
