package dev.biosgateway.x86.device.vga;

import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_DISPLAY_END;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_HORIZONTAL_DISPLAY_END;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_HORIZONTAL_TOTAL;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_MODE_CONTROL;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_OVERFLOW;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_RETRACE_END;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_RETRACE_START;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_VERTICAL_TOTAL;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.SEQ_CLOCKING_MODE;

/**
 * Where the beam is: input status 1 as a function of virtual time and of the timing in the CRTC. A
 * frame begins at every multiple of the frame's duration since power-on.
 */
final class Retrace {
  static final int DISPLAY_DISABLED = 0x01;
  static final int VERTICAL_RETRACE = 0x08;

  private static final int[] DOT_CLOCK_KHZ = {25_175, 28_322};
  private static final int EIGHT_DOTS = 0x01;
  private static final int HALF_CLOCK = 0x08;
  private static final int HALF_LINE_COUNTER = 0x04;

  /** What an adapter shows whose CRTC is not programmed, or not used: 640x480 at 60 Hz. */
  static final Retrace WITHOUT_CRTC = new Retrace(800, 640, 525, 480, 490, 2, 25_175);

  private final int dotsPerLine;
  private final int dotsShown;
  private final int lines;
  private final int linesShown;
  private final int retraceStart;
  private final int retraceLines;
  private final int kilohertz;

  private Retrace(
      int dotsPerLine,
      int dotsShown,
      int lines,
      int linesShown,
      int retraceStart,
      int retraceLines,
      int kilohertz) {
    this.dotsPerLine = dotsPerLine;
    this.dotsShown = dotsShown;
    this.lines = lines;
    this.linesShown = linesShown;
    this.retraceStart = retraceStart;
    this.retraceLines = retraceLines;
    this.kilohertz = kilohertz;
  }

  /** The timing that registers describe. */
  static Retrace of(IndexedRegisters crtc, IndexedRegisters sequencer, int clockSelect) {
    int overflow = crtc.get(CRTC_OVERFLOW);
    int lines =
        (crtc.get(CRTC_VERTICAL_TOTAL) | (overflow & 0x01) << 8 | (overflow & 0x20) << 4) + 2;
    int start = crtc.get(CRTC_RETRACE_START) | (overflow & 0x04) << 6 | (overflow & 0x80) << 2;
    if (start >= lines) {
      return WITHOUT_CRTC;
    }
    int shown = (crtc.get(CRTC_DISPLAY_END) | (overflow & 0x02) << 7 | (overflow & 0x40) << 3) + 1;
    int length = crtc.get(CRTC_RETRACE_END) - start & 15;
    int dots = (sequencer.get(SEQ_CLOCKING_MODE) & EIGHT_DOTS) != 0 ? 8 : 9;
    int clock = DOT_CLOCK_KHZ[clockSelect & 1];
    int vertical = (crtc.get(CRTC_MODE_CONTROL) & HALF_LINE_COUNTER) != 0 ? 2 : 1;
    return new Retrace(
        (crtc.get(CRTC_HORIZONTAL_TOTAL) + 5) * dots,
        (crtc.get(CRTC_HORIZONTAL_DISPLAY_END) + 1) * dots,
        lines * vertical,
        shown * vertical,
        start * vertical,
        (length == 0 ? 16 : length) * vertical,
        (sequencer.get(SEQ_CLOCKING_MODE) & HALF_CLOCK) != 0 ? clock >>> 1 : clock);
  }

  /** What blinks at an instant: frames are counted from power-on. */
  BlinkPhase blink(long nanos) {
    return new BlinkPhase(nanos / frameNanos());
  }

  /** The instant after this one at which a vertical retrace begins. */
  long nextRetrace(long nanos) {
    long frame = frameNanos();
    // The first nanosecond of the line, as status() divides.
    long begins = ((long) retraceStart * dotsPerLine * 1_000_000 + kilohertz - 1) / kilohertz;
    long start = nanos - nanos % frame + begins;
    return start > nanos ? start : start + frame;
  }

  /** A whole number of nanoseconds a frame keeps the products below within 63 bits. */
  private long frameNanos() {
    return (long) lines * dotsPerLine * 1_000_000 / kilohertz;
  }

  /** Bits 0 and 3 of input status 1 at an instant. */
  int status(long nanos) {
    long dot = nanos % frameNanos() * kilohertz / 1_000_000;
    long line = dot / dotsPerLine;
    boolean vertical = line >= retraceStart && line < retraceStart + retraceLines;
    boolean disabled = line >= linesShown || dot % dotsPerLine >= dotsShown;
    return (vertical ? VERTICAL_RETRACE | DISPLAY_DISABLED : 0) | (disabled ? DISPLAY_DISABLED : 0);
  }
}
