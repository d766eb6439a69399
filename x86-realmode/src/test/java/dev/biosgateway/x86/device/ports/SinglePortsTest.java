package dev.biosgateway.x86.device.ports;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.state.Section;
import org.junit.jupiter.api.Test;

/** Ports 80h, 92h, E9h and F0h. */
class SinglePortsTest {
  private final DeviceBench bench = new DeviceBench();

  @Test
  void port92MovesA20() {
    bench.plug(new Port92(false));
    assertFalse(bench.bus.a20());
    bench.out(0x92, 0x02);
    assertTrue(bench.bus.a20());
    assertEquals(0x02, bench.in(0x92));
    assertNull(bench.requestedReset);
  }

  @Test
  void port92ResetsOnTheRisingEdge() {
    Port92 port = bench.plug(new Port92(true));
    assertTrue(bench.bus.a20());
    bench.out(0x92, 0x03);
    assertEquals(ResetKind.HARD, bench.requestedReset);
    bench.requestedReset = null;
    bench.out(0x92, 0x03);
    assertNull(bench.requestedReset);
    bench.out(0x92, 0xc2);
    assertTrue(bench.recorded("port 92h"));
    Section saved = DeviceBench.save(port);
    bench.out(0x92, 0x00);
    port.restore(saved.rewind());
    assertEquals(0x02, bench.in(0x92));
  }

  @Test
  void postPortKeepsTheLastSixteen() {
    PostPort port = bench.plug(new PostPort());
    bench.out(0x80, 1);
    bench.out(0x80, 2);
    assertArrayEquals(new int[] {1, 2}, port.codes());
    assertEquals(2, bench.in(0x80));
    for (int i = 3; i <= 100; i++) {
      bench.out(0x80, i);
    }
    int[] codes = port.codes();
    assertEquals(16, codes.length);
    for (int i = 0; i < 16; i++) {
      assertEquals(85 + i, codes[i]);
    }
    Section saved = DeviceBench.save(port);
    port.reset(ResetKind.HARD);
    assertEquals(0, port.codes().length);
    port.restore(saved.rewind());
    assertArrayEquals(codes, port.codes());
    assertEquals(100, bench.in(0x80));
  }

  @Test
  void coprocessorErrorGoesThroughIrq13() {
    CoprocessorError port = bench.plug(new CoprocessorError());
    bench.ferr.set(true);
    assertTrue(bench.lines[13]);
    assertFalse(bench.ignne);
    Section saved = DeviceBench.save(port);
    bench.out(0xf0, 0);
    assertFalse(bench.lines[13]);
    assertTrue(bench.ignne, "until the CPU lets go of FERR#");
    bench.ferr.set(false);
    assertFalse(bench.ignne);
    bench.out(0xf0, 0);
    assertFalse(bench.ignne, "nothing to ignore");
    port.restore(saved.rewind());
    assertTrue(bench.lines[13]);
  }

  @Test
  void debugPortWritesToTheConsoleAndReadsItsNumber() {
    bench.plug(DebugPort.toConsole());
    for (char c : "boot\n".toCharArray()) {
      bench.out(0xe9, c);
    }
    assertEquals("boot\n", bench.console.toString());
    assertEquals(0xe9, bench.in(0xe9));
  }
}
