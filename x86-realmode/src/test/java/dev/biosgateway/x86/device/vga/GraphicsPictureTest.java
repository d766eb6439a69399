package dev.biosgateway.x86.device.vga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What registers make of planes: shift formats, addressing, colours, and a dark screen. */
class GraphicsPictureTest {
  private final PictureBench b = PictureBench.graphics();

  private void bytes(int offset, int plane0, int plane1, int plane2, int plane3) {
    b.plane(0, offset, plane0);
    b.plane(1, offset, plane1);
    b.plane(2, offset, plane2);
    b.plane(3, offset, plane3);
  }

  // ---- shift registers

  @Test
  void aDotHasABitOfEachPlane() {
    bytes(1, 0b01010101, 0b00110011, 0b00001111, 0b10000001);
    assertEquals("000000008123456f", b.dots(0, 0, 16));
  }

  @Test
  void interleavedPairsComeFromEvenPlanesThenFromOddOnes() {
    b.graphics(5, 0x20);
    bytes(0, 0b00011011, 0b11100100, 0b01010000, 0b00001010);
    assertEquals("45233298", b.dots(0, 0, 8));
  }

  @Test
  void twoDotsOfFourBitsMakeAPixelOf256Colours() {
    b.graphics(5, 0x40);
    b.attribute(0x10, 0x41);
    bytes(0, 0x0c, 0x01, 0x0e, 0x8f);
    assertEquals("cc11ee..", b.dots(0, 0, 8));
    assertEquals(PictureBench.color(0x8f), b.picture().argb(6, 0));
    b.attribute(0x10, 0x01);
    assertEquals("0c010e8f", b.dots(0, 0, 8), "four bits each without the attribute controller");
  }

  @Test
  void panningCountsDots() {
    bytes(0, 0b00000100, 0, 0, 0);
    bytes(4, 0b10000000, 0, 0, 0);
    b.attribute(0x13, 0x03);
    assertEquals("00100000", b.dots(0, 0, 8));
    assertEquals("1", b.dots(0, 29, 1), "what comes in from the right");
  }

  // ---- addresses

  @ParameterizedTest
  @CsvSource({
    // mode control, underline, row scan 0: where the counter values 1 and 2001h are fetched
    "0xe3, 0x00, 0x0001, 0x2001",
    "0xa3, 0x00, 0x0002, 0x4002",
    "0x83, 0x00, 0x0002, 0x4003",
    "0xe3, 0x40, 0x0004, 0x8004",
    "0xc2, 0x00, 0x0001, 0x0001",
    "0xc1, 0x00, 0x0001, 0x2001"
  })
  void counterReachesMemory(String mode, String underline, String first, String second) {
    b.crtc(0x17, Integer.decode(mode));
    b.crtc(0x14, Integer.decode(underline));
    b.crtc(0x0d, 1);
    bytes(Integer.decode(first), 0xff, 0, 0, 0);
    assertEquals("11111111", b.dots(0, 0, 8));
    b.crtc(0x0c, 0x20);
    bytes(Integer.decode(first), 0, 0, 0, 0);
    bytes(Integer.decode(second), 0, 0xff, 0, 0);
    assertEquals("22222222", b.dots(0, 0, 8));
  }

  @Test
  void rowScanBitsAsAddressBits13And14() {
    b.crtc(0x09, 0x43);
    b.crtc(0x17, 0xe0);
    bytes(0x0000, 0xff, 0, 0, 0);
    bytes(0x2000, 0, 0xff, 0, 0);
    bytes(0x4000, 0, 0, 0xff, 0);
    bytes(0x6000, 0, 0, 0, 0xff);
    bytes(0x0004, 0xff, 0xff, 0, 0);
    assertEquals("12483", b.column(0, 0, 5));
  }

  @Test
  void countingEverySecondOrFourthCharacter() {
    for (int i = 0; i < 4; i++) {
      bytes(i, (i & 1) * 255, (i >> 1) * 255, 0, 0);
    }
    assertEquals("0123", b.dots(0, 0, 32).replaceAll("(.)\\1{7}", "$1"));
    b.crtc(0x17, 0xeb);
    assertEquals("0011", b.dots(0, 0, 32).replaceAll("(.)\\1{7}", "$1"));
    b.crtc(0x14, 0x20);
    assertEquals("0000", b.dots(0, 0, 32).replaceAll("(.)\\1{7}", "$1"));
  }

  @Test
  void linesAreAnOffsetApart() {
    b.crtc(0x13, 8);
    bytes(0, 0x80, 0, 0, 0);
    bytes(16, 0, 0x80, 0, 0);
    bytes(32, 0x80, 0x80, 0, 0);
    assertEquals("1230", b.column(0, 0, 4));
  }

  @Test
  void lineCompareCountsScanLinesNotRows() {
    b.crtc(0x09, 0x41);
    b.crtc(0x0d, 100);
    bytes(100, 0x80, 0, 0, 0);
    bytes(104, 0, 0x80, 0, 0);
    bytes(0, 0, 0, 0x80, 0);
    b.lineCompare(2);
    assertEquals("11244", b.column(0, 0, 5));
  }

  // ---- colours

  @Test
  void planesThatAreNotEnabledCountAs0() {
    bytes(0, 0xff, 0xff, 0xff, 0xff);
    b.attribute(0x12, 0x05);
    assertEquals("5", b.dots(0, 0, 1));
  }

  @Test
  void paletteAndColourSelectMakeEightBits() {
    bytes(0, 0x80, 0, 0, 0x80);
    b.attribute(9, 0x2a);
    assertEquals(PictureBench.color(0x2a), b.picture().argb(0, 0));
    b.attribute(0x14, 0x0d);
    assertEquals(PictureBench.color(0xea), b.picture().argb(0, 0), "bits 7 and 6");
    b.attribute(0x10, 0x81);
    assertEquals(PictureBench.color(0xda), b.picture().argb(0, 0), "bits 5 and 4 too");
    b.bench.out(0x3c6, 0x0f);
    assertEquals(PictureBench.color(0x0a), b.picture().argb(0, 0), "through the DAC's mask");
  }

  @Test
  void blinkingGraphicsChangeBit3() {
    b.attribute(0x10, 0x0b);
    b.attribute(0x12, 0x05);
    bytes(0, 0x80, 0, 0x40, 0);
    assertEquals("140", b.dots(0, 0, 3));
    b.bench.runTo(16 * 100L * 8 * 45 * 1_000_000 / 25_175 + 1000);
    assertEquals("9c8", b.dots(0, 0, 3));
  }

  // ---- no picture

  @Test
  void aDarkScreenIsStillASize() {
    bytes(0, 0xff, 0, 0, 0);
    b.sequencer(1, 0x21);
    assertEquals(0xff000000, b.picture().argb(0, 0), "screen off");
    b.sequencer(1, 0x01);
    b.sequencer(0, 1);
    assertEquals(0xff000000, b.picture().argb(0, 0), "in reset");
    b.sequencer(0, 3);
    assertEquals("1", b.dots(0, 0, 1));
    b.attribute(0x11, 6);
    b.bench.in(0x3da);
    b.bench.out(0x3c0, 0);
    assertEquals("66666666", b.dots(0, 0, 8), "the border's colour without a palette");
    assertEquals(32, b.picture().width());
  }

  @Test
  void withoutTimingThereIsNoSignal() {
    b.crtc(0x06, 0);
    assertEquals("640 x 480", b.picture().toString());
  }

  @Test
  void shiftLoadIsAccountedFor() {
    b.sequencer(1, 0x05);
    assertTrue(b.bench.recorded("shift registers loaded less often"));
  }
}
