package dev.biosgateway.x86.device.vga;

import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_DISPLAY_END;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_HORIZONTAL_DISPLAY_END;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_LINE_COMPARE;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_MAXIMUM_SCAN_LINE;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_MODE_CONTROL;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_OFFSET;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_OVERFLOW;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_PRESET_ROW_SCAN;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_START_HIGH;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_START_LOW;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_UNDERLINE;

/**
 * The way of the CRT controller through display memory during one frame (IBM PS/2 Hardware
 * Interface Technical Reference, "CRT Controller Registers"): for each scan line the memory address
 * counter at its left end and the row scan counter, and how the counter reaches the planes. Goes
 * down the screen by {@link #nextLine}.
 */
final class CrtcScan {
  private static final int DOUBLE_SCAN = 0x80;
  private static final int HALF_LINE_COUNTER = 0x04;
  private static final int COUNT_BY_2 = 0x08;
  private static final int COUNT_BY_4 = 0x20;
  private static final int DOUBLEWORD = 0x40;
  private static final int BYTE_MODE = 0x40;
  private static final int WRAP_AT_64K = 0x20;
  private static final int ADDRESS_14 = 0x02;
  private static final int ADDRESS_13 = 0x01;

  private final int characters;
  private final int shownLines;

  /** Scan lines for one count of the vertical counter. */
  private final int linesPerCount;

  private final int lineCompare;
  private final int lastRowScan;
  private final boolean doubleScan;
  private final int offset;
  private final int bytePanning;
  private final boolean splitEndsPanning;
  private final int modeControl;
  private final int underline;

  private int line = -1;
  private int rowStart;
  private int rowScan;
  private boolean secondOfTwo;
  private boolean split;

  /**
   * @param splitEndsPanning attribute controller: a line compare ends byte and PEL panning
   */
  CrtcScan(IndexedRegisters crtc, boolean splitEndsPanning) {
    this.splitEndsPanning = splitEndsPanning;
    int overflow = crtc.get(CRTC_OVERFLOW);
    int maximum = crtc.get(CRTC_MAXIMUM_SCAN_LINE);
    int preset = crtc.get(CRTC_PRESET_ROW_SCAN);
    modeControl = crtc.get(CRTC_MODE_CONTROL);
    underline = crtc.get(CRTC_UNDERLINE);
    linesPerCount = (modeControl & HALF_LINE_COUNTER) != 0 ? 2 : 1;
    characters = crtc.get(CRTC_HORIZONTAL_DISPLAY_END) + 1;
    shownLines =
        ((crtc.get(CRTC_DISPLAY_END) | (overflow & 0x02) << 7 | (overflow & 0x40) << 3) + 1)
            * linesPerCount;
    lineCompare = crtc.get(CRTC_LINE_COMPARE) | (overflow & 0x10) << 4 | (maximum & 0x40) << 3;
    lastRowScan = maximum & 0x1f;
    doubleScan = (maximum & DOUBLE_SCAN) != 0;
    offset = crtc.get(CRTC_OFFSET) * 2;
    bytePanning = preset >>> 5 & 3;
    rowStart = crtc.get(CRTC_START_HIGH) << 8 | crtc.get(CRTC_START_LOW);
    rowScan = preset & 0x1f;
  }

  /** Characters, of eight or nine dots, shown on a line. */
  int characters() {
    return characters;
  }

  /** Scan lines shown in a frame. */
  int lines() {
    return shownLines;
  }

  /** Goes to the next scan line, at first to the uppermost; false below the last one. */
  boolean nextLine() {
    if (line >= 0) {
      countLine();
    }
    return ++line < shownLines;
  }

  /** The scan line, 0 the uppermost. */
  int line() {
    return line;
  }

  /** The row scan counter: which line of a character row this is. */
  int rowScan() {
    return rowScan;
  }

  /** Whether the next scan line belongs to another character row. */
  boolean endsRow() {
    return rowScan == lastRowScan && (!doubleScan || secondOfTwo);
  }

  /**
   * Whether this line lies below the one that line compare names: the split screen's lower part.
   */
  boolean isBelowSplit() {
    return split;
  }

  /** Whether this line is panned: always, but below a split that ends panning. */
  boolean isPanned() {
    return !(split && splitEndsPanning);
  }

  /** Whether an underline attribute shows on this line. */
  boolean isUnderline() {
    return rowScan == (underline & 0x1f);
  }

  /** The memory address counter at a character of this line, counted from the left. */
  int counter(int character) {
    int step = character;
    if ((underline & COUNT_BY_4) != 0) {
      step >>= 2;
    } else if ((modeControl & COUNT_BY_2) != 0) {
      step >>= 1;
    }
    return rowStart + (isPanned() ? bytePanning : 0) + step & 0xffff;
  }

  /**
   * What the counter reaches in each plane: shifted and rotated in word and doubleword mode, with
   * row scan bits as address bits 13 and 14 where these are mapped so.
   */
  int planeOffset(int counter) {
    int address = counter;
    if ((underline & DOUBLEWORD) != 0) {
      address = counter << 2 & 0xfffc | counter >>> 14;
    } else if ((modeControl & BYTE_MODE) == 0) {
      int wrapped = counter >>> ((modeControl & WRAP_AT_64K) != 0 ? 15 : 13);
      address = counter << 1 & 0xfffe | wrapped & 1;
    }
    if ((modeControl & ADDRESS_13) == 0) {
      address = address & ~0x2000 | (rowScan & 1) << 13;
    }
    if ((modeControl & ADDRESS_14) == 0) {
      address = address & ~0x4000 | (rowScan >>> 1 & 1) << 14;
    }
    return address;
  }

  private void countLine() {
    boolean lastOfCount = (line + 1) % linesPerCount == 0;
    if (lastOfCount && line / linesPerCount == lineCompare) {
      split = true;
      rowStart = 0;
      rowScan = 0;
      secondOfTwo = false;
    } else if (doubleScan && !secondOfTwo) {
      secondOfTwo = true;
    } else {
      secondOfTwo = false;
      if (rowScan == lastRowScan) {
        rowScan = 0;
        rowStart = rowStart + offset & 0xffff;
      } else {
        rowScan = rowScan + 1 & 0x1f;
      }
    }
  }
}
