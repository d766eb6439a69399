package dev.biosgateway.x86.device.smbios;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Structures of SMBIOS byte by byte; what firmware makes of them is tested with SeaBIOS. */
class SmbiosTablesTest {
  @Test
  void fieldsNameTextsByTheirNumber() {
    byte[] image = new SmbiosStructure(1, 0x100).text("A").text("").text("BC").word(0x1234).image();
    byte[] expected = {1, 9, 0, 1, 1, 0, 2, 0x34, 0x12, 'A', 0, 'B', 'C', 0, 0};
    assertEquals(HexFormat.of().formatHex(expected), HexFormat.of().formatHex(image));
  }

  @Test
  void aStructureWithoutTextsEndsInTwoZeros() {
    assertEquals(
        "7f04007f0000", HexFormat.of().formatHex(new SmbiosStructure(127, 0x7f00).image()));
  }
}
