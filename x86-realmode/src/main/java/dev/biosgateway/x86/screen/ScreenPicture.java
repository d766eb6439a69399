package dev.biosgateway.x86.screen;

import java.util.Arrays;

/**
 * A picture as the monitor shows it, one pixel for each dot of each scan line: nine dots a text
 * cell where the adapter makes nine, lines and dots doubled where it doubles them. Immutable.
 */
public final class ScreenPicture {
  private final int width;
  private final int height;
  private final int[] argb;

  /**
   * @param argb rows from the top, pixels from the left, 0xAARRGGBB with an alpha of FFh; not
   *     copied
   * @throws IllegalArgumentException when there are not width times height of them
   */
  public ScreenPicture(int width, int height, int[] argb) {
    if (width < 1 || height < 1 || argb.length != width * height) {
      throw new IllegalArgumentException(
          "picture: expected %d x %d pixels, found %d".formatted(width, height, argb.length));
    }
    this.width = width;
    this.height = height;
    this.argb = argb;
  }

  /** A picture of one colour, 0xRRGGBB. */
  public static ScreenPicture blank(int width, int height, int rgb) {
    int[] argb = new int[width * height];
    Arrays.fill(argb, 0xff000000 | rgb);
    return new ScreenPicture(width, height, argb);
  }

  /** Dots a line. */
  public int width() {
    return width;
  }

  /** Scan lines. */
  public int height() {
    return height;
  }

  /** A pixel, 0xAARRGGBB, counted from the upper left corner. */
  public int argb(int x, int y) {
    if (x < 0 || x >= width) {
      throw new IndexOutOfBoundsException("x: expected 0..%d, found %d".formatted(width - 1, x));
    }
    return argb[y * width + x];
  }

  /** A copy of all pixels, row by row, 0xAARRGGBB. */
  public int[] pixels() {
    return argb.clone();
  }

  /** The picture as a PNG file; the same picture gives the same bytes. */
  public byte[] png() {
    return new PngEncoder(width, height, argb).encode();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof ScreenPicture p && p.width == width && Arrays.equals(p.argb, argb);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(argb);
  }

  @Override
  public String toString() {
    return width + " x " + height;
  }
}
