package dev.biosgateway.x86.screen;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes a picture as PNG (W3C Recommendation, third edition): with a palette where 256 colours are
 * enough, else in true colour. Needs no desktop classes, so no headless machine minds, and a
 * process that takes one screenshot does not wait for them.
 */
final class PngEncoder {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int TRUE_COLOR = 2;
  private static final int INDEXED_COLOR = 3;
  private static final int BITS = 8;
  private static final int COLORS = 256;

  /** Filter types: a line as it is, and a line as its difference to the one above. */
  private static final int FILTER_NONE = 0;

  private static final int FILTER_UP = 2;

  private final int width;
  private final int height;
  private final int[] argb;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  PngEncoder(int width, int height, int[] argb) {
    this.width = width;
    this.height = height;
    this.argb = argb;
  }

  byte[] encode() {
    int[] palette = palette();
    out.writeBytes(SIGNATURE);
    chunk("IHDR", header(palette == null ? TRUE_COLOR : INDEXED_COLOR));
    if (palette == null) {
      chunk("IDAT", deflated(trueColorLines()));
    } else {
      byte[] colors = new byte[palette.length * 3];
      for (int i = 0; i < palette.length; i++) {
        rgb(palette[i], colors, 3 * i);
      }
      chunk("PLTE", colors);
      chunk("IDAT", deflated(indexedLines(palette)));
    }
    chunk("IEND", new byte[0]);
    return out.toByteArray();
  }

  /** The colours of the picture in ascending order, null when there are too many. */
  private int[] palette() {
    int[] colors = new int[COLORS];
    int count = 0;
    int last = ~argb[0];
    for (int color : argb) {
      if (color != last) {
        last = color;
        int at = Arrays.binarySearch(colors, 0, count, color);
        if (at < 0) {
          if (count == COLORS) {
            return null;
          }
          System.arraycopy(colors, ~at, colors, ~at + 1, count - ~at);
          colors[~at] = color;
          count++;
        }
      }
    }
    return Arrays.copyOf(colors, count);
  }

  private byte[] header(int colorType) {
    byte[] h = new byte[13];
    bigEndian(width, h, 0);
    bigEndian(height, h, 4);
    h[8] = BITS;
    h[9] = (byte) colorType;
    return h; // deflate, adaptive filtering, not interlaced: all 0
  }

  private byte[] indexedLines(int[] palette) {
    byte[] lines = new byte[height * (width + 1)];
    int at = 0;
    for (int y = 0; y < height; y++) {
      lines[at++] = FILTER_NONE;
      for (int x = 0; x < width; x++) {
        lines[at++] = (byte) Arrays.binarySearch(palette, argb[y * width + x]);
      }
    }
    return lines;
  }

  private byte[] trueColorLines() {
    int stride = width * 3;
    byte[] lines = new byte[height * (stride + 1)];
    byte[] above = new byte[stride];
    byte[] line = new byte[stride];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        rgb(argb[y * width + x], line, 3 * x);
      }
      lines[at++] = FILTER_UP;
      for (int i = 0; i < stride; i++) {
        lines[at++] = (byte) (line[i] - above[i]);
      }
      byte[] next = above;
      above = line;
      line = next;
    }
    return lines;
  }

  private static byte[] deflated(byte[] lines) {
    Deflater deflater = new Deflater();
    try {
      deflater.setInput(lines);
      deflater.finish();
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      byte[] piece = new byte[8192];
      while (!deflater.finished()) {
        packed.write(piece, 0, deflater.deflate(piece));
      }
      return packed.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private void chunk(String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    byte[] number = new byte[4];
    bigEndian(data.length, number, 0);
    out.writeBytes(number);
    out.writeBytes(name);
    out.writeBytes(data);
    bigEndian((int) crc.getValue(), number, 0);
    out.writeBytes(number);
  }

  private static void rgb(int color, byte[] into, int at) {
    into[at] = (byte) (color >>> 16);
    into[at + 1] = (byte) (color >>> 8);
    into[at + 2] = (byte) color;
  }

  private static void bigEndian(int value, byte[] into, int at) {
    for (int i = 0; i < 4; i++) {
      into[at + i] = (byte) (value >>> 8 * (3 - i));
    }
  }
}
