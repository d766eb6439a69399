package dev.biosgateway.x86.device.vga;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.bus.Checkpoint;
import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.pci.PciBus;
import dev.biosgateway.x86.screen.TextScreen;
import dev.biosgateway.x86.state.Section;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Standard VGA against the PS/2 video subsystem's reference, through ports and window. */
class StandardVgaTest {
  private static final int LFB = 0xe0000000;
  private static final int PAGE = 0xfebf0000;
  private static final int WINDOW = 0xa0000;
  private static final int TEXT = 0xb8000;

  private final DeviceBench bench = new DeviceBench();
  private final StandardVga vga;

  StandardVgaTest() {
    bench.plug(new PciBus());
    vga = bench.plug(new StandardVga(StandardVga.Model.STANDARD, 2, LFB, PAGE, new byte[0]));
  }

  @BeforeEach
  void colourWithMemory() {
    bench.out(0x3c2, 0x63);
  }

  private void sequencer(int index, int value) {
    bench.ports.out(0x3c4, 2, value << 8 | index);
  }

  private void graphics(int index, int value) {
    bench.ports.out(0x3ce, 2, value << 8 | index);
  }

  private void crtc(int index, int value) {
    bench.ports.out(0x3d4, 2, value << 8 | index);
  }

  private void dispi(int index, int value) {
    bench.ports.out(0x1ce, 2, index);
    bench.ports.out(0x1cf, 2, value);
  }

  private int dispi(int index) {
    bench.ports.out(0x1ce, 2, index);
    return bench.ports.in(0x1cf, 2);
  }

  /** Sixteen colours in four planes at A0000h: no chain, no odd/even, all planes written. */
  private void planar() {
    sequencer(4, 0x06);
    sequencer(2, 0x0f);
    graphics(5, 0x00);
    graphics(6, 0x05);
    graphics(7, 0x0f);
    graphics(8, 0xff);
  }

  private int plane(int plane, int offset) {
    return vga.memory().bytes[4 * offset + plane] & 0xff;
  }

  private void fillPlanes(int offset, int p0, int p1, int p2, int p3) {
    int[] values = {p0, p1, p2, p3};
    for (int p = 0; p < 4; p++) {
      vga.memory().bytes[4 * offset + p] = (byte) values[p];
    }
  }

  private void assertPlanes(int offset, int p0, int p1, int p2, int p3) {
    int[] found = {plane(0, offset), plane(1, offset), plane(2, offset), plane(3, offset)};
    assertArrayEquals(new int[] {p0, p1, p2, p3}, found);
  }

  // ---- planes

  @Test
  void mapMaskSelectsPlanes() {
    planar();
    sequencer(2, 0x05);
    bench.bus.write8(WINDOW + 7, 0xa5);
    assertPlanes(7, 0xa5, 0, 0xa5, 0);
  }

  @Test
  void readMapSelectReadsOnePlane() {
    planar();
    fillPlanes(9, 1, 2, 3, 4);
    for (int p = 0; p < 4; p++) {
      graphics(4, p);
      assertEquals(p + 1, bench.bus.read8(WINDOW + 9));
    }
  }

  @Test
  void readMode1ComparesColours() {
    planar();
    // Pixel by pixel, left to right: colours 0, 1, 2, 3, 4, 5, 6, 15.
    fillPlanes(0, 0b01010101, 0b00110011, 0b00001111, 0b00000001);
    graphics(5, 0x08);
    graphics(2, 5);
    assertEquals(0b00000100, bench.bus.read8(WINDOW));
    graphics(7, 0x05); // planes 1 and 3 do not count: 5 and 15 match, and 7 would
    assertEquals(0b00000101, bench.bus.read8(WINDOW));
    graphics(7, 0x00);
    assertEquals(0xff, bench.bus.read8(WINDOW));
  }

  @Test
  void writeMode0RotatesAndSets() {
    planar();
    graphics(3, 0x04);
    graphics(1, 0x03); // planes 0 and 1 take set/reset
    graphics(0, 0x02);
    bench.bus.write8(WINDOW, 0x1f);
    assertPlanes(0, 0x00, 0xff, 0xf1, 0xf1);
  }

  @Test
  void bitMaskKeepsLatchedBits() {
    planar();
    fillPlanes(3, 0x11, 0x22, 0x33, 0x44);
    bench.bus.read8(WINDOW + 3);
    graphics(8, 0x0f);
    bench.bus.write8(WINDOW + 3, 0xff);
    assertPlanes(3, 0x1f, 0x2f, 0x3f, 0x4f);
  }

  @ParameterizedTest
  @CsvSource({"0,0x3c", "8,0x0c", "16,0x7f", "24,0x73"})
  void logicalFunctions(int function, String expected) {
    planar();
    fillPlanes(0, 0x4f, 0x4f, 0x4f, 0x4f);
    bench.bus.read8(WINDOW);
    graphics(3, function);
    bench.bus.write8(WINDOW, 0x3c);
    int e = Integer.decode(expected);
    assertPlanes(0, e, e, e, e);
  }

  @Test
  void writeMode1CopiesLatches() {
    planar();
    fillPlanes(5, 1, 2, 3, 4);
    bench.bus.read8(WINDOW + 5);
    graphics(5, 0x01);
    graphics(8, 0x00); // has no effect
    bench.bus.write8(WINDOW + 6, 0xee);
    assertPlanes(6, 1, 2, 3, 4);
  }

  @Test
  void writeMode2SpreadsAColour() {
    planar();
    fillPlanes(0, 0x55, 0x55, 0x55, 0x55);
    bench.bus.read8(WINDOW);
    graphics(5, 0x02);
    graphics(8, 0xf0);
    bench.bus.write8(WINDOW, 0x0a);
    assertPlanes(0, 0x05, 0xf5, 0x05, 0xf5);
  }

  @Test
  void writeMode3MasksByData() {
    planar();
    fillPlanes(0, 0x00, 0xff, 0x00, 0xff);
    bench.bus.read8(WINDOW);
    graphics(5, 0x03);
    graphics(0, 0x05);
    graphics(8, 0x3c);
    bench.bus.write8(WINDOW, 0xf0);
    assertPlanes(0, 0x30, 0xcf, 0x30, 0xcf);
  }

  @Test
  void chain4UsesTheLowAddressBitsAsPlane() {
    planar();
    sequencer(4, 0x0e);
    bench.bus.write32(WINDOW + 8, 0x44332211);
    assertPlanes(8, 0x11, 0x22, 0x33, 0x44);
    assertEquals(0x44332211, bench.bus.read32(WINDOW + 8));
    sequencer(2, 0x01);
    bench.bus.write32(WINDOW + 8, 0);
    assertPlanes(8, 0x00, 0x22, 0x33, 0x44);
  }

  @Test
  void oddEvenPutsTextIntoPlanes0And1() {
    sequencer(4, 0x02);
    sequencer(2, 0x03);
    graphics(5, 0x10);
    graphics(6, 0x0e);
    graphics(8, 0xff);
    bench.bus.write16(TEXT + 4, 0x0741);
    assertPlanes(4, 0x41, 0x07, 0, 0);
    assertEquals(0x0741, bench.bus.read16(TEXT + 4));
  }

  @Test
  void withoutExtendedMemoryThePlanesHave16Kilobytes() {
    planar();
    sequencer(4, 0x04);
    bench.bus.write8(WINDOW + 0x4003, 0x77);
    assertEquals(0x77, plane(0, 3));
  }

  @Test
  void memoryMapMovesTheWindow() {
    planar();
    graphics(6, 0x09); // B0000h
    bench.bus.write8(0xb0001, 0x12);
    assertEquals(0x12, plane(0, 1));
    assertEquals(0xff, bench.bus.read8(WINDOW + 1));
    assertTrue(bench.recorded("outside the window"));
    graphics(6, 0x01); // 128 KB from A0000h on
    assertEquals(0x12, bench.bus.read8(WINDOW + 1));
  }

  @Test
  void ramEnableClosesTheWindow() {
    planar();
    fillPlanes(0, 1, 1, 1, 1);
    assertEquals(1, bench.bus.read8(WINDOW));
    bench.out(0x3c2, 0x61);
    bench.bus.ram[WINDOW] = 0x42;
    assertEquals(0x42, bench.bus.read8(WINDOW), "what lies below shows");
  }

  // ---- registers

  @Test
  void indexedRegistersKeepTheirBits() {
    graphics(0, 0xff);
    assertEquals(0x0f, bench.in(0x3cf));
    assertTrue(bench.recorded("graphics set/reset: reserved bits"));
    bench.out(0x3c4, 7);
    assertEquals(0, bench.in(0x3c5));
    assertTrue(bench.recorded("sequencer: read of register 07h"));
  }

  @Test
  void crtcProtectionLeavesLineCompare() {
    crtc(0, 0x5f);
    crtc(7, 0x00);
    crtc(0x11, 0x8e);
    crtc(0, 0x11);
    crtc(7, 0xff);
    bench.out(0x3d4, 0);
    assertEquals(0x5f, bench.in(0x3d5));
    bench.out(0x3d4, 7);
    assertEquals(0x10, bench.in(0x3d5));
    crtc(0x11, 0x0e);
    crtc(0, 0x11);
    bench.out(0x3d4, 0);
    assertEquals(0x11, bench.in(0x3d5));
  }

  @Test
  void attributeFlipFlop() {
    bench.in(0x3da);
    bench.out(0x3c0, 0x13);
    bench.out(0x3c0, 0x08);
    bench.out(0x3c0, 0x33);
    assertEquals(0x33, bench.in(0x3c0));
    assertEquals(0x08, bench.in(0x3c1));
    bench.in(0x3da); // the flip-flop expected data
    bench.out(0x3c0, 0x05);
    bench.out(0x3c0, 0x2a);
    bench.in(0x3da);
    bench.out(0x3c0, 0x25);
    bench.out(0x3c0, 0x01);
    assertEquals(0x2a, bench.in(0x3c1), "the palette is in use");
    assertTrue(bench.recorded("while it drives the screen"));
  }

  @Test
  void dacInThrees() {
    bench.out(0x3c8, 0xff);
    for (int v : new int[] {0x11, 0x22, 0xff, 0x01, 0x02, 0x03}) {
      bench.out(0x3c9, v);
    }
    assertEquals(0x01, bench.in(0x3c8), "went on to colour 0, then 1");
    assertEquals(0, bench.in(0x3c7));
    bench.out(0x3c7, 0xff);
    assertEquals(3, bench.in(0x3c7));
    int[] expected = {0x11, 0x22, 0x3f, 0x01, 0x02, 0x03};
    for (int v : expected) {
      assertEquals(v, bench.in(0x3c9));
    }
    assertEquals(0xff, bench.in(0x3c6));
  }

  @Test
  void aColourIsTakenWhenComplete() {
    bench.out(0x3c8, 5);
    bench.out(0x3c9, 0x3f);
    bench.out(0x3c9, 0x3f);
    bench.out(0x3c7, 5);
    assertEquals(0, bench.in(0x3c9));
  }

  @Test
  void monochromeMovesTheCrtc() {
    bench.out(0x3c2, 0x62);
    bench.ports.out(0x3b4, 2, 0x5000);
    assertEquals(0x50, bench.in(0x3b5));
    assertEquals(0xff, bench.in(0x3d5));
    assertTrue(bench.recorded("while disabled"));
  }

  @Test
  void subsystemEnable() {
    bench.out(0x3c3, 0);
    assertEquals(0xff, bench.in(0x3cc));
    bench.out(0x3c3, 1);
    assertEquals(0x63, bench.in(0x3cc));
  }

  @Test
  void retraceFollowsTheProgrammedTiming() {
    mode3Timing();
    long line = 900L * 1_000_000 / 28_322; // nanoseconds, 31.78 microseconds
    long frame = 449L * 900 * 1_000_000 / 28_322;
    bench.runTo(frame + 10 * line + line / 4);
    assertEquals(0x00, bench.in(0x3da), "in the middle of a visible line");
    bench.runTo(frame + 10 * line + line * 95 / 100);
    assertEquals(0x01, bench.in(0x3da), "horizontal blanking");
    bench.runTo(frame + 405 * line);
    assertEquals(0x01, bench.in(0x3da), "below the picture");
    bench.runTo(frame + 413 * line);
    assertEquals(0x09, bench.in(0x3da), "vertical retrace");
    bench.runTo(frame + 415 * line);
    assertEquals(0x01, bench.in(0x3da));
    bench.runTo(2 * frame + line / 4);
    assertEquals(0x00, bench.in(0x3da), "the next frame");
  }

  /** 80 columns of 9 dots, 400 lines at 70 Hz: IBM's table for mode 3. */
  private void mode3Timing() {
    bench.out(0x3c2, 0x67);
    sequencer(1, 0x00);
    int[] values = {
      0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0x00, 0x00, 0x00,
      0x00, 0x9c, 0x0e, 0x8f, 0x28, 0x1f, 0x96, 0xb9, 0xa3, 0xff
    };
    for (int i = 0; i < values.length; i++) {
      crtc(i, values[i]);
    }
  }

  @Test
  void textScreenReadsWhatTheCrtcShows() {
    mode3Timing();
    oddEvenPutsTextIntoPlanes0And1();
    for (int i = 0; i < 80 * 50; i++) {
      bench.bus.write16(TEXT + 2 * i, 0x0720);
    }
    String text = "Grüße";
    byte[] cp437 = {'G', 'r', (byte) 0x81, (byte) 0xe1, 'e'};
    for (int i = 0; i < cp437.length; i++) {
      bench.bus.write16(TEXT + 2 * (80 * 2 + 3 + i), 0x1f00 | cp437[i] & 0xff);
    }
    crtc(0x0d, 80); // scrolled by a row
    crtc(0x0f, 80 * 2 + 8);
    TextScreen screen = vga.text().orElseThrow();
    assertEquals(80, screen.columns());
    assertEquals(25, screen.rows());
    assertEquals("   " + text, screen.lines().get(1));
    assertEquals(0x1f, screen.attribute(1, 3));
    assertEquals(0x07, screen.attribute(0, 0));
    assertEquals(1, screen.cursorRow());
    assertEquals(8, screen.cursorColumn());
    crtc(0x0a, 0x20);
    assertEquals(-1, vga.text().orElseThrow().cursorRow());
    graphics(6, 0x05);
    assertTrue(vga.text().isEmpty());
  }

  @Test
  void changesCountWhateverMayShow() {
    planar();
    long[] seen = {vga.changes()};
    Runnable[] steps = {
      () -> bench.bus.write8(WINDOW, 1),
      () -> bench.bus.write32(LFB + 0x1000, 1),
      () -> bench.bus.runs.fill(LFB + 0x2000, 4, 7, 16),
      () -> crtc(0x0d, 80),
      () -> bench.out(0x3c9, 1),
      () -> dispi(4, 1),
      () -> bench.bus.write16(PAGE + 0x508, 0),
      () -> vga.restore(DeviceBench.save(vga))
    };
    for (int i = 0; i < steps.length; i++) {
      steps[i].run();
      assertFalse(vga.changes() == seen[0], "step " + i);
      seen[0] = vga.changes();
    }
    bench.bus.read8(WINDOW);
    bench.in(0x3da);
    assertEquals(seen[0], vga.changes(), "reading shows nothing new");
  }

  @Test
  void rollingBackMayShowSomethingElse() {
    Checkpoint checkpoint = bench.bus.checkpoint();
    bench.bus.write32(LFB, -1);
    long before = vga.changes();
    bench.bus.rollback(checkpoint);
    assertFalse(vga.changes() == before);
  }

  // ---- Bochs display interface

  private void enable(int width, int height, int bpp, int flags) {
    dispi(4, 0);
    dispi(1, width);
    dispi(2, height);
    dispi(3, bpp);
    dispi(4, 1 | flags);
  }

  @Test
  void dispiIdentifiesItself() {
    assertEquals(0xb0c5, dispi(0));
    dispi(0, 0xb0c2);
    assertEquals(0xb0c2, dispi(0));
    dispi(0, 0xb0c6);
    assertEquals(0xb0c2, dispi(0));
    assertEquals(256, dispi(10));
  }

  @Test
  void dispiCapabilities() {
    dispi(4, 2);
    assertEquals(16000, dispi(1));
    assertEquals(12000, dispi(2));
    assertEquals(32, dispi(3));
  }

  @Test
  void dispiModeWithVirtualScreen() {
    vga.memory().bytes[5] = 1;
    enable(1024, 768, 32, 0x40);
    assertEquals(0, vga.memory().bytes[5], "cleared");
    assertEquals(1024, dispi(6));
    assertEquals((16 << 20) / 4096, dispi(7));
    dispi(6, 2048);
    assertEquals(2048, dispi(6));
    assertEquals((16 << 20) / 8192, dispi(7));
    dispi(8, 5000);
    assertEquals(1024, dispi(8), "offset is limited by the virtual width");
    dispi(9, 5000);
    assertEquals(2048 - 768, dispi(9));
    assertTrue(vga.text().isEmpty());
  }

  @Test
  void dispiClearingCanBeDeclined() {
    vga.memory().bytes[5] = 1;
    enable(640, 480, 8, 0xc0);
    assertEquals(1, vga.memory().bytes[5]);
  }

  @Test
  void dispiBankWindow() {
    planar();
    enable(1024, 768, 8, 0);
    dispi(5, 3);
    bench.bus.write32(WINDOW + 0x10, 0xdeadbeef);
    assertEquals(0xdeadbeef, bench.bus.read32(LFB + 0x30010));
    dispi(5, 257);
    assertEquals(1, dispi(5));
    dispi(4, 0);
    assertEquals(0, dispi(5));
  }

  @Test
  void dispiEightBitDac() {
    enable(640, 480, 8, 0x20);
    bench.out(0x3c8, 1);
    for (int v : new int[] {0xf1, 0xf2, 0xf3}) {
      bench.out(0x3c9, v);
    }
    bench.out(0x3c7, 1);
    assertEquals(0xf1, bench.in(0x3c9));
  }

  @Test
  void dispiSixteenColoursArePlanar() {
    planar();
    enable(800, 600, 4, 0);
    dispi(5, 1);
    bench.bus.write8(WINDOW, 0x80);
    assertPlanes(0x10000, 0x80, 0x80, 0x80, 0x80);
  }

  @ParameterizedTest
  @CsvSource({"641,480,8,640", "640,480,7,640", "20000,10,8,16000"})
  void dispiMakesModesFit(int width, int height, int bpp, int expectedWidth) {
    enable(width, height, bpp, 0);
    assertEquals(expectedWidth, dispi(1));
    assertEquals(8, dispi(3));
  }

  @Test
  void dispiOddAccessesAreRecorded() {
    bench.ports.in(0x1cf, 1);
    assertTrue(bench.recorded("dispi: read of one byte"));
    dispi(12, 1);
    assertTrue(bench.recorded("register Ch"));
  }

  @Test
  void registerPageShowsEdidPortsAndDispi() {
    assertEquals(0xffffff00, bench.bus.read32(PAGE));
    int sum = 0;
    for (int i = 0; i < 128; i++) {
      sum += bench.bus.read8(PAGE + i);
    }
    assertEquals(0, sum & 0xff);
    bench.bus.write8(PAGE + 0x400 + 0x08, 0x12);
    assertEquals(0x12, bench.in(0x3c8));
    assertEquals(0xb0c5, bench.bus.read16(PAGE + 0x500));
    bench.bus.write16(PAGE + 0x502, 800);
    assertEquals(800, dispi(1));
    bench.bus.read8(PAGE + 0x700);
    assertTrue(bench.recorded("vga.registers: read at 700h"));
  }

  // ---- state

  @Test
  void powerOnClearsDisplayMemory() {
    bench.bus.write32(LFB + 0x123456, -1);
    vga.reset(ResetKind.HARD);
    assertEquals(-1, bench.bus.read32(LFB + 0x123456));
    vga.reset(ResetKind.POWER_ON);
    assertEquals(0, bench.bus.read32(LFB + 0x123456));
  }

  @Test
  void checkpointCoversDisplayMemory() {
    planar();
    bench.bus.write8(WINDOW, 0x11);
    Checkpoint checkpoint = bench.bus.checkpoint();
    bench.bus.write8(WINDOW, 0x22);
    bench.bus.write32(LFB + 0x500000, -1);
    enable(1024, 768, 32, 0);
    bench.bus.rollback(checkpoint);
    assertPlanes(0, 0x11, 0x11, 0x11, 0x11);
    assertEquals(0, bench.bus.read32(LFB + 0x500000));
  }

  @Test
  void savedInTheMiddleOfEverything() {
    planar();
    fillPlanes(1, 9, 8, 7, 6);
    bench.bus.read8(WINDOW + 1);
    bench.out(0x3c8, 7);
    bench.out(0x3c9, 0x15);
    bench.in(0x3da);
    bench.out(0x3c0, 0x11);
    enable(800, 600, 16, 0x60);
    Section saved = DeviceBench.save(vga);
    vga.reset(ResetKind.POWER_ON);
    assertFalse(saved.equals(DeviceBench.save(vga)));
    vga.restore(saved.rewind());
    assertEquals(saved, DeviceBench.save(vga));
    assertEquals(800, dispi(1));
    bench.out(0x3c0, 0x3c); // data of attribute 11h
    assertEquals(0x3c, bench.in(0x3c1));
    bench.out(0x3c9, 0x16); // second and third component of colour 7
    bench.out(0x3c9, 0x97);
    bench.out(0x3c7, 7);
    assertEquals(0x15, bench.in(0x3c9));
    assertEquals(0x16, bench.in(0x3c9));
    assertEquals(0x97, bench.in(0x3c9));
    dispi(4, 0);
    graphics(5, 1);
    bench.bus.write8(WINDOW + 2, 0); // the latches are as they were
    assertPlanes(2, 9, 8, 7, 6);
  }
}
