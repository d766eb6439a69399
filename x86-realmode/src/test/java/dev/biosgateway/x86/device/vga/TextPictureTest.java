package dev.biosgateway.x86.device.vga;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What registers make of text: cells, fonts, cursor, underline, blinking, panning, split screen.
 */
class TextPictureTest {
  private final PictureBench b = PictureBench.text();

  @Test
  void aCellHasNineDotsOfItsTwoColours() {
    b.glyph(0, 'A', 0, 0b10010111);
    b.cell(0, 'A', 0x1e);
    assertEquals(4 * 9, b.picture().width());
    assertEquals(32, b.picture().height());
    assertEquals("e11e1eee1", b.dots(0, 0, 9));
    assertEquals("111111111", b.dots(1, 0, 9));
  }

  @Test
  void theNinthDotOfLineGraphicsRepeatsTheEighth() {
    b.font(0xc4, 0xff);
    b.font(0xdf, 0xff);
    b.font(0xe0, 0xff);
    b.font(0xbf, 0xff);
    b.cell(0, 0xc4, 0x07);
    b.cell(1, 0xdf, 0x07);
    b.cell(2, 0xe0, 0x07);
    b.cell(3, 0xbf, 0x07);
    assertEquals("777777777777777777777777770777777770", b.dots(3, 0, 36));
    b.attribute(0x10, 0x00);
    assertEquals("777777770777777770777777770777777770", b.dots(3, 0, 36));
  }

  @Test
  void eightDotClockingHasNoNinth() {
    b.sequencer(1, 0x01);
    b.font('A', 0x81);
    b.cell(0, 'A', 0x07);
    b.cell(1, 'A', 0x07);
    assertEquals(4 * 8, b.picture().width());
    assertEquals("7000000770000007", b.dots(0, 0, 16));
  }

  @Test
  void halfTheDotClockDoublesDots() {
    b.sequencer(1, 0x09);
    b.font('A', 0xa0);
    b.cell(0, 'A', 0x07);
    assertEquals(4 * 16, b.picture().width());
    assertEquals("7700770000000000", b.dots(0, 0, 16));
  }

  @Test
  void bit7IsIntensityOrBlinks() {
    b.font('A', 0xf0);
    b.cell(0, 'A', 0x9c);
    assertEquals("cccc99999", b.dots(0, 0, 9));
    b.attribute(0x10, 0x0c);
    assertEquals("cccc11111", b.dots(0, 0, 9));
    b.bench.runTo(16 * PictureBench.FRAME + 1000);
    assertEquals("111111111", b.dots(0, 0, 9), "dark for sixteen frames");
    b.bench.runTo(32 * PictureBench.FRAME + 1000);
    assertEquals("cccc11111", b.dots(0, 0, 9));
  }

  @ParameterizedTest
  @CsvSource({
    "0x00, 0x0000, 0x0000",
    "0x01, 0x4000, 0x0000",
    "0x02, 0x8000, 0x0000",
    "0x03, 0xc000, 0x0000",
    "0x10, 0x2000, 0x0000",
    "0x13, 0xe000, 0x0000",
    "0x04, 0x0000, 0x4000",
    "0x08, 0x0000, 0x8000",
    "0x20, 0x0000, 0x2000",
    "0x2c, 0x0000, 0xe000",
    "0x36, 0xa000, 0x6000"
  })
  void bit3ChoosesBetweenTwoOfEightFonts(String select, String without, String with) {
    b.sequencer(3, Integer.decode(select));
    b.glyph(Integer.decode(without), 'A', 0, 0xaa);
    b.glyph(Integer.decode(with), 'B', 0, 0xcc);
    b.cell(0, 'A', 0x07);
    b.cell(1, 'B', 0x0f);
    assertEquals("707070700ff00ff000", b.dots(0, 0, 18));
  }

  @ParameterizedTest
  @CsvSource({
    "0x0d, 0x0e, 0000000000000770",
    "0x00, 0x0f, 7777777777777777",
    "0x05, 0x05, 0000070000000000",
    "0x2d, 0x0e, 0000000000000000",
    "0x0e, 0x0d, 0000000000000000"
  })
  void cursorGoesFromItsStartToItsEnd(String start, String end, String column) {
    b.cell(1, ' ', 0x07);
    b.crtc(0x0a, Integer.decode(start));
    b.crtc(0x0b, Integer.decode(end));
    b.crtc(0x0f, 1);
    assertEquals(column, b.column(9, 0, 16));
    assertEquals(column, b.column(17, 0, 16), "through all nine dots");
    assertEquals("0000000000000000", b.column(8, 0, 16));
    assertEquals("0000000000000000", b.column(9, 16, 16));
  }

  @Test
  void cursorBlinksEveryEightFramesAndIsSkewed() {
    b.cell(1, ' ', 0x07);
    b.cell(3, ' ', 0x07);
    b.crtc(0x0a, 0x00);
    b.crtc(0x0b, 0x0f);
    b.crtc(0x0f, 1);
    assertEquals("7", b.dots(0, 9, 1));
    b.bench.runTo(8 * PictureBench.FRAME + 1000);
    assertEquals("0", b.dots(0, 9, 1));
    b.bench.runTo(16 * PictureBench.FRAME + 1000);
    assertEquals("7", b.dots(0, 9, 1));
    b.crtc(0x0b, 0x4f);
    assertEquals("0", b.dots(0, 9, 1));
    assertEquals("7", b.dots(0, 27, 1), "two characters later");
  }

  @Test
  void underlineIsTheAttributesOfAMonochromeAdapter() {
    b.crtc(0x14, 0x0c);
    b.cell(0, ' ', 0x01);
    b.cell(1, ' ', 0x09);
    b.cell(2, ' ', 0x07);
    b.cell(3, ' ', 0x11);
    assertEquals("111111111999999999000000000111111111", b.dots(12, 0, 36));
    assertEquals("000000000000000000000000000111111111", b.dots(11, 0, 36));
  }

  @Test
  void presetRowScanStartsWithinTheFirstRow() {
    for (int row = 0; row < 16; row++) {
      b.glyph(0, 'A', row, row == 5 || row == 0 ? 0x80 : 0);
    }
    b.cell(0, 'A', 0x07);
    b.cell(4, 'A', 0x07);
    b.crtc(0x08, 0x05);
    assertEquals("70000000000700007000000000000000", b.column(0, 0, 32));
  }

  @Test
  void panningMovesToTheLeft() {
    b.font('A', 0x80);
    b.cell(1, 'A', 0x07);
    b.cell(4, 'A', 0x02);
    String unpanned = "000000000700000000000000000000000000";
    assertEquals(unpanned, b.dots(0, 0, 36));
    b.attribute(0x13, 0x00);
    assertEquals("000000007000000000000000000000000002", b.dots(0, 0, 36), "one dot");
    b.attribute(0x13, 0x07);
    assertEquals("070000000000000000000000000020000000", b.dots(0, 0, 36), "eight dots");
    b.attribute(0x13, 0x08);
    b.crtc(0x08, 0x20);
    assertEquals("700000000000000000000000000200000000", b.dots(0, 0, 36), "a character");
  }

  @Test
  void lineCompareSplitsTheScreen() {
    b.font('A', 0x80);
    b.font('B', 0x40);
    b.cell(0, 'B', 0x02);
    b.cell(100, 'A', 0x07);
    b.crtc(0x0d, 100);
    b.lineCompare(19);
    assertEquals("7777777777777777", b.column(0, 0, 16));
    assertEquals("0000222222222222", b.column(1, 16, 16));
    b.attribute(0x13, 0x00);
    assertEquals("2", b.dots(20, 0, 1), "the lower part is panned as the upper");
    b.crtc(0x08, 0x20);
    assertEquals("0", b.dots(20, 0, 1), "by bytes too");
    b.attribute(0x10, 0x24);
    assertEquals("2", b.dots(20, 0, 1), "unless a line compare ends it");
  }

  @Test
  void everyLineTwice() {
    for (int row = 0; row < 8; row++) {
      b.glyph(0, 'A', row, row % 2 == 0 ? 0x80 : 0);
    }
    b.cell(0, 'A', 0x07);
    b.cell(4, 'A', 0x05);
    b.crtc(0x09, 0xc7);
    assertEquals("77007700770077005500550055005500", b.column(0, 0, 32));
    b.crtc(0x09, 0x47);
    b.crtc(0x17, 0xa7);
    assertEquals(64, b.picture().height(), "half the line clock: twice the lines");
    assertEquals("70707070505050500000", b.column(0, 0, 20));
  }

  @Test
  void textIsReadAlongTheSameWay() {
    String words = "abcdefghijklmnop";
    for (int i = 0; i < words.length(); i++) {
      b.cell(i, words.charAt(i), 0x10 + i);
    }
    assertEquals("abcd\nefgh", b.screen().toString());
    assertEquals(0x15, b.screen().attribute(1, 1));
    b.crtc(0x0d, 4);
    b.crtc(0x0a, 0);
    b.crtc(0x0f, 9);
    assertEquals("efgh\nijkl", b.screen().toString());
    assertEquals(1, b.screen().cursorRow());
    assertEquals(1, b.screen().cursorColumn());
    b.lineCompare(15);
    assertEquals("efgh\nabcd", b.screen().toString(), "split");
    assertEquals(-1, b.screen().cursorRow());
    b.lineCompare(0x3ff);
    b.crtc(0x08, 0x03);
    assertEquals("efgh\nijkl", b.screen().toString(), "of the third row only the upper part shows");
  }
}
