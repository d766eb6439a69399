package dev.biosgateway.testkit.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class OptionRomImageTest {
  @Test
  void hasSignatureSizeInitAndChecksum() {
    byte[] rom = OptionRomImage.withInit(2, (byte) 0x90, (byte) 0xcb).bytes();

    assertEquals(1024, rom.length);
    assertArrayEquals(
        new byte[] {0x55, (byte) 0xaa, 2, (byte) 0x90, (byte) 0xcb, 0}, Arrays.copyOf(rom, 6));
    assertEquals(0, OptionRomImage.of(rom).sum());
  }

  @Test
  void sealingRepairsAndMissealingBreaksByOne() {
    OptionRomImage rom = OptionRomImage.withInit(1, (byte) 0xcb).withWord(0x100, 0xbeef);
    assertEquals(0xbe + 0xef & 0xff, rom.sum());
    assertEquals(0, rom.sealed().sum());
    assertEquals(1, rom.missealed().sum());
  }

  @Test
  void truncationLeavesTheSizeByte() {
    byte[] rom = OptionRomImage.withInit(4, (byte) 0xcb).truncatedTo(1000).bytes();
    assertEquals(1000, rom.length);
    assertEquals(4, rom[2]);
  }

  @Test
  void pciDataStructureIsWhereItsPointerSays() {
    byte[] rom =
        OptionRomImage.withInit(2, (byte) 0xcb).withPcir(0x20, 0x1234, 0x1111, 0x030000).bytes();

    assertEquals(0x20, rom[0x18]);
    assertEquals(
        "50434952"
            + "34121111"
            + "0000"
            + "1800"
            + "00"
            + "000003"
            + "0200"
            + "0000"
            + "00"
            + "80"
            + "0000",
        HexFormat.of().formatHex(rom, 0x20, 0x38));
  }

  @Test
  void leavesTheBytesGivenAlone() {
    byte[] given = OptionRomImage.withInit(1, (byte) 0xcb).bytes();
    byte[] copy = given.clone();
    OptionRomImage.of(given).claimingBlocks(7).withPcir(0x20, 1, 2, 3);
    assertArrayEquals(copy, given);
  }

  @Test
  void refusesCodeThatDoesNotFit() {
    assertThrows(
        IllegalArgumentException.class, () -> OptionRomImage.withInit(1, new byte[512 - 3]));
    assertThrows(IllegalArgumentException.class, () -> OptionRomImage.withInit(256));
    assertThrows(
        IndexOutOfBoundsException.class, () -> OptionRomImage.withInit(1).truncatedTo(513));
  }
}
