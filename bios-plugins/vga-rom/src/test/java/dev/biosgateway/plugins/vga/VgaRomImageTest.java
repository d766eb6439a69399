package dev.biosgateway.plugins.vga;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.testkit.host.Nasm;
import dev.biosgateway.testkit.image.OptionRomImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The image of the VGA ROM: its header, its PCI data structure, and that its source says the same.
 */
class VgaRomImageTest {
  private static final Path IMAGE = Path.of("src/main/resources/rom/vga.bin");
  private static final Path SOURCE = Path.of("src/main/nasm/vga.asm");

  private static final int INIT = 3;
  private static final int CHECKSUM = 6;
  private static final int PCIR_POINTER = 0x18;
  private static final int NEAR_JUMP = 0xe9;

  private ByteBuffer rom;

  @BeforeEach
  void readImage() throws IOException {
    rom = ByteBuffer.wrap(Files.readAllBytes(IMAGE)).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void isWhatItsSourceSays() {
    Nasm.assertAssembles(
        SOURCE,
        IMAGE,
        "-I" + Path.of("../include") + "/",
        "-DCHECKSUM=" + Byte.toUnsignedInt(rom.get(CHECKSUM)));
  }

  /** BIOS Boot Specification 1.01, 3.1. */
  @Test
  void hasTheHeaderOfAnOptionRom() {
    int init = INIT + 3 + rom.getShort(INIT + 1);
    assertAll(
        () -> assertEquals(0xaa55, Short.toUnsignedInt(rom.getShort(0)), "signature"),
        () -> assertEquals(rom.capacity(), Byte.toUnsignedInt(rom.get(2)) * 512, "size"),
        () -> assertEquals(NEAR_JUMP, Byte.toUnsignedInt(rom.get(INIT)), "entry"),
        () -> assertTrue(init > CHECKSUM && init < rom.capacity(), () -> "init at " + init),
        () -> assertEquals(0, OptionRomImage.of(rom.array()).sum(), "sum of all bytes"));
  }

  /** PCI Local Bus Specification 2.1, 6.3.1.2. */
  @Test
  void saysWhichDeviceItIsFor() {
    int pcir = Short.toUnsignedInt(rom.getShort(PCIR_POINTER));
    assertEquals(0, pcir % 4, "alignment of the PCI data structure");
    assertAll(
        () ->
            assertEquals(
                "PCIR", new String(rom.array(), pcir, 4, StandardCharsets.US_ASCII), "signature"),
        () -> assertEquals(0x1234, rom.getShort(pcir + 0x04), "vendor"),
        () -> assertEquals(0x1111, rom.getShort(pcir + 0x06), "device"),
        () -> assertEquals(0x18, rom.getShort(pcir + 0x0a), "length of the structure"),
        () -> assertEquals(0x030000, rom.getInt(pcir + 0x0d) & 0xffffff, "class code"),
        () -> assertEquals(rom.capacity(), rom.getShort(pcir + 0x10) * 512, "image length"),
        () -> assertEquals(0, rom.get(pcir + 0x14), "code type"),
        () -> assertEquals(0x80, Byte.toUnsignedInt(rom.get(pcir + 0x15)), "last image"));
  }
}
