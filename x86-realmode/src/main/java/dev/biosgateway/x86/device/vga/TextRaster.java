package dev.biosgateway.x86.device.vga;

import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_CURSOR_END;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_CURSOR_HIGH;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_CURSOR_LOW;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_CURSOR_START;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.SEQ_CHARACTER_MAP;

/**
 * Dots of text: the code in plane 0 chooses a row of a font in plane 2, the attribute in plane 1
 * its colours and which of two fonts; the cursor and the underline lie above it.
 */
final class TextRaster {
  private static final int CURSOR_OFF = 0x20;
  private static final int BYTES_PER_CHARACTER = 32;
  private static final int UNDERLINED = 0x01;
  private static final int COLOR_BITS_OF_UNDERLINED = 0x77;

  private final DisplayMemory memory;
  private final ColorPath colors;
  private final BlinkPhase blink;
  private final int dots;

  /** Where the fonts begin in plane 2: of characters without and with bit 3 of the attribute. */
  private final int[] fonts = new int[2];

  private final int cursor;
  private final int cursorSkew;
  private final int cursorStart;
  private final int cursorEnd;
  private final boolean cursorShown;

  /**
   * @param dots dots a character, 8 or 9
   */
  TextRaster(
      DisplayMemory memory,
      IndexedRegisters sequencer,
      IndexedRegisters crtc,
      ColorPath colors,
      BlinkPhase blink,
      int dots) {
    this.memory = memory;
    this.colors = colors;
    this.blink = blink;
    this.dots = dots;
    int map = sequencer.get(SEQ_CHARACTER_MAP);
    fonts[0] = fontAddress(map & 3 | map >>> 2 & 4);
    fonts[1] = fontAddress(map >>> 2 & 3 | map >>> 3 & 4);
    int start = crtc.get(CRTC_CURSOR_START);
    int end = crtc.get(CRTC_CURSOR_END);
    cursor = crtc.get(CRTC_CURSOR_HIGH) << 8 | crtc.get(CRTC_CURSOR_LOW);
    cursorStart = start & 0x1f;
    cursorEnd = end & 0x1f;
    cursorSkew = end >>> 5 & 3;
    cursorShown = (start & CURSOR_OFF) == 0 && blink.cursorIsLit();
  }

  /** "Character Map Select Register": maps 0 to 3 every 16 KB, 4 to 7 half-way between. */
  private static int fontAddress(int map) {
    return (map & 3) << 14 | (map & 4) << 11;
  }

  /** Puts the dots of one more character than the line shows, for panning, as ARGB. */
  void line(CrtcScan scan, int[] into) {
    boolean cursorLine =
        cursorShown && scan.rowScan() >= cursorStart && scan.rowScan() <= cursorEnd;
    for (int c = 0; c <= scan.characters(); c++) {
      int planes = memory.planes(scan.planeOffset(scan.counter(c)));
      int code = planes & 0xff;
      int attribute = planes >>> 8 & 0xff;
      int foreground = attribute & 0x0f;
      int background = attribute >>> 4;
      int at = fonts[attribute >>> 3 & 1] + code * BYTES_PER_CHARACTER + scan.rowScan();
      int row = memory.planes(at) >>> 16 & 0xff;
      // Cursor and underline go through all dots of the cell, the ninth included.
      boolean solid = scan.isUnderline() && (attribute & COLOR_BITS_OF_UNDERLINED) == UNDERLINED;
      if (colors.blinks()) {
        background &= 7;
        if ((attribute & 0x80) != 0 && !blink.characterIsLit()) {
          row = 0;
          solid = false;
        }
      }
      solid |= cursorLine && c >= cursorSkew && scan.counter(c - cursorSkew) == cursor;
      if (solid) {
        row = 0xff;
      }
      boolean joined = solid || colors.joinsLineGraphics() && (code & 0xe0) == 0xc0;
      character(row, joined, foreground, background, into, c * dots);
    }
  }

  private void character(
      int row, boolean joined, int foreground, int background, int[] into, int at) {
    int lit = colors.ofFour(foreground);
    int dark = colors.ofFour(background);
    for (int i = 0; i < 8; i++) {
      into[at + i] = (row & 0x80 >>> i) != 0 ? lit : dark;
    }
    if (dots == 9) {
      into[at + 8] = joined && (row & 1) != 0 ? lit : dark;
    }
  }
}
