package dev.biosgateway.plugins.system;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.testkit.host.Nasm;
import dev.biosgateway.testkit.image.OptionRomImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The image of the system services ROM: its header, and that its source says the same. */
class SystemRomImageTest {
  private static final Path IMAGE = Path.of("src/main/resources/rom/system.bin");
  private static final Path SOURCE = Path.of("src/main/nasm/system.asm");

  private static final int INIT = 3;
  private static final int CHECKSUM = 6;
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
}
