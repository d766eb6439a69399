package dev.biosgateway.x86.device.vga;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.screen.ScreenPicture;

/**
 * A picture of a Bochs display mode: lines of packed pixels, or of four planes with four bits a
 * pixel, from the offsets in display memory on.
 */
final class DispiRaster {
  private static final int OPAQUE = 0xff000000;

  private final DisplayMemory memory;
  private final DispiRegisters dispi;
  private final ColorPath colors;
  private final int width;
  private final int height;
  private final int stride;
  private final int[] argb;

  /**
   * @param colors null for an adapter without a palette: modes that want one stay dark
   */
  DispiRaster(DisplayMemory memory, DispiRegisters dispi, ColorPath colors) {
    this.memory = memory;
    this.dispi = dispi;
    this.colors = colors;
    width = dispi.get(DispiRegisters.XRES);
    height = dispi.get(DispiRegisters.YRES);
    stride = dispi.bytesPerLine();
    argb = new int[width * height];
  }

  ScreenPicture picture() {
    int bits = dispi.get(DispiRegisters.BPP);
    int left = dispi.get(DispiRegisters.X_OFFSET);
    if (bits <= 8 && colors == null) {
      return ScreenPicture.blank(width, height, 0);
    }
    for (int y = 0; y < height; y++) {
      int line = (dispi.get(DispiRegisters.Y_OFFSET) + y) * stride;
      int out = y * width;
      switch (bits) {
        case 4 -> planarLine(line, left, out);
        case 8 -> paletteLine(line + left, out);
        case 15 -> line15(line + 2 * left, out);
        case 16 -> line16(line + 2 * left, out);
        case 24 -> line24(line + 3 * left, out);
        case 32 -> line32(line + 4 * left, out);
        default -> throw new AssertionError("bits a pixel: " + bits);
      }
    }
    return new ScreenPicture(width, height, argb);
  }

  private void planarLine(int line, int left, int out) {
    for (int x = 0; x < width; x++) {
      int pixel = left + x;
      int bits = memory.planes(line + (pixel >>> 3)) >>> 7 - (pixel & 7);
      int color = bits & 1 | bits >>> 7 & 2 | bits >>> 14 & 4 | bits >>> 21 & 8;
      argb[out + x] = colors.ofFour(color);
    }
  }

  private void paletteLine(int from, int out) {
    for (int x = 0; x < width; x++) {
      argb[out + x] = colors.ofEight(memory.read(from + x, 1));
    }
  }

  private void line15(int from, int out) {
    for (int x = 0; x < width; x++) {
      int v = memory.read(from + 2 * x, 2);
      argb[out + x] = OPAQUE | five(v >>> 10 & 31) << 16 | five(v >>> 5 & 31) << 8 | five(v & 31);
    }
  }

  private void line16(int from, int out) {
    for (int x = 0; x < width; x++) {
      int v = memory.read(from + 2 * x, 2);
      int green = v >>> 5 & 63;
      argb[out + x] =
          OPAQUE | five(v >>> 11) << 16 | (green << 2 | green >>> 4) << 8 | five(v & 31);
    }
  }

  /** Five bits as eight, the brightest as the brightest. */
  private static int five(int bits) {
    return bits << 3 | bits >>> 2;
  }

  private void line24(int from, int out) {
    for (int x = 0; x < width; x++) {
      int at = from + 3 * x;
      argb[out + x] = OPAQUE | memory.read(at, 2) | memory.read(at + 2, 1) << 16;
    }
  }

  private void line32(int from, int out) {
    for (int x = 0; x < width; x++) {
      argb[out + x] = OPAQUE | (int) PhysicalBus.INT.get(memory.bytes(), from + 4 * x);
    }
  }
}
