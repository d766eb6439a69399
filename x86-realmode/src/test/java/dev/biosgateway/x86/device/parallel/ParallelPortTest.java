package dev.biosgateway.x86.device.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.state.Section;
import org.junit.jupiter.api.Test;

class ParallelPortTest {
  private final DeviceBench bench = new DeviceBench();
  private final StringBuilder paper = new StringBuilder();
  private final ParallelPort port =
      bench.plug(new ParallelPort("lpt1", 0x378, 7).connect(b -> paper.append((char) b)));

  @Test
  void printsOnceForEachStrobe() {
    bench.out(0x378, 'A');
    strobe();
    bench.runFor(20_000);
    bench.out(0x37a, 0x0d);
    bench.out(0x37a, 0x0d);
    assertEquals("AA", paper.toString());
  }

  @Test
  void isBusyUntilItHasAcknowledged() {
    assertEquals(0xd8, bench.in(0x379), "selected, not busy, no error");
    strobe();
    assertEquals(0x58, bench.in(0x379), "busy");
    bench.runFor(10_000);
    assertEquals(0x18, bench.in(0x379), "busy, acknowledging");
    bench.runFor(5_000);
    assertEquals(0xd8, bench.in(0x379));
    bench.out(0x379, 0);
    assertEquals(0xd8, bench.in(0x379));
    assertTrue(bench.recorded("status register"));
  }

  @Test
  void doesNotHearAStrobeWhileBusy() {
    strobe();
    strobe();
    assertEquals(1, paper.length());
    assertTrue(bench.recorded("busy"));
  }

  @Test
  void readsBackDataAndControl() {
    bench.out(0x378, 0xaa);
    assertEquals(0xaa, bench.in(0x378));
    bench.out(0x37a, 0xff);
    assertEquals(0xff, bench.in(0x37a));
    assertEquals(0xff, bench.in(0x378), "lines are inputs");
    bench.out(0x37a, 0x0c);
    assertEquals(0xcc, bench.in(0x37a));
    assertEquals(0xaa, bench.in(0x378));
    assertEquals("", paper.toString(), "nothing is printed while the lines are inputs");
  }

  @Test
  void acknowledgesByAnInterruptWhereThatIsEnabled() {
    strobe();
    bench.runFor(20_000);
    assertEquals(0, bench.edges.get(7).size());
    bench.out(0x37a, 0x1d);
    bench.runFor(12_000);
    assertTrue(bench.lines[7]);
    bench.runFor(5_000);
    assertEquals(1, bench.edges.get(7).size());
    assertFalse(bench.lines[7]);
  }

  @Test
  void savesHowFarThePrinterIs() {
    bench.out(0x378, 'B');
    bench.out(0x37a, 0x0d);
    bench.runFor(10_000);
    Section saved = DeviceBench.save(port);
    bench.runFor(5_000);
    port.restore(saved.rewind());
    assertEquals(0x18, bench.in(0x379));
    bench.runFor(5_000);
    bench.out(0x37a, 0x0d);
    assertEquals("B", paper.toString(), "the strobe was already there");
    assertEquals(0xd8, bench.in(0x379));
  }

  private void strobe() {
    bench.out(0x37a, 0x0d);
    bench.out(0x37a, 0x0c);
  }
}
