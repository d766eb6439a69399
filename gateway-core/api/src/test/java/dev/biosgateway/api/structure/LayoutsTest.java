package dev.biosgateway.api.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Register;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LayoutsTest {
  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void anEntryOfTheMemoryMapIsReadable() {
    byte[] bytes = buffer(20).putLong(0x100000).putLong(0x1f00000).putInt(1).array();
    Structure entry = Layouts.E820_ENTRY.read(bytes);
    assertEquals(0x100000, entry.number("base"));
    assertEquals("0x0000000001f00000", entry.text("length"));
    assertEquals("1 (memory)", entry.text("type"));
    assertFalse(entry.has("attributes"), "20 bytes, as before ACPI 3.0");
    assertEquals(1L, entry.values().get("type"));
    assertThrows(InvalidRequestException.class, () -> entry.number("attributes"));
    assertThrows(InvalidRequestException.class, () -> entry.number("size"));
  }

  @Test
  void aModeInfoBlockIsReadable() {
    ByteBuffer bytes = buffer(256);
    bytes.putShort(0, (short) 0x9b).putShort(18, (short) 1024).putShort(20, (short) 768);
    bytes.put(25, (byte) 32).put(27, (byte) 6).putInt(40, 0xe0000000);
    Structure mode = Layouts.VBE_MODE_INFO.read(bytes.array());
    assertEquals(1024, mode.number("width"));
    assertEquals(
        "0x009b (supported, bit 1, colour, graphics, linear framebuffer)",
        mode.text("modeAttributes"));
    assertEquals("6 (direct colour)", mode.text("memoryModel"));
    assertEquals("0xe0000000", mode.values().get("physicalBase"));
  }

  @Test
  void farPointersAndTextsAreReadable() {
    ByteBuffer bytes = buffer(512).put("VESA".getBytes(StandardCharsets.US_ASCII));
    bytes.putShort((short) 0x300).putShort((short) 0x1c).putShort((short) 0xc000);
    Structure info = Layouts.VBE_INFO.read(bytes.array());
    assertEquals("VESA", info.text("signature"));
    assertEquals(new FarPointer(0xc000, 0x1c), info.pointer("oemString"));
    assertTrue(info.toString().contains("oemString=c000:001c"), info::toString);
  }

  @Test
  void unsigned64BitNumbersStayThemselves() {
    byte[] bytes = buffer(30).putShort((short) 30).array();
    Arrays.fill(bytes, 16, 24, (byte) 0xff);
    Structure parameters = Layouts.EDD_PARAMETERS.read(bytes);
    assertEquals("18446744073709551615", parameters.text("sectors"));
    assertEquals("18446744073709551615", parameters.values().get("sectors"));
  }

  @Test
  void theServiceTellsWhatItLeaves() {
    CallRequest e820 = CallRequest.builder().register(Register.EAX, 0xe820).build();
    assertEquals(
        Optional.of(Layouts.E820_ENTRY), Layouts.left(new CallTarget.Interrupt(0x15), e820));
    assertEquals(Optional.empty(), Layouts.left(new CallTarget.Interrupt(0x10), e820));
    CallRequest edd = CallRequest.builder().register(Register.AH, 0x48).build();
    assertEquals(
        Optional.of(Layouts.EDD_PARAMETERS), Layouts.left(new CallTarget.Interrupt(0x13), edd));
  }

  @Test
  void namesAreUniqueAndFieldsAscend() {
    for (Layout layout : Layouts.all()) {
      assertEquals(layout, Layouts.named(layout.name()));
      assertEquals(
          layout.fields().size(), layout.fields().stream().map(Field::name).distinct().count());
      int end = 0;
      for (Field field : layout.fields()) {
        assertTrue(field.offset() >= end, () -> layout.name() + "." + field.name());
        end = field.offset() + field.size();
      }
    }
    assertThrows(InvalidRequestException.class, () -> Layouts.named("smbios"));
  }
}
