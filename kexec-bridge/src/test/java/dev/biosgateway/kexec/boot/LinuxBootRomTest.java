package dev.biosgateway.kexec.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.biosgateway.api.ProgramException;
import dev.biosgateway.kexec.program.BzImage;
import dev.biosgateway.kexec.program.Kernels;
import dev.biosgateway.x86.device.rom.RomImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The option ROM through which firmware boots a kernel: as firmware checks it. */
class LinuxBootRomTest {
  private static int sum(byte[] bytes, int from, int size) {
    int sum = 0;
    for (int i = from; i < from + size; i++) {
      sum += bytes[i];
    }
    return sum & 0xff;
  }

  @Test
  void itIsABootableOptionRomWithRightChecksums() {
    RomImage image = LinuxBootRom.image();
    byte[] rom = image.bytes();
    ByteBuffer in = ByteBuffer.wrap(rom).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals((short) 0xaa55, in.getShort(0));
    assertEquals(rom.length, (in.get(2) & 0xff) * 512);
    assertEquals(0, sum(rom, 0, rom.length));
    int pnp = in.getShort(0x1a);
    assertEquals("$PnP", new String(rom, pnp, 4, StandardCharsets.US_ASCII));
    assertEquals(0, sum(rom, pnp, in.get(pnp + 5) * 16));
    int entry = in.getShort(pnp + 0x1a);
    assertEquals((byte) 0x89, rom[entry], "the vector leads to MOV BP, SP");
    assertEquals(
        "/rom@genroms/linuxboot.rom\n\0",
        new String(LinuxBootRom.bootOrder(image), StandardCharsets.US_ASCII));
  }

  @Test
  void kernelsThatMustLieLowAreRefused() {
    BzImage old = BzImage.parse("k", Kernels.bzImage(0x201).array());
    ProgramException e =
        assertThrows(ProgramException.class, () -> LinuxBootRom.requireLoadable(old));
    assertEquals("version", e.field());
    BzImage zImage = BzImage.parse("k", Kernels.bzImage(0x20f).put(0x211, (byte) 0).array());
    e = assertThrows(ProgramException.class, () -> LinuxBootRom.requireLoadable(zImage));
    assertEquals("loadflags", e.field());
  }
}
