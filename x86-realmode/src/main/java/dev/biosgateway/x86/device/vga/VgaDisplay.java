package dev.biosgateway.x86.device.vga;

import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_CURSOR_HIGH;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_CURSOR_LOW;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_CURSOR_START;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.GC_MISCELLANEOUS;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.SEQ_CLOCKING_MODE;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.SEQ_RESET;

import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.screen.Display;
import dev.biosgateway.x86.screen.ScreenPicture;
import dev.biosgateway.x86.screen.TextScreen;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;

/** The monitor behind a VGA: pictures and text of whatever mode the registers make. */
final class VgaDisplay implements Display {
  private static final int GRAPHICS_MODE = 0x01;
  private static final int CURSOR_OFF = 0x20;
  private static final int EIGHT_DOTS = 0x01;
  private static final int HALF_DOT_CLOCK = 0x08;
  private static final int SCREEN_OFF = 0x20;
  private static final int RUNNING = 0x03;

  /** What a monitor without a signal is drawn as. */
  private static final int IDLE_WIDTH = 640;

  private static final int IDLE_HEIGHT = 480;

  private final VgaPorts ports;
  private final DisplayMemory memory;
  private final VirtualClock clock;

  VgaDisplay(VgaPorts ports, DisplayMemory memory, VirtualClock clock) {
    this.ports = ports;
    this.memory = memory;
    this.clock = clock;
  }

  @Override
  public long changes() {
    return memory.block().writes() + ports.writes();
  }

  @Override
  public Optional<TextScreen> text() {
    IndexedRegisters crtc = ports.crtc;
    if (ports.dispi.enabled() || (ports.graphics.get(GC_MISCELLANEOUS) & GRAPHICS_MODE) != 0) {
      return Optional.empty();
    }
    CrtcScan scan = scan();
    int columns = scan.characters();
    int cursor = crtc.get(CRTC_CURSOR_HIGH) << 8 | crtc.get(CRTC_CURSOR_LOW);
    boolean cursorOff = (crtc.get(CRTC_CURSOR_START) & CURSOR_OFF) != 0;
    int cursorAt = -1;
    int rows = 0;
    ByteArrayOutputStream characters = new ByteArrayOutputStream();
    ByteArrayOutputStream attributes = new ByteArrayOutputStream();
    while (scan.nextLine()) {
      if (!scan.endsRow()) {
        continue;
      }
      for (int column = 0; column < columns; column++) {
        int counter = scan.counter(column);
        int planes = memory.planes(scan.planeOffset(counter));
        characters.write(planes);
        attributes.write(planes >>> 8);
        if (!cursorOff && counter == cursor) {
          cursorAt = rows * columns + column;
        }
      }
      rows++;
    }
    return Optional.of(
        new TextScreen(
            columns, rows, characters.toByteArray(), attributes.toByteArray(), cursorAt));
  }

  @Override
  public ScreenPicture picture() {
    ColorPath colors = new ColorPath(ports.attribute, ports.dac);
    if (ports.dispi.enabled()) {
      return new DispiRaster(memory, ports.dispi, colors).picture();
    }
    if (!ports.isTimingProgrammed()) {
      return ScreenPicture.blank(IDLE_WIDTH, IDLE_HEIGHT, 0);
    }
    int clocking = ports.sequencer.get(SEQ_CLOCKING_MODE);
    int dots = (clocking & EIGHT_DOTS) != 0 ? 8 : 9;
    int dotWidth = (clocking & HALF_DOT_CLOCK) != 0 ? 2 : 1;
    CrtcScan scan = scan();
    int width = scan.characters() * dots * dotWidth;
    boolean running = (ports.sequencer.get(SEQ_RESET) & RUNNING) == RUNNING;
    if (!running || (clocking & SCREEN_OFF) != 0) {
      return ScreenPicture.blank(width, scan.lines(), 0);
    }
    if (!ports.attribute.paletteDrivesScreen()) {
      return ScreenPicture.blank(width, scan.lines(), colors.overscan());
    }
    BlinkPhase blink = ports.retrace().blink(clock.nanos());
    TextRaster text = new TextRaster(memory, ports.sequencer, ports.crtc, colors, blink, dots);
    GraphicsRaster graphics = new GraphicsRaster(memory, ports.graphics, colors, blink, dots);
    int[] argb = new int[width * scan.lines()];
    int[] line = new int[(scan.characters() + 1) * dots];
    while (scan.nextLine()) {
      if (colors.isGraphics()) {
        graphics.line(scan, line);
      } else {
        text.line(scan, line);
      }
      int panning = colors.panning(dots, scan.isPanned());
      int out = scan.line() * width;
      if (dotWidth == 1) {
        System.arraycopy(line, panning, argb, out, width);
      } else {
        for (int x = 0; x < width; x += 2) {
          Arrays.fill(argb, out + x, out + x + 2, line[panning + (x >>> 1)]);
        }
      }
    }
    return new ScreenPicture(width, scan.lines(), argb);
  }

  private CrtcScan scan() {
    return new CrtcScan(ports.crtc, ColorPath.splitEndsPanning(ports.attribute));
  }
}
