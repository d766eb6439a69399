package dev.biosgateway.testkit.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.testkit.image.Elf32Image.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Elf32ImageTest {
  @Test
  void isAnExecutableOfOneSegment() {
    byte[] elf = Elf32Image.at(0x200000, (byte) 0x90, (byte) 0xc3).bytes();

    assertEquals(
        "7f454c46010101000000000000000000" // ELF32, little-endian, version 1
            + "020003000100000000002000340000000000000000000000340020000100000000000000"
            + "010000005400000000002000000020000200000002000000" // PT_LOAD
            + "0500000001000000"
            + "90c3",
        HexFormat.of().formatHex(elf));
  }

  @Test
  void fieldsCanLieWithinTheirWidth() {
    byte[] honest = Elf32Image.at(0x200000, (byte) 0xc3).bytes();
    for (Field field : Field.values()) {
      byte[] lying = Elf32Image.at(0x200000, (byte) 0xc3).with(field, 0x11223344L).bytes();
      ByteBuffer file = ByteBuffer.wrap(lying).order(ByteOrder.LITTLE_ENDIAN);
      long value =
          switch (field.width()) {
            case 1 -> file.get(field.offset());
            case 2 -> file.getShort(field.offset());
            case 4 -> file.getInt(field.offset());
            default -> throw new AssertionError(field + " is " + field.width() + " bytes wide");
          };
      assertEquals(0x11223344L & (1L << 8 * field.width()) - 1, value, field::toString);
      System.arraycopy(honest, field.offset(), lying, field.offset(), field.width());
      assertArrayEquals(honest, lying, field::toString);
    }
    assertEquals(20, Arrays.stream(Field.values()).distinct().count());
  }
}
