package dev.biosgateway.x86.device.vga;

import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.GC_MODE;

/**
 * Dots of graphics: the shift registers of the graphics controller in their three formats
 * ("Graphics Mode Register", bits 5 and 6) put out four bits a dot, of which the attribute
 * controller takes one or two at a time.
 */
final class GraphicsRaster {
  private static final int SHIFT_INTERLEAVED = 0x20;
  private static final int SHIFT_256_COLORS = 0x40;
  private static final int DOTS = 8;

  private final DisplayMemory memory;
  private final ColorPath colors;
  private final int graphicsMode;
  private final boolean otherPhase;
  private final int dots;
  private final int[] shifted = new int[DOTS];

  /**
   * @param dots dots a character, 8 or 9: the shift registers are empty at a ninth
   */
  GraphicsRaster(
      DisplayMemory memory,
      IndexedRegisters graphics,
      ColorPath colors,
      BlinkPhase blink,
      int dots) {
    this.memory = memory;
    this.colors = colors;
    this.dots = dots;
    graphicsMode = graphics.get(GC_MODE);
    otherPhase = !blink.characterIsLit();
  }

  /** Puts the dots of one more character than the line shows, for panning, as ARGB. */
  void line(CrtcScan scan, int[] into) {
    for (int c = 0; c <= scan.characters(); c++) {
      shift(memory.planes(scan.planeOffset(scan.counter(c))));
      int at = c * dots;
      if (colors.isEightBits()) {
        for (int i = 0; i < DOTS; i += 2) {
          int color = colors.ofEight(shifted[i] << 4 | shifted[i + 1]);
          into[at + i] = color;
          into[at + i + 1] = color;
        }
      } else {
        for (int i = 0; i < DOTS; i++) {
          into[at + i] = colors.ofFour(shifted[i], otherPhase);
        }
      }
      if (dots > DOTS) {
        into[at + DOTS] = colors.ofFour(0, otherPhase);
      }
    }
  }

  /** What the shift registers put out of four bytes, plane 0 lowest: four bits for each dot. */
  private void shift(int planes) {
    if ((graphicsMode & SHIFT_256_COLORS) != 0) {
      for (int i = 0; i < DOTS; i++) {
        shifted[i] = planes >>> 8 * (i >> 1) >>> ((i & 1) == 0 ? 4 : 0) & 15;
      }
    } else if ((graphicsMode & SHIFT_INTERLEAVED) != 0) {
      for (int i = 0; i < DOTS; i++) {
        // Two bits of an even plane, with two of the plane two above; then the odd planes.
        int pair = planes >>> 8 * (i >> 2) >>> 6 - 2 * (i & 3);
        shifted[i] = pair & 3 | pair >>> 14 & 12;
      }
    } else {
      for (int i = 0; i < DOTS; i++) {
        int bits = planes >>> 7 - i;
        shifted[i] = bits & 1 | bits >>> 7 & 2 | bits >>> 14 & 4 | bits >>> 21 & 8;
      }
    }
  }
}
