package dev.biosgateway.x86.device.vga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.pci.PciBus;
import dev.biosgateway.x86.state.Section;
import org.junit.jupiter.api.Test;

/** The Bochs display without a VGA: everything is behind its base addresses. */
class BochsDisplayTest {
  private static final int LFB = 0xe0000000;
  private static final int PAGE = 0xfebf0000;

  private final DeviceBench bench = new DeviceBench();
  private final BochsDisplay display;

  BochsDisplayTest() {
    bench.plug(new PciBus());
    display = bench.plug(new BochsDisplay(2, LFB, PAGE));
  }

  private void dispi(int register, int value) {
    bench.bus.write16(PAGE + 0x500 + 2 * register, value);
  }

  @Test
  void isADisplayButNoVga() {
    bench.ports.out(0xcf8, 4, 0x80001008);
    assertEquals(0x03800002, bench.ports.in(0xcfc, 4));
    assertEquals(0xff, bench.in(0x3cc));
    assertTrue(bench.recorded("in port 0x03cc"));
    bench.bus.write8(0xa0000, 0x42);
    assertEquals(0x42, bench.bus.ram[0xa0000], "the window is main memory");
  }

  @Test
  void setsModesThroughItsRegisterPage() {
    display.memory().bytes[7] = 1;
    dispi(1, 1280);
    dispi(2, 800);
    dispi(3, 32);
    dispi(4, 0x41);
    assertEquals(0, display.memory().bytes[7]);
    assertEquals(1280 | 800 << 16, bench.bus.read32(PAGE + 0x502));
    bench.bus.write32(LFB + 64, 0x00c0ffee);
    assertEquals((byte) 0xee, display.memory().bytes[64]);
    bench.bus.write8(PAGE + 0x400, 0);
    assertTrue(bench.recorded("bochs-display.registers: write at 400h"));
  }

  @Test
  void savedAndRestored() {
    dispi(1, 640);
    dispi(2, 480);
    dispi(3, 8);
    dispi(4, 1);
    Section saved = DeviceBench.save(display);
    display.reset(ResetKind.HARD);
    assertEquals(0, bench.bus.read16(PAGE + 0x508));
    display.restore(saved.rewind());
    assertEquals(saved, DeviceBench.save(display));
    assertEquals(640, bench.bus.read16(PAGE + 0x502));
  }
}
