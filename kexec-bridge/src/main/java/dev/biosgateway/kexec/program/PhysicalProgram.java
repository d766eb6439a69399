package dev.biosgateway.kexec.program;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.load.KexecSegment;
import java.util.List;

/**
 * A program that is in memory during its own calls only: kexec segments, and an entry. Between its
 * calls its pages lie in the host, with everything it left in them.
 *
 * @param mode how it is entered
 * @param segments where its bytes go, in whole pages
 * @param address physical address of its first byte
 * @param size bytes of guest memory, from the first to the last
 * @param entry physical address
 */
public record PhysicalProgram(
    CallMode mode, List<KexecSegment> segments, long address, long size, long entry) {
  /** Conventional memory for programs: without the vectors and BIOS data, up to a usual EBDA. */
  public static final long CONVENTIONAL = 0x1000;

  /** End of conventional memory for programs. */
  public static final long CONVENTIONAL_END = 0x9f000;

  private static final long EXTENDED = 0x100000;

  /** Where a flat 16 bit binary goes that names no address. */
  private static final long FLAT16_ADDRESS = 0x20000;

  /** Copies the list. */
  public PhysicalProgram {
    segments = List.copyOf(segments);
  }

  /**
   * A flat 16 bit binary, entered in real mode with CS at its first byte.
   *
   * @throws dev.biosgateway.api.ProgramException if it has no place below 640 K
   */
  static PhysicalProgram flat16(ProgramImage image) {
    ImageReader in = new ImageReader(image);
    long address = image.address().orElse(FLAT16_ADDRESS);
    if (address % 16 != 0) {
      throw in.error("address")
          .expected("a multiple of 16, the start of a segment")
          .found(String.format("0x%x", address))
          .build();
    }
    PhysicalProgram program = flat(in, image, CallMode.REAL, address);
    if (address >= EXTENDED) {
      throw in.error("address")
          .expected("an address below 0x9f000, where real mode reaches")
          .found(String.format("0x%x", address))
          .build();
    }
    if (program.entry - address > 0xffff) {
      throw in.error("entry")
          .expected("an offset within the first 64 KiB")
          .found(String.format("0x%x", program.entry - address))
          .build();
    }
    return program;
  }

  /**
   * A flat 32 bit binary, entered in physical mode.
   *
   * @param ramSize bytes of main memory
   * @throws dev.biosgateway.api.ProgramException if it does not fit
   */
  static PhysicalProgram flat32(ProgramImage image, long ramSize) {
    ImageReader in = new ImageReader(image);
    long address = image.address().orElse(EXTENDED);
    PhysicalProgram program = flat(in, image, CallMode.FLAT, address);
    checkPlace(in, program, ramSize);
    return program;
  }

  private static PhysicalProgram flat(
      ImageReader in, ProgramImage image, CallMode mode, long address) {
    if (in.size() == 0) {
      throw in.error("size").expected("at least 1 byte").found("an empty file").build();
    }
    long entry = image.entry().orElse(0);
    if (entry < 0 || entry >= in.size()) {
      throw in.error("entry")
          .expected(String.format("an offset within the image, 0 to 0x%x", in.size() - 1))
          .found(String.format("0x%x", entry))
          .build();
    }
    KexecSegment segment = pageAligned(image.name(), in.bytes(), address, in.size());
    PhysicalProgram program =
        new PhysicalProgram(mode, List.of(segment), address, in.size(), address + entry);
    if (mode == CallMode.REAL) {
      checkPlace(in, program, EXTENDED);
    }
    return program;
  }

  /** A segment of whole pages around bytes that begin and end anywhere. */
  static KexecSegment pageAligned(String name, byte[] bytes, long address, long memory) {
    int lead = (int) (address & 0xfff);
    byte[] padded = bytes;
    if (lead != 0) {
      padded = new byte[lead + bytes.length];
      System.arraycopy(bytes, 0, padded, lead, bytes.length);
    }
    return new KexecSegment(name, padded, address - lead, lead + memory + 0xfff & ~0xfffL);
  }

  /** Requires every segment in RAM that the jump may exchange. */
  static void checkPlace(ImageReader in, PhysicalProgram program, long ramSize) {
    for (KexecSegment s : program.segments) {
      boolean low = s.mem() >= CONVENTIONAL && s.end() <= CONVENTIONAL_END;
      boolean high = s.mem() >= EXTENDED && s.end() <= ramSize;
      if (!low && !high) {
        throw in.error("address")
            .expected(
                ramSize > EXTENDED
                    ? String.format(
                        "pages within 0x%x to 0x%x or 0x%x to 0x%x (end of RAM)",
                        CONVENTIONAL, CONVENTIONAL_END, EXTENDED, ramSize)
                    : String.format("pages within 0x%x to 0x%x", CONVENTIONAL, CONVENTIONAL_END))
            .found(String.format("0x%x to 0x%x", s.mem(), s.end()))
            .build();
      }
    }
  }
}
