package dev.biosgateway.x86.device.vga;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.screen.ScreenPicture;
import dev.biosgateway.x86.screen.TextScreen;

/**
 * A VGA set up by its registers alone, small enough that a test can say what every dot is: 4
 * characters a line, 32 scan lines, colours that name themselves.
 */
final class PictureBench {
  static final int CHARACTERS = 4;
  static final int LINES = 32;

  /** Frame of the timing below: 40 characters of 9 dots, 100 lines, at 25.175 MHz. */
  static final long FRAME = 100L * 9 * 45 * 1_000_000 / 25_175;

  final DeviceBench bench = new DeviceBench();
  final IsaVga vga = bench.plug(new IsaVga());

  PictureBench() {
    bench.out(0x3c2, 0x63);
    sequencer(0, 3);
    sequencer(4, 0x06);
    crtc(0x00, 40);
    crtc(0x01, CHARACTERS - 1);
    crtc(0x06, 98);
    crtc(0x10, 90);
    crtc(0x11, 0x02);
    crtc(0x12, LINES - 1);
    crtc(0x13, CHARACTERS / 2);
    lineCompare(0x3ff);
    for (int i = 0; i < 16; i++) {
      attribute(i, i);
    }
    attribute(0x12, 0x0f);
    bench.out(0x3c8, 0);
    for (int i = 0; i < 256; i++) {
      bench.out(0x3c9, i & 63);
      bench.out(0x3c9, i >>> 6);
      bench.out(0x3c9, 0);
    }
  }

  /** Text: nine dots, 16 lines a row, two rows. Word addressing, cursor off, font at 0. */
  static PictureBench text() {
    PictureBench b = new PictureBench();
    b.sequencer(1, 0x00);
    b.graphics(5, 0x10);
    b.graphics(6, 0x0e);
    b.crtc(0x09, 0x4f);
    b.crtc(0x0a, 0x20);
    b.crtc(0x14, 0x1f);
    b.crtc(0x17, 0xa3);
    b.attribute(0x10, 0x04);
    b.attribute(0x13, 0x08);
    return b;
  }

  /** Sixteen colours: eight dots, a line a row, byte addressing. */
  static PictureBench graphics() {
    PictureBench b = new PictureBench();
    b.sequencer(1, 0x01);
    b.graphics(6, 0x05);
    b.crtc(0x09, 0x40);
    b.crtc(0x17, 0xe3);
    b.attribute(0x10, 0x01);
    return b;
  }

  void sequencer(int index, int value) {
    bench.ports.out(0x3c4, 2, value << 8 | index);
  }

  void graphics(int index, int value) {
    bench.ports.out(0x3ce, 2, value << 8 | index);
  }

  void crtc(int index, int value) {
    bench.ports.out(0x3d4, 2, value << 8 | index);
  }

  /** All ten bits; bit 9 shares a register with the maximum scan line, whose row height stays. */
  void lineCompare(int line) {
    crtc(0x18, line & 0xff);
    crtc(0x07, line >>> 4 & 0x10);
    bench.out(0x3d4, 9);
    bench.out(0x3d5, bench.in(0x3d5) & ~0x40 | line >>> 3 & 0x40);
  }

  void attribute(int index, int value) {
    bench.in(0x3da);
    bench.out(0x3c0, index);
    bench.out(0x3c0, value);
    bench.out(0x3c0, 0x20);
  }

  void dispi(int index, int value) {
    bench.ports.out(0x1ce, 2, index);
    bench.ports.out(0x1cf, 2, value);
  }

  /** The byte of a plane. */
  void plane(int plane, int offset, int value) {
    vga.memory().bytes[4 * offset + plane] = (byte) value;
  }

  /** A character in a text mode with word addressing. */
  void cell(int at, int code, int attribute) {
    plane(0, 2 * at, code);
    plane(1, 2 * at, attribute);
  }

  /** A row of a character in the font that begins at an address of plane 2. */
  void glyph(int font, int code, int row, int dots) {
    plane(2, font + 32 * code + row, dots);
  }

  void font(int code, int dots) {
    for (int row = 0; row < 32; row++) {
      glyph(0, code, row, dots);
    }
  }

  ScreenPicture picture() {
    return vga.picture();
  }

  TextScreen screen() {
    return vga.text().orElseThrow();
  }

  /** A colour of the DAC as this bench fills it. */
  static int color(int index) {
    int red = index & 63;
    int green = index >>> 6;
    return 0xff000000 | (red << 2 | red >>> 4) << 16 | green << 10;
  }

  /** Dots of a line as hexadecimal digits of their colours, 0 to 15; a point for any other. */
  String dots(int line, int from, int count) {
    ScreenPicture picture = picture();
    StringBuilder out = new StringBuilder();
    for (int x = from; x < from + count; x++) {
      out.append(digit(picture.argb(x, line)));
    }
    return out.toString();
  }

  /** Dots of a column, likewise. */
  String column(int x, int from, int count) {
    ScreenPicture picture = picture();
    StringBuilder out = new StringBuilder();
    for (int y = from; y < from + count; y++) {
      out.append(digit(picture.argb(x, y)));
    }
    return out.toString();
  }

  private static char digit(int argb) {
    for (int i = 0; i < 16; i++) {
      if (argb == color(i)) {
        return Character.forDigit(i, 16);
      }
    }
    return '.';
  }
}
