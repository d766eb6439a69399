package dev.biosgateway.kexec.program;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.spi.ProgramImage;
import java.util.List;

/**
 * What machines are booted with: boot sectors, disks and system ROMs, checked as far as they go.
 */
final class BootImages {
  /** Where firmware loads a boot sector (BIOS Boot Specification 1.01, 6.5.1). */
  static final int LOAD = 0x7c00;

  private static final int SECTOR = 512;
  private static final int SIGNATURE = 0x1fe;
  private static final int SIGNATURE_VALUE = 0xaa55;
  private static final int ROM_UNIT = 0x10000;

  private BootImages() {}

  /** A boot sector as a program: entered at 0000:7C00 as INT 19h enters it. */
  static PhysicalProgram bootSector(ProgramImage image) {
    ImageReader in = new ImageReader(image);
    if (in.size() != SECTOR) {
      throw in.error("size")
          .expected("512 bytes")
          .found(Integer.toString(in.size()))
          .remedy("a larger program is a disk-image, or a flat16 program")
          .build();
    }
    in.require("signature", SIGNATURE, SIGNATURE_VALUE, in.u16(SIGNATURE));
    return new PhysicalProgram(
        CallMode.REAL,
        List.of(PhysicalProgram.pageAligned(image.name(), in.bytes(), LOAD, SECTOR)),
        LOAD,
        SECTOR,
        LOAD);
  }

  static void checkDisk(ProgramImage image) {
    ImageReader in = new ImageReader(image);
    if (in.size() % SECTOR != 0) {
      throw in.error("size")
          .expected("whole sectors of 512 bytes")
          .found(in.size() + " bytes")
          .remedy("a raw image is wanted, byte by byte as on the medium")
          .build();
    }
  }

  static void checkSystemRom(ProgramImage image) {
    ImageReader in = new ImageReader(image);
    if (in.size() % ROM_UNIT != 0) {
      throw in.error("size")
          .expected("a multiple of 64 KiB, which ends at FFFFFh")
          .found(in.size() + " bytes")
          .build();
    }
    int reset = in.size() - 0x10;
    if (in.u32(reset) == 0xffffffffL || in.u32(reset) == 0) {
      throw in.at("reset vector", reset)
          .expected("an instruction, 16 bytes before the end, where the processor starts")
          .found(String.format("0x%08x", in.u32(reset)))
          .build();
    }
  }
}
