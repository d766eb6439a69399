package dev.biosgateway.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CallResultTest {
  @Test
  void buffersAreCopiedBothWays() {
    byte[] bytes = {1, 2};
    CallResult result =
        CallResult.builder("int 0x10", StopReason.RETURNED).buffer("info", bytes).build();
    bytes[0] = 9;
    result.buffer("info")[1] = 9;
    assertArrayEquals(new byte[] {1, 2}, result.buffer("info"));
    assertEquals(List.of("info"), List.copyOf(result.bufferNames()));
    var error = assertThrows(InvalidRequestException.class, () -> result.buffer("inof"));
    assertEquals("no buffer \"inof\": the call has [info]", error.getMessage());
  }

  @Test
  void aFaultExplainsTheStop() {
    var fault =
        new Fault(
            13,
            "#GP",
            OptionalLong.of(0),
            OptionalLong.empty(),
            0xf000,
            0xe05b,
            0xfe05b,
            new byte[] {0x0f, 0x01, (byte) 0xd0},
            "xgetbv");
    CallResult result =
        CallResult.builder("int 0x10", StopReason.FAULT).fault(fault).instructions(7).build();
    assertFalse(result.returned());
    assertEquals(
        "int 0x10: FAULT after 7 instructions:"
            + " #GP(0x0000) at f000:e05b (linear 0x000fe05b): 0f01d0  xgetbv",
        result.toString());
    assertTrue(result.fault().isPresent());
  }

  @Test
  void aProgramErrorSaysWhatWhereAndWhatToDo() {
    ProgramException error =
        ProgramException.of("vga", "checksum")
            .file("rom/vga.bin")
            .at(0x1ff)
            .expected("a sum of 0x00")
            .found("0x3c")
            .remedy("patch the last byte")
            .build();
    assertEquals(
        "program vga (rom/vga.bin): checksum at offset 0x1ff: expected a sum of 0x00, found 0x3c;"
            + " patch the last byte",
        error.getMessage());
    assertEquals("vga", error.program());
    assertEquals("rom/vga.bin", error.file());
    assertEquals("checksum", error.field());
    assertEquals(OptionalLong.of(0x1ff), error.offset());
    assertEquals("a sum of 0x00", error.expected());
    assertEquals("0x3c", error.found());
    assertEquals("patch the last byte", error.remedy());
    assertEquals(OptionalLong.empty(), ProgramException.of("a", "init").build().offset());
  }
}
