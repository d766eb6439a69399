package dev.biosgateway.plugins.vga;

import static dev.biosgateway.api.Register.AL;
import static dev.biosgateway.api.Register.AX;
import static dev.biosgateway.api.Register.BP;
import static dev.biosgateway.api.Register.BX;
import static dev.biosgateway.api.Register.CX;
import static dev.biosgateway.api.Register.DX;
import static dev.biosgateway.api.Register.ES;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.Register;
import dev.biosgateway.testkit.bare.BareGateway;
import dev.biosgateway.testkit.bare.BareMachine;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * INT 10h: modes and what they leave in the BIOS data area, pixels, palette, font, saved states.
 */
@BareMachine
class ModeServicesTest {
  private Display display;

  @BeforeEach
  void mapRom(BareGateway gateway) {
    display = new Display(gateway);
  }

  @Test
  void initialisationSetsMode3() {
    assertEquals(0x5003, display.int10(0x0f00).get(AX));
    ByteBuffer cells = display.peek(Display.TEXT_MEMORY, 0x8000);
    while (cells.hasRemaining()) {
      assertEquals(0x0720, cells.getShort());
    }
  }

  /** IBM PS/2 and PC BIOS technical reference, BIOS data area. */
  @ParameterizedTest
  @CsvSource({
    // mode, columns, page size, CRTC, rows - 1, lines of a character, cursor shape
    "00, 40, 0800, 3D4, 24, 16, 0607",
    "01, 40, 0800, 3D4, 24, 16, 0607",
    "02, 80, 1000, 3D4, 24, 16, 0607",
    "03, 80, 1000, 3D4, 24, 16, 0607",
    "07, 80, 1000, 3B4, 24, 16, 0607",
    "13, 40, 2000, 3D4, 24, 8, 0000",
  })
  void modeIsDescribed(
      String mode, int columns, String page, String crtc, int rows, int height, String cursor) {
    display.int10(Integer.parseInt(mode, 16));

    assertEquals(columns << 8 | Integer.parseInt(mode, 16), display.int10(0x0f00).get(AX));
    ByteBuffer data = display.peek(Display.BIOS_DATA, 0x100);
    assertAll(
        () -> assertEquals(Integer.parseInt(mode, 16), data.get(0x49), "mode"),
        () -> assertEquals(columns, data.getShort(0x4a), "columns"),
        () -> assertEquals(Integer.parseInt(page, 16), data.getShort(0x4c), "page size"),
        () -> assertEquals(0, data.getShort(0x4e), "page start"),
        () -> assertEquals(0, data.getLong(0x50) | data.getLong(0x58), "cursors"),
        () -> assertEquals(Integer.parseInt(cursor, 16), data.getShort(0x60), "cursor shape"),
        () -> assertEquals(0, data.get(0x62), "page"),
        () -> assertEquals(Integer.parseInt(crtc, 16), data.getShort(0x63), "CRTC"),
        () -> assertEquals(rows, data.get(0x84), "rows"),
        () -> assertEquals(height, data.getShort(0x85), "lines of a character"),
        () -> assertEquals(0x60, data.get(0x87), "video control"),
        () -> assertEquals(0xf9, data.get(0x88) & 0xff, "switches"),
        () -> assertEquals(0x08, data.get(0x8a), "display combination"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0x04, 0x06, 0x0d, 0x12, 0x14, 0x55, 0x7f})
  void unknownModeChangesNothing(int mode) {
    display.int10(0x0e00 | 'X');
    byte[] before = display.peek(Display.BIOS_DATA, 0x100).array();

    assertEquals(mode, display.int10(mode).get(AX));
    assertEquals(0x5003, display.int10(0x0f00).get(AX));
    assertEquals('X', display.row(0).charAt(0));
    byte[] after = display.peek(Display.BIOS_DATA, 0x100).array();
    assertArrayEquals(
        Arrays.copyOfRange(before, 0x49, 0x67), Arrays.copyOfRange(after, 0x49, 0x67));
  }

  @Test
  void bit7KeepsTheMemory() {
    display.int10(0x0e00 | 'K');
    display.int10(0x0083);
    assertEquals('K', display.row(0).charAt(0));
    assertEquals(0x5083, display.int10(0x0f00).get(AX));

    display.int10(0x0003);
    assertEquals(' ', display.row(0).charAt(0));
    assertEquals(0x5003, display.int10(0x0f00).get(AX));
  }

  @Test
  void pixelsOfMode13() {
    display.int10(0x0013);
    display.int10(0x0caa, call -> call.register(CX, 319).register(DX, 199));

    assertEquals(0xaa, display.int10(0x0d00, c -> c.register(CX, 319).register(DX, 199)).get(AL));
    assertEquals(0x00, display.int10(0x0d55, c -> c.register(CX, 318).register(DX, 199)).get(AL));
    assertEquals(0xaa, display.peek(Display.GRAPHICS_MEMORY + 320 * 199 + 319, 1).get(0) & 0xff);

    byte[] before = display.peek(Display.GRAPHICS_MEMORY, 64000).array();
    display.int10(0x0c11, call -> call.register(CX, 320).register(DX, 0));
    display.int10(0x0c11, call -> call.register(CX, 0).register(DX, 200));
    assertArrayEquals(before, display.peek(Display.GRAPHICS_MEMORY, 64000).array());
  }

  /** What is typed in mode 13h is drawn in its colour, and AH=08h finds the character again. */
  @Test
  void charactersAreDrawnAndReadInMode13() {
    display.int10(0x0013);
    for (int character = '!'; character <= '~'; character++) {
      int drawn = character;
      display.cursor(0x0304);
      display.int10(0x0900 | drawn, call -> call.register(BX, 0x2c).register(CX, 1));
      assertEquals(drawn, display.int10(0x0800).get(AL));
    }
    ByteBuffer screen = display.peek(Display.GRAPHICS_MEMORY, 64000);
    Set<Integer> colours = new HashSet<>();
    for (int line = 0; line < 200; line++) {
      for (int column = 0; column < 320; column++) {
        int colour = screen.get() & 0xff;
        boolean inCell = line / 8 == 3 && column / 8 == 4;
        assertTrue(inCell || colour == 0, line + "," + column);
        colours.add(colour);
      }
    }
    assertEquals(Set.of(0, 0x2c), colours);
  }

  @Test
  void colourRegistersAreSetAndRead() {
    display.int10(0x1010, call -> call.register(BX, 5).register(CX, 0x1122).register(DX, 0x3300));
    CallResult one = display.int10(0x1015, call -> call.register(BX, 5));
    assertEquals(0x1122, one.get(CX));
    assertEquals(0x33, one.get(DX) >> 8);

    byte[] colours = {1, 2, 3, 4, 5, 6};
    display.int10(
        0x1012,
        call ->
            call.register(BX, 100)
                .register(CX, 2)
                .buffer(Display.buffer(ES, DX, colours.length, colours)));
    byte[] read =
        display
            .int10(
                0x1017,
                call ->
                    call.register(BX, 100)
                        .register(CX, 2)
                        .buffer(Display.buffer(ES, DX, colours.length)))
            .buffer("buffer");
    assertArrayEquals(colours, read);
  }

  @Test
  void paletteRegistersAreSetAndRead() {
    display.int10(0x1000, call -> call.register(BX, 0x3f02));
    display.int10(0x1001, call -> call.register(BX, 0x0500));
    assertEquals(0x3f02, display.int10(0x1007, call -> call.register(BX, 0x02)).get(BX));
    assertEquals(0x0500, display.int10(0x1008).get(BX));

    byte[] palette = new byte[17];
    for (int register = 0; register < palette.length; register++) {
      palette[register] = (byte) (register * 3);
    }
    display.int10(0x1002, call -> call.buffer(Display.buffer(ES, DX, 17, palette)));
    assertArrayEquals(
        palette,
        display.int10(0x1009, call -> call.buffer(Display.buffer(ES, DX, 17))).buffer("buffer"));
  }

  /** The first 16 colours of mode 3 are those of a CGA: dark yellow is brown. */
  @Test
  void coloursOfMode3() {
    List<String> expected =
        List.of(
            "000000", "00002A", "002A00", "002A2A", "2A0000", "2A002A", "2A1500", "2A2A2A",
            "151515", "15153F", "153F15", "153F3F", "3F1515", "3F153F", "3F3F15", "3F3F3F");
    for (int colour = 0; colour < 16; colour++) {
      int attribute = colour;
      long register = display.int10(0x1007, c -> c.register(BX, attribute)).get(Register.BH);
      CallResult dac = display.int10(0x1015, call -> call.register(BX, register));
      assertEquals(
          expected.get(colour),
          String.format("%02X%04X", dac.get(Register.DH), dac.get(CX)),
          "colour " + colour);
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 8, 256", "6, 16, 256"})
  void fontsAreTold(int font, int lines, int characters) {
    CallResult told = display.int10(0x1130, call -> call.register(BX, font << 8));
    assertEquals(16, told.get(CX), "lines of a character on the screen");
    assertEquals(24, told.get(Register.DL), "rows");

    long address = told.registers().pointer(ES, BP).linear();
    byte[] glyphs = display.peek(address, lines * characters).array();
    Set<String> shapes = new HashSet<>();
    for (int character = ' '; character <= '~'; character++) {
      byte[] glyph = Arrays.copyOfRange(glyphs, character * lines, (character + 1) * lines);
      assertTrue(shapes.add(Arrays.toString(glyph)), "shape of " + (char) character);
    }
    assertArrayEquals(new byte[lines], Arrays.copyOfRange(glyphs, ' ' * lines, '!' * lines));
  }

  @Test
  void fontThatIsNotCarriedLeavesTheRegisters() {
    CallResult told = display.int10(0x1130, call -> call.register(BX, 0x0200).register(CX, 0x1234));
    assertEquals(0x1234, told.get(CX));
  }

  @Test
  void displayIsIdentified() {
    assertEquals(0x0003, display.int10(0x1200, call -> call.register(BX, 0x10)).get(BX));
    CallResult combination = display.int10(0x1a00);
    assertEquals(0x1a, combination.get(AL));
    assertEquals(0x0008, combination.get(BX));
  }

  /** AH=1Ch brings back registers, palette and data area of another mode. */
  @Test
  void stateIsSavedAndRestored() {
    display.int10(0x1010, call -> call.register(BX, 7).register(CX, 0x1234).register(DX, 0x2100));
    display.cursor(0x0304);
    long blocks = display.int10(0x1c00, call -> call.register(CX, 7)).get(BX);
    int size = (int) blocks * 64;
    byte[] state = save(size);

    display.int10(0x0013);
    assertNotEquals(Arrays.toString(state), Arrays.toString(save(size)));
    display.int10(0x1c02, call -> call.register(CX, 7).buffer(Display.buffer(ES, BX, size, state)));

    assertArrayEquals(state, save(size));
    assertEquals(0x5003, display.int10(0x0f00).get(AX));
    assertEquals(0x0304, display.cursor());
  }

  private byte[] save(int size) {
    return display
        .int10(0x1c01, call -> call.register(CX, 7).buffer(Display.buffer(ES, BX, size)))
        .buffer("buffer");
  }
}
