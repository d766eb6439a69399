package dev.biosgateway.itests.conformance.screen;

import dev.biosgateway.x86.screen.ScreenPicture;
import dev.biosgateway.x86.screen.TextScreen;

/**
 * The ways in which QEMU's pictures are not those of the adapter it models, each with what has to
 * be left out of both pictures so that the rest is the same. Whatever is not in this table is an
 * error of ours.
 */
enum Difference {
  /**
   * A six-bit component of the DAC as eight bits: QEMU fills the low two with copies of bit 0, we
   * with bits 5 and 4, so that the levels rise evenly.
   */
  SIX_BIT_COMPONENTS {
    @Override
    int color(int argb) {
      return argb & 0xfffcfcfc;
    }
  },

  /** A five-bit component as eight bits: QEMU leaves the low three 0 in 15, not in 16 bits. */
  FIVE_BIT_COMPONENTS {
    @Override
    int color(int argb) {
      return argb & 0xfff8f8f8;
    }
  },

  /**
   * With line graphics QEMU repeats the eighth dot of the codes B0h to DFh; the attribute
   * controller does for C0h to DFh ("Attribute Mode Control Register", bit 2).
   */
  LINE_GRAPHICS {
    @Override
    boolean counts(int x, int y, TextScreen text) {
      int row = Math.min(y / 16, text.rows() - 1);
      int code = text.character(row, x / 9);
      return x % 9 != 8 || code < 0xb0 || code > 0xbf;
    }
  },

  /** The same with the 8 x 8 font. */
  LINE_GRAPHICS_8 {
    @Override
    boolean counts(int x, int y, TextScreen text) {
      int code = text.character(y / 8, x / 9);
      return x % 9 != 8 || code < 0xb0 || code > 0xbf;
    }
  },

  /** QEMU makes cells of 16 dots where nine dots at half the dot clock make 18. */
  NO_CELLS_OF_18_DOTS {
    @Override
    ScreenPicture ours(ScreenPicture ours) {
      int width = ours.width() / 18 * 16;
      int[] argb = new int[width * ours.height()];
      for (int i = 0; i < argb.length; i++) {
        int x = i % width;
        argb[i] = ours.argb(x / 16 * 18 + x % 16, i / width);
      }
      return new ScreenPicture(width, ours.height(), argb);
    }
  },

  /** QEMU 7.2 does not pan by pixels; five dots in the scene. */
  NO_PANNING {
    @Override
    ScreenPicture ours(ScreenPicture ours) {
      return crop(ours, 0);
    }

    @Override
    ScreenPicture theirs(ScreenPicture theirs) {
      return crop(theirs, 5);
    }

    private ScreenPicture crop(ScreenPicture from, int left) {
      int width = from.width() - 8;
      int[] argb = new int[width * from.height()];
      for (int i = 0; i < argb.length; i++) {
        argb[i] = from.argb(left + i % width, i / width);
      }
      return new ScreenPicture(width, from.height(), argb);
    }
  },

  /** QEMU's cursor blinks by a clock of its own: the picture is taken until it is lit. */
  BLINKING_CURSOR;

  /** The part of a colour that is comparable. */
  int color(int argb) {
    return argb;
  }

  /** Whether a pixel is comparable; text is what our text mode shows. */
  boolean counts(int x, int y, TextScreen text) {
    return true;
  }

  ScreenPicture ours(ScreenPicture ours) {
    return ours;
  }

  ScreenPicture theirs(ScreenPicture theirs) {
    return theirs;
  }
}
