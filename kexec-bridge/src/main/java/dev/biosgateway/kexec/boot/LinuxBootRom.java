package dev.biosgateway.kexec.boot;

import dev.biosgateway.api.ProgramException;
import dev.biosgateway.kexec.guest.GuestImage;
import dev.biosgateway.kexec.program.BzImage;
import dev.biosgateway.x86.device.rom.RomImage;
import java.nio.charset.StandardCharsets;

/**
 * The option ROM of {@code linuxboot.asm}: lets firmware boot the kernel that the firmware
 * configuration device offers, through the kernel's 16-bit setup code.
 */
final class LinuxBootRom {
  private static final String NAME = "linuxboot.rom";
  private static final int PNP_HEADER_BYTES = 32;

  private LinuxBootRom() {}

  /** The ROM with its checksums: of the Plug and Play header, then of all. */
  static RomImage image() {
    GuestImage image = GuestImage.named("linuxboot");
    byte[] rom = image.code();
    int header = image.offset("pnp");
    complete(rom, header, header + PNP_HEADER_BYTES, image.offset("pnp_checksum"));
    complete(rom, 0, rom.length, image.offset("checksum"));
    return new RomImage(NAME, rom);
  }

  private static void complete(byte[] rom, int from, int to, int checksum) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += rom[i];
    }
    rom[checksum] -= (byte) sum;
  }

  /**
   * What makes SeaBIOS try this ROM before all other devices (its docs, "Runtime configuration").
   */
  static byte[] bootOrder(RomImage rom) {
    return ("/rom@genroms/" + rom.name() + "\n\0").getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Refuses kernels that the ROM cannot load: those whose setup code must lie at 90000h.
   *
   * @throws ProgramException naming the field
   */
  static void requireLoadable(BzImage kernel) {
    boolean pointer = kernel.version() >= BzImage.VERSION_COMMAND_LINE;
    if (!pointer || !kernel.loadedHigh()) {
      throw ProgramException.of(kernel.name(), pointer ? "loadflags" : "version")
          .expected(pointer ? "LOADED_HIGH (a bzImage)" : "boot protocol 2.02 or later")
          .found(kernel.toString())
          .remedy("boot it without firmware, or from a disk")
          .build();
    }
  }
}
