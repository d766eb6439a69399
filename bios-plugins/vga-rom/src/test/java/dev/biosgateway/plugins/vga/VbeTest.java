package dev.biosgateway.plugins.vga;

import static dev.biosgateway.api.Register.AX;
import static dev.biosgateway.api.Register.BH;
import static dev.biosgateway.api.Register.BX;
import static dev.biosgateway.api.Register.CX;
import static dev.biosgateway.api.Register.DI;
import static dev.biosgateway.api.Register.DX;
import static dev.biosgateway.api.Register.ES;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.FarPointer;
import dev.biosgateway.testkit.bare.BareGateway;
import dev.biosgateway.testkit.bare.BareMachine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** VESA BIOS Extension 3.0: information, modes, memory, palette. */
@BareMachine
class VbeTest {
  private static final int OK = 0x004f;
  private static final int FAILED = 0x014f;
  private static final int NOT_IN_THIS_MODE = 0x034f;
  private static final int LINEAR = 0x4000;
  private static final int KEEP_MEMORY = 0x8000;
  private static final int END = 0xffff;

  private Display display;

  @BeforeEach
  void mapRom(BareGateway gateway) {
    display = new Display(gateway);
  }

  private static ByteBuffer buffer(CallResult result) {
    return ByteBuffer.wrap(result.buffer("buffer")).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String text(ByteBuffer bytes, int offset) {
    StringBuilder text = new StringBuilder();
    for (int at = offset; bytes.get(at) != 0; at++) {
      text.append((char) bytes.get(at));
    }
    return text.toString();
  }

  /** The information block; 600 bytes of CCh behind the signature before the call. */
  private CallResult information(String signature) {
    byte[] before = new byte[600];
    Arrays.fill(before, (byte) 0xcc);
    System.arraycopy(signature.getBytes(StandardCharsets.US_ASCII), 0, before, 0, 4);
    CallResult result =
        display.int10(0x4f00, call -> call.buffer(Display.buffer(ES, DI, 600, before)));
    assertEquals(OK, result.get(AX), result::toString);
    return result;
  }

  private List<Integer> modes() {
    CallResult result = information("VBE2");
    ByteBuffer block = buffer(result);
    List<Integer> modes = new ArrayList<>();
    int at = block.getShort(14) - (int) result.get(DI);
    assertTrue(at >= 34 && at < 256, "the list lies in the reserved part of the block");
    block.position(at);
    for (int mode = block.getShort() & 0xffff; mode != END; mode = block.getShort() & 0xffff) {
      modes.add(mode);
    }
    return modes;
  }

  private ByteBuffer modeInformation(int mode) {
    CallResult result =
        display.int10(0x4f01, call -> call.register(CX, mode).buffer(Display.buffer(ES, DI, 256)));
    assertEquals(OK, result.get(AX), () -> "mode " + Integer.toHexString(mode));
    return buffer(result);
  }

  private void setMode(int mode) {
    assertEquals(OK, display.int10(0x4f02, call -> call.register(BX, mode)).get(AX));
  }

  @Test
  void informationOfVersion2() {
    CallResult result = information("VBE2");
    ByteBuffer block = buffer(result);
    int offset = (int) result.get(DI);
    int segment = (int) result.get(ES);

    assertAll(
        () -> assertEquals("VESA", text(block, 0).substring(0, 4)),
        () -> assertEquals(0x0300, block.getShort(4), "version"),
        () -> assertEquals(1, block.getInt(10), "the DAC can be switched"),
        () -> assertEquals(256, block.getShort(18), "16 MiB in units of 64 KiB"),
        () -> assertEquals(0x0100, block.getShort(20), "software revision"));
    for (int pointer : new int[] {6, 22, 26, 30}) {
      int at = block.getShort(pointer) - offset;
      assertEquals(segment, block.getShort(pointer + 2) & 0xffff);
      assertTrue(at >= 256 && at < 512, "strings lie in the OEM data");
      assertTrue(text(block, at).length() > 2);
    }
    assertArrayEquals(
        filled(88, 0xcc), Arrays.copyOfRange(block.array(), 512, 600), "behind the block");
  }

  @Test
  void informationOfVersion1EndsAfter256Bytes() {
    ByteBuffer block = buffer(information("VESA"));

    assertEquals("BIOS Gateway VGA", text(display.peek(linear(block.getInt(6)), 32), 0));
    assertArrayEquals(new byte[14], Arrays.copyOfRange(block.array(), 20, 34), "version 2 fields");
    assertArrayEquals(
        filled(344, 0xcc), Arrays.copyOfRange(block.array(), 256, 600), "behind the block");
  }

  private static byte[] filled(int size, int value) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static long linear(int pointer) {
    return new FarPointer(pointer >>> 16, pointer & 0xffff).linear();
  }

  @Test
  void modesThatVesaNumberedAreThere() {
    assertTrue(
        modes()
            .containsAll(
                List.of(
                    0x101, 0x103, 0x105, 0x110, 0x111, 0x112, 0x113, 0x114, 0x115, 0x116, 0x117,
                    0x118)));
  }

  /** What is said of a mode fits together, and setting it shows it. */
  @Test
  void everyModeIsDescribedAndCanBeSet() {
    for (int mode : modes()) {
      String name = "mode " + Integer.toHexString(mode);
      ByteBuffer info = modeInformation(mode);
      int pitch = info.getShort(0x10);
      int width = info.getShort(0x12);
      int height = info.getShort(0x14);
      int bits = info.get(0x19);
      assertAll(
          name,
          () -> assertEquals(0xbb, info.getShort(0) & 0xff, "attributes"),
          () -> assertEquals(width * ((bits + 7) / 8), pitch, "bytes of a line"),
          () -> assertEquals(pitch, info.getShort(0x32), "the same, linear"),
          () -> assertEquals(bits == 8 ? 4 : 6, info.get(0x1b), "memory model"),
          () -> assertEquals(64, info.getShort(4), "granularity"),
          () -> assertEquals(0xa000, info.getShort(8) & 0xffff, "window"),
          () -> assertEquals(0xe0000000, info.getInt(0x28), "framebuffer"),
          () ->
              assertEquals(
                  bits == 8 ? 0 : (bits + 7) / 8 * 8, colourBits(info), "bits of the colours"),
          () ->
              assertTrue(
                  ((info.get(0x1d) & 0xff) + 1) * pitch * height <= 16 << 20, "pages that fit"));

      setMode(mode);
      assertEquals(mode, display.int10(0x4f03).get(BX), name);
      setMode(mode | LINEAR | KEEP_MEMORY);
      assertEquals(mode | LINEAR | KEEP_MEMORY, display.int10(0x4f03).get(BX), name);
      assertEquals(width / 8, display.int10(0x0f00).get(AX) >>> 8, name + ", columns");
    }
  }

  private static int colourBits(ByteBuffer info) {
    return info.get(0x1f) + info.get(0x21) + info.get(0x23) + info.get(0x25);
  }

  @ParameterizedTest
  @ValueSource(ints = {0x102, 0x104, 0x11f, 0x1ff, 0x03, 0x13})
  void modeThatIsNotListedIsNotDescribed(int mode) {
    byte[] before = filled(256, 0xcc);
    CallResult result =
        display.int10(
            0x4f01, call -> call.register(CX, mode).buffer(Display.buffer(ES, DI, 256, before)));

    assertEquals(FAILED, result.get(AX));
    assertArrayEquals(before, result.buffer("buffer"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0x102, 0x1ff, 0x04, 0x55, 0x4003, 0x81ff})
  void modeThatIsNotThereIsNotSet(int mode) {
    setMode(0x101);
    assertEquals(FAILED, display.int10(0x4f02, call -> call.register(BX, mode)).get(AX));
    assertEquals(0x101, display.int10(0x4f03).get(BX));
  }

  @Test
  void vgaModesAreSetToo() {
    setMode(0x8013);
    assertEquals(0x8013, display.int10(0x4f03).get(BX));
    assertEquals(0x2893, display.int10(0x0f00).get(AX));
    setMode(0x03);
    assertEquals(0x0003, display.int10(0x4f03).get(BX));
  }

  @Test
  void windowAndFramebufferAreTheSameMemory() {
    long framebuffer = modeInformation(0x101).getInt(0x28) & 0xffffffffL;
    setMode(0x101);
    assertEquals(OK, display.int10(0x4f05, call -> call.register(DX, 3)).get(AX));
    CallResult where = display.int10(0x4f05, call -> call.register(BX, 0x0100));
    assertEquals(3, where.get(DX));
    display.poke(Display.GRAPHICS_MEMORY + 0x1234, (byte) 0x5a, (byte) 0xa5);

    assertEquals((short) 0xa55a, display.peek(framebuffer + 0x31234, 2).getShort(0));
    assertEquals(0, display.peek(framebuffer + 0x1234, 2).getShort(0));

    setMode(0x101 | LINEAR | KEEP_MEMORY);
    assertEquals((short) 0xa55a, display.peek(framebuffer + 0x31234, 2).getShort(0));
    assertEquals(NOT_IN_THIS_MODE, display.int10(0x4f05).get(AX) & 0xffff);
    setMode(0x101);
    assertEquals(0, display.peek(framebuffer + 0x31234, 2).getShort(0), "cleared");
  }

  /** The far procedure of ModeInfoBlock moves the window as 4F05h does. */
  @Test
  void windowMovesByItsFarProcedure() {
    int pointer = modeInformation(0x101).getInt(0x0c);
    FarPointer procedure = new FarPointer(pointer >>> 16, pointer & 0xffff);
    setMode(0x101);

    CallResult moved =
        display.far(procedure, call -> call.register(BX, 0).register(CX, 0x1234).register(DX, 2));
    assertEquals(OK, moved.get(AX));
    assertEquals(0x1234, moved.get(CX));
    assertEquals(2, display.int10(0x4f05, call -> call.register(BX, 0x0100)).get(DX));
    assertEquals(2, display.far(procedure, call -> call.register(BX, 0x0100)).get(DX));

    assertEquals(FAILED, display.int10(0x4f05, call -> call.register(DX, 256)).get(AX));
    assertEquals(FAILED, display.int10(0x4f05, call -> call.register(BX, 0x0001)).get(AX));
  }

  @Test
  void linesCanBeLonger() {
    setMode(0x101);
    CallResult wide = display.int10(0x4f06, call -> call.register(CX, 1021));
    assertEquals(List.of(OK, 1024, 1024, 16384), answer(wide), "rounded up");
    assertEquals(answer(wide), answer(display.int10(0x4f06, call -> call.register(BX, 1))));

    assertEquals(FAILED, display.int10(0x4f06, call -> call.register(CX, 632)).get(AX));
    assertEquals(answer(wide), answer(display.int10(0x4f06, call -> call.register(BX, 1))));

    setMode(0x112);
    CallResult bytes =
        display.int10(0x4f06, call -> call.register(BX, 2).register(CX, 640 * 3 + 1));
    assertEquals(List.of(OK, 648 * 3, 648, (16 << 20) / (648 * 3)), answer(bytes));
    CallResult most = display.int10(0x4f06, call -> call.register(BX, 3));
    assertTrue(most.get(DX) >= 480, most::toString);
  }

  private static List<Integer> answer(CallResult result) {
    return List.of(
        (int) result.get(AX), (int) result.get(BX), (int) result.get(CX), (int) result.get(DX));
  }

  @Test
  void pictureCanStartElsewhere() {
    setMode(0x101);
    display.int10(0x4f06, call -> call.register(CX, 800));
    CallResult moved =
        display.int10(0x4f07, call -> call.register(BX, 0x80).register(CX, 160).register(DX, 5));
    assertEquals(OK, moved.get(AX));
    CallResult told = display.int10(0x4f07, call -> call.register(BX, 1));
    assertEquals(160, told.get(CX));
    assertEquals(5, told.get(DX));

    assertEquals(FAILED, display.int10(0x4f07, call -> call.register(CX, 161)).get(AX));
    assertEquals(FAILED, display.int10(0x4f07, call -> call.register(DX, 0xfff0)).get(AX));
  }

  @Test
  void paletteOfEightBits() {
    setMode(0x101);
    assertEquals(6, display.int10(0x4f08, call -> call.register(BX, 1)).get(BH));
    assertEquals(8, display.int10(0x4f08, call -> call.register(BX, 0x0800)).get(BH));

    byte[] colours = {1, 2, (byte) 0xff, 0, 4, (byte) 0xfe, 6, 0};
    display.int10(
        0x4f09,
        call -> call.register(CX, 2).register(DX, 254).buffer(Display.buffer(ES, DI, 8, colours)));
    CallResult read =
        display.int10(
            0x4f09,
            call ->
                call.register(BX, 1)
                    .register(CX, 2)
                    .register(DX, 254)
                    .buffer(Display.buffer(ES, DI, 8)));
    assertArrayEquals(colours, read.buffer("buffer"));
    assertEquals(
        FAILED,
        display
            .int10(
                0x4f09,
                call -> call.register(CX, 3).register(DX, 254).buffer(Display.buffer(ES, DI, 12)))
            .get(AX));
  }

  @Test
  void directColourHasNoPalette() {
    setMode(0x118 | LINEAR);
    assertEquals(NOT_IN_THIS_MODE, display.int10(0x4f08).get(AX));
    assertEquals(NOT_IN_THIS_MODE, display.int10(0x4f09, call -> call.register(CX, 1)).get(AX));
  }

  /** Functions that work on the display memory of VBE modes say so in others. */
  @ParameterizedTest
  @ValueSource(ints = {0x4f05, 0x4f06, 0x4f07})
  void textModeHasNoVbeMemory(int function) {
    assertEquals(NOT_IN_THIS_MODE, display.int10(function).get(AX));
  }

  @ParameterizedTest
  @ValueSource(ints = {0x4f0a, 0x4f10, 0x4f15, 0x4fff})
  void functionThatIsNotThereIsNotSupported(int function) {
    assertNotEquals(0x4f, display.int10(function).get(AX) & 0xff);
  }

  /** 4F04h brings a text screen back after a linear mode. */
  @Test
  void stateIsSavedAndRestored() {
    display.cursor(0x0304);
    int size = (int) display.int10(0x4f04, call -> call.register(CX, 15)).get(BX) * 64;
    CallResult saved =
        display.int10(
            0x4f04,
            call -> call.register(CX, 15).register(DX, 1).buffer(Display.buffer(ES, BX, size)));
    setMode(0x118 | LINEAR | KEEP_MEMORY);
    display.int10(
        0x4f04,
        call ->
            call.register(CX, 15)
                .register(DX, 2)
                .buffer(Display.buffer(ES, BX, size, saved.buffer("buffer"))));

    assertEquals(0x5003, display.int10(0x0f00).get(AX));
    assertEquals(0x0003, display.int10(0x4f03).get(BX));
    assertEquals(0x0304, display.cursor());
  }
}
