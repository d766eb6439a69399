package dev.biosgateway.plugins.vga;

import static dev.biosgateway.api.Register.AX;
import static dev.biosgateway.api.Register.BP;
import static dev.biosgateway.api.Register.BX;
import static dev.biosgateway.api.Register.CX;
import static dev.biosgateway.api.Register.DX;
import static dev.biosgateway.api.Register.ES;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.testkit.bare.BareGateway;
import dev.biosgateway.testkit.bare.BareMachine;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** INT 10h in text modes: teletype, cursor, cells, scrolling, strings, pages. */
@BareMachine
class TextServicesTest {
  private static final String BLANKS = " ".repeat(80);

  private Display display;

  @BeforeEach
  void mapRom(BareGateway gateway) {
    display = new Display(gateway);
  }

  private void type(String text) {
    text.chars().forEach(character -> display.int10(0x0e00 | character));
  }

  @Test
  void teletypeWritesAndMovesTheCursor() {
    type("Hi!\r\n x\b\by");

    assertEquals("Hi!", display.row(0).strip());
    assertEquals("yx", display.row(1).substring(0, 2));
    assertEquals(0x0101, display.cursor());
  }

  @Test
  void teletypeWrapsAndScrolls() {
    display.cursor(0x184e);
    type("abc");

    assertEquals(BLANKS.substring(2) + "ab", display.row(23));
    assertEquals("c" + BLANKS.substring(1), display.row(24));
    assertEquals(0x1801, display.cursor());
  }

  @Test
  void lineFeedInTheLastRowKeepsColumnAndAttribute() {
    display.int10(0x0600, call -> call.register(BX, 0x4e00).register(DX, 0x184f));
    display.cursor(0x1805);
    type("\n");

    assertEquals(0x1805, display.cursor());
    assertEquals(0x4e, display.attribute(24, 0));
  }

  @Test
  void bellLeavesTheScreenAlone() {
    display.cursor(0x0203);
    type("\007");

    assertEquals(0x0203, display.cursor());
    assertEquals(BLANKS, display.row(2));
  }

  @Test
  void cellsAreWrittenAndRead() {
    display.cursor(0x0a14);
    display.int10(0x0941, call -> call.register(BX, 0x001e).register(CX, 5));
    display.int10(0x0a42, call -> call.register(BX, 0x0077).register(CX, 2));

    assertEquals("BBAAA", display.row(10).strip());
    assertEquals(0x1e, display.attribute(10, 20), "AH=0Ah keeps the attribute");
    assertEquals(0x1e42, display.int10(0x0800).get(AX));
    assertEquals(0x0a14, display.cursor(), "the cursor stays");
  }

  @ParameterizedTest
  @CsvSource({
    // call, window from, to, then the letters of column 3 in rows 0-5 and of column 0
    "0601, 0103, 0404, ACDE F, ABCDEF",
    "0602, 0103, 0404, ADE  F, ABCDEF",
    "0701, 0103, 0404, A BCDF, ABCDEF",
    "0600, 0103, 0404, A    F, ABCDEF",
    "0609, 0103, 0404, A    F, ABCDEF",
    "0601, 0403, 0104, ABCDEF, ABCDEF",
  })
  void windowScrolls(String call, String from, String to, String inside, String outside) {
    for (int row = 0; row < 6; row++) {
      int letter = 'A' + row;
      display.cursor(row << 8);
      display.int10(0x0900 | letter, c -> c.register(BX, 0x07).register(CX, 10));
    }
    display.int10(
        Integer.parseInt(call, 16),
        c ->
            c.register(BX, 0x1700)
                .register(CX, Integer.parseInt(from, 16))
                .register(DX, Integer.parseInt(to, 16)));

    StringBuilder in = new StringBuilder();
    StringBuilder out = new StringBuilder();
    for (int row = 0; row < 6; row++) {
      in.append(display.row(row).charAt(3));
      out.append(display.row(row).charAt(0));
      int attribute = in.charAt(row) == ' ' ? 0x17 : 0x07;
      assertEquals(attribute, display.attribute(row, 3), "attribute in row " + row);
    }
    assertEquals(inside, in.toString());
    assertEquals(outside, out.toString());
  }

  @ParameterizedTest
  @CsvSource({"0, 0102", "1, 0303"})
  void stringIsWritten(int update, String cursor) {
    byte[] text = "one\r\ntwo\007".getBytes(StandardCharsets.US_ASCII);
    display.cursor(0x0102);
    display.int10(
        0x1300 | update,
        call ->
            call.register(BX, 0x002f)
                .register(CX, text.length)
                .register(DX, 0x0204)
                .buffer(Display.buffer(ES, BP, text.length, text)));

    assertEquals("    one", display.row(2).stripTrailing());
    assertEquals("two", display.row(3).strip());
    assertEquals(0x2f, display.attribute(3, 2));
    assertEquals(0x07, display.attribute(3, 3));
    assertEquals(Integer.parseInt(cursor, 16), display.cursor());
  }

  @Test
  void stringMayCarryAttributes() {
    byte[] cells = {'x', 0x1e, '\r', 0, '\n', 0, 'y', 0x2f};
    display.int10(
        0x1303,
        call ->
            call.register(CX, cells.length / 2)
                .register(DX, 0x0500)
                .buffer(Display.buffer(ES, BP, cells.length, cells)));

    assertEquals('x', display.row(5).charAt(0));
    assertEquals(0x1e, display.attribute(5, 0));
    assertEquals('y', display.row(6).charAt(0));
    assertEquals(0x2f, display.attribute(6, 0));
    assertEquals(0x0601, display.cursor());
  }

  @Test
  void pagesHaveTheirOwnCursorAndMemory() {
    display.int10(0x0200, call -> call.register(BX, 0x0300).register(DX, 0x0102));
    display.int10(0x0e00 | 'P', call -> call.register(BX, 0x0300));

    assertEquals('P', display.peek(Display.TEXT_MEMORY + 0x3000 + 160 + 4, 1).get(0));
    assertEquals(0x0000, display.cursor(), "page 0");
    assertEquals(0x0103, display.int10(0x0300, call -> call.register(BX, 0x0300)).get(DX));

    display.int10(0x0503);
    assertEquals(0x0300, display.int10(0x0f00).get(BX) & 0xff00, "page shown");
    assertEquals(0x3000, display.peek(Display.BIOS_DATA + 0x4e, 2).getShort(0), "its offset");
  }

  /** Two lines stay two lines; others are stretched from eighths to the cell. */
  @ParameterizedTest
  @CsvSource({"0607, 0D0E", "0007, 000F", "0407, 080F", "0707, 0E0F", "2000, 2000", "0D0E, 0D0E"})
  void cursorShapeIsStretched(String shape, String lines) {
    display.int10(0x0100, call -> call.register(CX, Integer.parseInt(shape, 16)));

    assertEquals(Integer.parseInt(shape, 16), display.int10(0x0300).get(CX));
    byte[] saved =
        display
            .int10(0x1c01, call -> call.register(CX, 1).buffer(Display.buffer(ES, BX, 128)))
            .buffer("buffer");
    // miscellaneous, then index and registers of the sequencer, then those of the CRTC
    int crtc = 1 + 1 + 5 + 1;
    String found = String.format("%02X%02X", saved[crtc + 0x0a], saved[crtc + 0x0b]);
    assertEquals(lines, found, "CRTC registers 0Ah and 0Bh");
  }
}
