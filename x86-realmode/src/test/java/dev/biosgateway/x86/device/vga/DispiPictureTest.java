package dev.biosgateway.x86.device.vga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.device.pci.PciBus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Modes of the Bochs display interface as pictures, at every depth, scrolled both ways. */
class DispiPictureTest {
  private final PictureBench b = PictureBench.graphics();

  private void mode(int bits, int flags) {
    b.dispi(4, 0);
    b.dispi(1, 64);
    b.dispi(2, 16);
    b.dispi(3, bits);
    b.dispi(4, 1 | flags);
    b.dispi(6, 128);
    b.dispi(8, 24);
    b.dispi(9, 3);
  }

  private void pixel(int at, int bytes, int value) {
    for (int i = 0; i < bytes; i++) {
      b.vga.memory().bytes[at + i] = (byte) (value >>> 8 * i);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "15, 2, 0x7fff, 0xffffffff",
    "15, 2, 0x4010, 0xff840084",
    "15, 2, 0x83e0, 0xff00ff00",
    "16, 2, 0xffff, 0xffffffff",
    "16, 2, 0x8410, 0xff848284",
    "24, 3, 0x123456, 0xff123456",
    "32, 4, 0x99123456, 0xff123456"
  })
  void packedPixels(int bits, int bytes, String value, String argb) {
    mode(bits, 0x40);
    pixel((5 * 128 + 24 + 7) * bytes, bytes, Long.decode(value).intValue());
    assertEquals(64, b.picture().width());
    assertEquals(16, b.picture().height());
    assertEquals(Long.decode(argb).intValue(), b.picture().argb(7, 2));
    assertEquals(0xff000000, b.picture().argb(6, 2));
    assertEquals(0xff000000, b.picture().argb(8, 2));
  }

  @Test
  void eightBitsGoThroughTheDac() {
    mode(8, 0x40);
    pixel(5 * 128 + 24 + 7, 1, 0xcd);
    assertEquals(PictureBench.color(0xcd), b.picture().argb(7, 2));
    b.bench.out(0x3c6, 0x0f);
    assertEquals(PictureBench.color(0x0d), b.picture().argb(7, 2));
    b.dispi(4, 0xe1);
    b.bench.out(0x3c6, 0xff);
    b.bench.out(0x3c8, 0xcd);
    b.bench.out(0x3c9, 0x81);
    b.bench.out(0x3c9, 0x42);
    b.bench.out(0x3c9, 0xff);
    assertEquals(0xff8142ff, b.picture().argb(7, 2), "eight bits a component");
  }

  @Test
  void fourBitsAreFourPlanes() {
    mode(4, 0);
    int offset = 5 * 16 + 3;
    b.plane(0, offset, 0x01);
    b.plane(1, offset, 0x81);
    b.plane(3, offset, 0x01);
    b.attribute(2, 7);
    assertEquals("7000000b", b.dots(2, 0, 8));
  }

  @Test
  void anAdapterWithoutPaletteHasNoPictureOfPaletteModes() {
    DeviceBench bench = new DeviceBench();
    bench.plug(new PciBus());
    BochsDisplay display = bench.plug(new BochsDisplay(2, 0xe0000000, 0xfebf0000));
    assertEquals("640 x 480", display.picture().toString());
    int registers = 0xfebf0500;
    bench.bus.write16(registers + 2, 320);
    bench.bus.write16(registers + 4, 200);
    bench.bus.write16(registers + 6, 32);
    bench.bus.write16(registers + 8, 0x41);
    long before = display.changes();
    bench.bus.write32(0xe0000004, 0x00abcdef);
    assertTrue(display.changes() != before);
    assertEquals(0xffabcdef, display.picture().argb(1, 0));
    assertTrue(display.text().isEmpty());
    bench.bus.write16(registers + 8, 0);
    bench.bus.write16(registers + 6, 8);
    bench.bus.write16(registers + 8, 0xc1);
    assertEquals(0xff000000, display.picture().argb(1, 0));
    assertTrue(bench.recorded("a mode with a palette on an adapter that has none"));
  }
}
