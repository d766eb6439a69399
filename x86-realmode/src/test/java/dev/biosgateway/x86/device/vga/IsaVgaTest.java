package dev.biosgateway.x86.device.vga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.state.Section;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The VGA on the ISA bus: framebuffer, and the retrace interrupt that PCI adapters do not have. */
class IsaVgaTest {
  private static final int IRQ = 9;

  /** Lines and dots of mode 3, at 28.322 MHz. */
  private static final long FRAME = 449L * 900 * 1_000_000 / 28_322;

  private static final long RETRACE = 412L * 900 * 1_000_000 / 28_322;

  private final DeviceBench bench = new DeviceBench();
  private final IsaVga vga = bench.plug(new IsaVga());

  @BeforeEach
  void mode3Timing() {
    bench.out(0x3c2, 0x67);
    crtc(0x00, 0x5f);
    crtc(0x06, 0xbf);
    crtc(0x07, 0x1f);
    crtc(0x10, 0x9c);
    crtc(0x11, 0x0e);
    crtc(0x12, 0x8f);
  }

  private void crtc(int index, int value) {
    bench.ports.out(0x3d4, 2, value << 8 | index);
  }

  private boolean pending() {
    return (bench.in(0x3c2) & 0x80) != 0;
  }

  @Test
  void interruptsAtEveryRetraceUntilCleared() {
    bench.runTo(2 * FRAME);
    assertFalse(pending());
    crtc(0x11, 0x1e);
    bench.runTo(2 * FRAME + RETRACE - 100);
    assertFalse(bench.lines[IRQ]);
    bench.runTo(2 * FRAME + RETRACE + 100);
    assertTrue(bench.lines[IRQ]);
    assertTrue(pending());
    assertEquals(0x09, bench.in(0x3da) & 0x09, "in the retrace");
    bench.runTo(4 * FRAME);
    assertEquals(1, bench.edges.get(IRQ).size(), "the latch is still set");
    crtc(0x11, 0x0e);
    assertFalse(bench.lines[IRQ]);
    crtc(0x11, 0x1e);
    bench.runTo(5 * FRAME);
    assertEquals(2, bench.edges.get(IRQ).size());
  }

  @Test
  void disabledItKeepsTheLineLow() {
    crtc(0x11, 0x3e);
    bench.runTo(3 * FRAME);
    assertFalse(bench.lines[IRQ]);
    assertEquals(Long.MAX_VALUE, bench.clock.nextEventNanos(), "and costs no event");
  }

  @Test
  void goesOnAfterARestore() {
    crtc(0x11, 0x1e);
    Section before = DeviceBench.save(vga);
    bench.runTo(FRAME);
    Section after = DeviceBench.save(vga);
    vga.restore(before.rewind());
    assertFalse(bench.lines[IRQ]);
    assertFalse(pending());
    bench.runTo(FRAME + RETRACE + 100);
    assertTrue(bench.lines[IRQ]);
    assertEquals(after, DeviceBench.save(vga));
  }

  @Test
  void framebufferIsWhereBochsPutIt() {
    bench.bus.write32(IsaVga.FRAMEBUFFER + 0x1234, 0x11223344);
    assertEquals(0x44, vga.memory().bytes[0x1234]);
  }
}
