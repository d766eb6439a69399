package dev.biosgateway.x86.device.vga;

import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.ATTRIBUTE_COLOR_SELECT;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.ATTRIBUTE_MODE_CONTROL;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.ATTRIBUTE_OVERSCAN;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.ATTRIBUTE_PALETTE_SIZE;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.ATTRIBUTE_PANNING;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.ATTRIBUTE_PLANE_ENABLE;

/**
 * From what the serializers put out to what the monitor shows: colour plane enable, internal
 * palette, colour select, then the DAC (IBM PS/2 Hardware Interface Technical Reference, "Attribute
 * Controller Registers" and "Video Digital-to-Analog Converter"). Taken from the registers once for
 * each picture.
 */
final class ColorPath {
  private static final int GRAPHICS = 0x01;
  private static final int LINE_GRAPHICS = 0x04;
  private static final int BLINK = 0x08;
  private static final int SPLIT_ENDS_PANNING = 0x20;
  private static final int EIGHT_BITS = 0x40;
  private static final int COLOR_SELECT_5_4 = 0x80;

  private static final int OPAQUE = 0xff000000;

  private final int mode;
  private final int planes;
  private final int panning;
  private final int[] sixteen = new int[16];
  private final int[] direct = new int[256];
  private final int overscan;

  ColorPath(AttributeController attribute, Dac dac) {
    mode = attribute.get(ATTRIBUTE_MODE_CONTROL);
    planes = attribute.get(ATTRIBUTE_PLANE_ENABLE) & 0x0f;
    panning = attribute.get(ATTRIBUTE_PANNING);
    int select = attribute.get(ATTRIBUTE_COLOR_SELECT);
    for (int i = 0; i < direct.length; i++) {
      direct[i] = OPAQUE | dac.rgb(i);
    }
    for (int i = 0; i < ATTRIBUTE_PALETTE_SIZE; i++) {
      int color = attribute.get(i);
      if ((mode & COLOR_SELECT_5_4) != 0) {
        color = color & 0x0f | (select & 0x03) << 4;
      }
      sixteen[i] = direct[color & 0x3f | (select & 0x0c) << 4];
    }
    overscan = direct[attribute.get(ATTRIBUTE_OVERSCAN)];
  }

  /** Whether line compare ends panning until the next frame. */
  static boolean splitEndsPanning(AttributeController attribute) {
    return (attribute.get(ATTRIBUTE_MODE_CONTROL) & SPLIT_ENDS_PANNING) != 0;
  }

  /** Whether the attribute controller takes dots as pixels, not as characters with attributes. */
  boolean isGraphics() {
    return (mode & GRAPHICS) != 0;
  }

  /** Whether the ninth dot of the codes C0h to DFh repeats the eighth, so that lines join. */
  boolean joinsLineGraphics() {
    return (mode & LINE_GRAPHICS) != 0;
  }

  /** Whether bit 7 of an attribute blinks; else it is the background's intensity. */
  boolean blinks() {
    return (mode & BLINK) != 0;
  }

  /** Whether two dots of four bits make one pixel of eight. */
  boolean isEightBits() {
    return (mode & EIGHT_BITS) != 0;
  }

  /** The colour of four bits, those of planes that are not enabled taken as 0; ARGB. */
  int ofFour(int bits) {
    return sixteen[bits & planes];
  }

  /**
   * The colour of four bits in a graphics mode that blinks: bit 3 changes with the phase. IBM's
   * palette for mode 0Fh shows the rule: colour 4 and colour Ch are lit and dark.
   */
  int ofFour(int bits, boolean otherPhase) {
    int enabled = bits & planes;
    return sixteen[blinks() && otherPhase ? enabled ^ 8 : enabled];
  }

  /** The colour of eight bits, ARGB. */
  int ofEight(int bits) {
    return direct[bits];
  }

  /** Colour of the border, ARGB. */
  int overscan() {
    return overscan;
  }

  /** How many dots the picture moves to the left. */
  int panning(int dotsPerCharacter, boolean panned) {
    // "Horizontal PEL Panning Register": with nine dots 8 is no shift and 0 is one dot.
    int value = panned ? panning : 0;
    if (dotsPerCharacter == 9) {
      return value >= 8 ? 0 : value + 1;
    }
    return value & 7;
  }
}
