package dev.biosgateway.kexec.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.ProgramException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Linux kernels: what each version of the boot protocol says, and what is refused. */
class BzImageTest {
  private static BzImage parse(ByteBuffer kernel) {
    return BzImage.parse("bzImage", kernel.array());
  }

  private static ProgramException refused(ByteBuffer kernel) {
    return assertThrows(ProgramException.class, () -> parse(kernel));
  }

  @Test
  void readsAKernelOfTheNewestProtocol() {
    ByteBuffer file = Kernels.bzImage(0x20f);
    file.putInt(0x22c, 0x7fffffff).putInt(0x238, 2047).put(0x234, (byte) 1);
    file.putInt(0x258, 0x1000000).putInt(0x260, 0x500000);
    file.putShort(0x20e, (short) 0x180);
    file.put(0x380, "6.1.0 (test)\0".getBytes(StandardCharsets.US_ASCII));
    BzImage kernel = parse(file);
    assertEquals("Linux 6.1.0 (test), boot protocol 2.15", kernel.toString());
    assertTrue(kernel.loadedHigh());
    assertTrue(kernel.relocatable());
    assertEquals(0x100000, kernel.entry32());
    assertEquals(0x100000, kernel.code32Start());
    assertEquals(0x7fffffff, kernel.initrdAddressMax());
    assertEquals(2047, kernel.commandLineMax());
    assertEquals(0x1000000, kernel.runAddress());
    assertEquals(0x500000, kernel.initSize());
    assertEquals(5 * 512, kernel.setup().length);
    assertEquals(Kernels.CODE_BYTES, kernel.protectedModeCode().length);
    assertEquals(Kernels.HEADER_END - 0x1f1, kernel.header().length);
    assertArrayEquals(
        Arrays.copyOfRange(file.array(), 5 * 512, file.capacity()), kernel.protectedModeCode());
  }

  @ParameterizedTest
  @CsvSource({"0x200, 255", "0x203, 255", "0x205, 255", "0x206, 0"})
  void fieldsThatAVersionDoesNotHaveAreAsTheDocumentSays(String version, long commandLine) {
    BzImage kernel = parse(Kernels.bzImage(Integer.decode(version)));
    assertEquals(commandLine, kernel.commandLineMax());
    assertEquals(kernel.version() < 0x203 ? 0x37ffffff : 0, kernel.initrdAddressMax());
    assertEquals(0x100000, kernel.runAddress());
    assertEquals(Kernels.CODE_BYTES, kernel.initSize());
    assertFalse(kernel.relocatable());
    assertEquals("", kernel.kernelVersion());
  }

  @Test
  void aZImageIsEnteredWhereItsSetupMovesIt() {
    ByteBuffer file = Kernels.bzImage(0x200);
    file.put(0x211, (byte) 0);
    BzImage kernel = parse(file);
    assertFalse(kernel.loadedHigh());
    assertEquals(0x1000, kernel.entry32());
  }

  @Test
  void noSetupSectorsMeanFour() {
    ByteBuffer file = Kernels.bzImage(0x20f);
    file.put(0x1f1, (byte) 0);
    assertEquals(5 * 512, parse(file).setup().length);
  }

  @ParameterizedTest
  @CsvSource({
    // offset, bytes, value, the field that is refused
    "0x1fe, 2, 0x1234, boot_flag",
    "0x202, 4, 0, header",
    "0x206, 2, 0x1ff, version",
    "0x206, 2, 0x210, version",
    "0x201, 1, 0x10, jump (end of the header)",
    "0x1f1, 1, 200, setup code (setup_sects)",
    "0x1f4, 4, 0x1000, syssize",
    "0x236, 2, 1, xloadflags",
  })
  void lyingFieldsAreNamed(String at, int size, String value, String field) {
    ByteBuffer file = Kernels.bzImage(0x20f);
    int number = Integer.decode(value);
    switch (size) {
      case 1 -> file.put(Integer.decode(at), (byte) number);
      case 2 -> file.putShort(Integer.decode(at), (short) number);
      default -> file.putInt(Integer.decode(at), number);
    }
    ProgramException e = refused(file);
    assertEquals(field, e.field(), e.getMessage());
    assertEquals("bzImage", e.file());
  }

  @Test
  void aFileThatEndsTooEarlyIsRefused() {
    byte[] file = Kernels.bzImage(0x20f).array();
    for (int size : new int[] {0, 511, 1023, 5 * 512}) {
      assertThrows(
          ProgramException.class, () -> BzImage.parse("cut", Arrays.copyOf(file, size)), "" + size);
    }
  }
}
