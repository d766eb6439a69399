package dev.biosgateway.x86.device.dma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.ports.PostPort;
import dev.biosgateway.x86.state.Section;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Modes, masks, pages and priorities of the two 8237A, seen from ports and from a device's pins.
 */
class Dma8237PairTest {
  private static final int SINGLE = 0x40;
  private static final int DEMAND = 0x00;
  private static final int BLOCK = 0x80;
  private static final int TO_MEMORY = 0x04;
  private static final int FROM_MEMORY = 0x08;
  private static final int VERIFY = 0x00;
  private static final int AUTO = 0x10;
  private static final int DOWN = 0x20;

  private final DeviceBench bench = new DeviceBench();
  private final Dma8237Pair dma = bench.plug(new Dma8237Pair());

  /** Gives 1, 2, 3, …; lets go of its line after so many, or at terminal count. */
  private static final class Peripheral implements DmaRequester {
    final List<Integer> taken = new ArrayList<>();
    int given;
    int verified;
    int ends;
    int left = Integer.MAX_VALUE;
    Runnable onAcknowledge = () -> {};
    DmaRequestLine line;

    private void acknowledged() {
      onAcknowledge.run();
      if (--left == 0) {
        line.set(false);
      }
    }

    @Override
    public int read() {
      acknowledged();
      return ++given;
    }

    @Override
    public void write(int value) {
      acknowledged();
      taken.add(value);
    }

    @Override
    public void verify() {
      acknowledged();
      verified++;
    }

    @Override
    public void terminalCount() {
      ends++;
      line.set(false);
    }
  }

  private Peripheral connect(int channel) {
    Peripheral p = new Peripheral();
    p.line = dma.connect(channel, p);
    return p;
  }

  private static final int[] PAGE = {0x87, 0x83, 0x81, 0x82, 0x8f, 0x8b, 0x89, 0x8a};

  private void program(int channel, int mode, int page, int address, int count) {
    int base = channel < 4 ? 0 : 0xc0;
    int step = channel < 4 ? 1 : 2;
    int c = channel & 3;
    bench.out(base + 10 * step, 4 | c);
    bench.out(base + 12 * step, 0);
    bench.out(base + 11 * step, mode | c);
    bench.out(base + 2 * c * step, address & 0xff);
    bench.out(base + 2 * c * step, address >> 8);
    bench.out(base + (2 * c + 1) * step, count & 0xff);
    bench.out(base + (2 * c + 1) * step, count >> 8);
    bench.out(PAGE[channel], page);
    bench.out(base + 10 * step, c);
  }

  private void openCascade() {
    bench.out(0xd4, 0);
  }

  private int address(int channel) {
    return word(channel, 0);
  }

  private int count(int channel) {
    return word(channel, 1);
  }

  private int word(int channel, int which) {
    int base = channel < 4 ? 0 : 0xc0;
    int step = channel < 4 ? 1 : 2;
    bench.out(base + 12 * step, 0);
    int port = base + (2 * (channel & 3) + which) * step;
    return bench.in(port) | bench.in(port) << 8;
  }

  @Test
  void movesBytesToMemoryUntilTheCountRunsOut() {
    Peripheral p = connect(2);
    openCascade();
    program(2, SINGLE | TO_MEMORY, 0x01, 0x2340, 4);
    p.line.set(true);
    assertEquals(5, p.given, "count + 1 transfers");
    assertEquals(1, p.ends);
    for (int i = 0; i < 5; i++) {
      assertEquals(i + 1, bench.bus.read8(0x12340 + i));
    }
    assertEquals(0x2345, address(2));
    assertEquals(0xffff, count(2));
    assertEquals(0x04, bench.in(0x08), "terminal count of channel 2");
    assertEquals(0x00, bench.in(0x08), "reading clears it");
    p.line.set(true);
    assertEquals(5, p.given, "the channel has masked itself");
    assertEquals(0x40, bench.in(0x08), "and the request waits");
  }

  @Test
  void movesBytesFromMemoryAndDownwards() {
    for (int i = 0; i < 4; i++) {
      bench.bus.write8(0x10100 - i, 0x30 + i);
    }
    Peripheral p = connect(3);
    openCascade();
    program(3, DEMAND | FROM_MEMORY | DOWN, 1, 0x0100, 3);
    p.line.set(true);
    assertEquals(List.of(0x30, 0x31, 0x32, 0x33), p.taken);
    assertEquals(0x00fd - 1, address(3));
  }

  @Test
  void addressesWrapWithinTheirPage() {
    Peripheral p = connect(1);
    openCascade();
    program(1, SINGLE | TO_MEMORY, 1, 0xfffe, 3);
    p.line.set(true);
    assertEquals(1, bench.bus.read8(0x1fffe));
    assertEquals(2, bench.bus.read8(0x1ffff));
    assertEquals(3, bench.bus.read8(0x10000));
    assertEquals(4, bench.bus.read8(0x10001));
    assertEquals(0, bench.bus.read8(0x20000));
  }

  @Test
  void sixteenBitChannelsMoveWordsInPagesOf128K() {
    Peripheral p = connect(5);
    program(5, SINGLE | TO_MEMORY, 0x03, 0xffff, 1);
    p.line.set(true);
    assertEquals(1, bench.bus.read16(0x3fffe), "page bit 0 is not used");
    assertEquals(2, bench.bus.read16(0x20000));
    assertEquals(0x02, bench.in(0xd0));
    assertEquals(0x0001, address(5));
    assertEquals(0xffff, count(5));
  }

  @Test
  void autoInitializationStartsOverAndStaysUnmasked() {
    Peripheral p = connect(2);
    openCascade();
    program(2, SINGLE | TO_MEMORY | AUTO, 0, 0x500, 1);
    p.line.set(true);
    assertEquals(0x500, address(2));
    assertEquals(1, count(2));
    p.line.set(true);
    assertEquals(4, p.given);
    assertEquals(3, bench.bus.read8(0x500));
  }

  @Test
  void verifyMovesTheAddressButNoData() {
    Peripheral p = connect(2);
    openCascade();
    bench.bus.write8(0x600, 0x77);
    program(2, SINGLE | VERIFY, 0, 0x600, 9);
    p.line.set(true);
    assertEquals(10, p.verified);
    assertEquals(0, p.given);
    assertEquals(0x77, bench.bus.read8(0x600));
    assertEquals(0x60a, address(2));
    assertEquals(1, p.ends);
  }

  @Test
  void demandModeWaitsWhereTheDeviceLetsGo() {
    Peripheral p = connect(2);
    openCascade();
    program(2, DEMAND | TO_MEMORY, 0, 0x700, 9);
    p.left = 3;
    p.line.set(true);
    assertEquals(0x703, address(2));
    assertEquals(6, count(2));
    p.left = Integer.MAX_VALUE;
    p.line.set(true);
    assertEquals(10, p.given);
    assertEquals(1, p.ends);
  }

  @Test
  void blockModeGoesOnThoughTheRequestFalls() {
    Peripheral p = connect(0);
    openCascade();
    program(0, BLOCK | TO_MEMORY, 0, 0x700, 9);
    p.left = 1;
    p.line.set(true);
    assertEquals(10, p.given);
  }

  @Test
  void aRequestWaitsForTheMaskTheCascadeAndTheController() {
    Peripheral p = connect(2);
    program(2, SINGLE | TO_MEMORY, 0, 0x800, 0);
    p.line.set(true);
    assertEquals(0, p.given, "channel 4 is masked after reset");
    bench.out(0x08, 0x04);
    openCascade();
    assertEquals(0, p.given, "the controller is disabled");
    bench.out(0x0a, 0x06);
    bench.out(0x08, 0x00);
    assertEquals(0, p.given, "the channel is masked");
    bench.out(0x0e, 0x00);
    assertEquals(1, p.given);
  }

  @Test
  void softwareRequestsIgnoreTheMask() {
    openCascade();
    Peripheral p = connect(3);
    program(3, BLOCK | TO_MEMORY, 0, 0x900, 7);
    bench.out(0x0f, 0x0f);
    bench.out(0x09, 0x07);
    assertEquals(8, p.given);
    assertEquals(0x08, bench.in(0x08));
    bench.out(0x09, 0x03);
    assertEquals(8, p.given);
  }

  @Test
  void memoryToMemoryGoesThroughTheTemporaryRegister() {
    openCascade();
    for (int i = 0; i < 4; i++) {
      bench.bus.write8(0x1000 + i, 0xa0 + i);
    }
    program(1, BLOCK | TO_MEMORY, 0, 0x2000, 3);
    program(0, BLOCK | FROM_MEMORY, 0, 0x1000, 3);
    bench.out(0x08, 0x01);
    bench.out(0x09, 0x04);
    assertEquals(0xa3a2a1a0, bench.bus.read32(0x2000));
    assertEquals(0xa3, bench.in(0x0d));
    program(1, BLOCK | TO_MEMORY, 0, 0x2000, 3);
    program(0, BLOCK | FROM_MEMORY, 0, 0x1000, 3);
    bench.out(0x08, 0x03);
    bench.out(0x09, 0x04);
    assertEquals(0xa0a0a0a0, bench.bus.read32(0x2000), "channel 0 holds its address");
  }

  @ParameterizedTest
  @CsvSource({"0x00, 1 1 2 2 3 3", "0x10, 1 2 3 1 2 3"})
  void priorityIsFixedOrRotates(int command, String order) {
    openCascade();
    List<String> served = new ArrayList<>();
    for (int channel : new int[] {3, 1, 2}) {
      Peripheral p = connect(channel);
      p.onAcknowledge = () -> served.add(String.valueOf(channel));
      program(channel, SINGLE | TO_MEMORY, 0, 0x100 * channel, 1);
      bench.out(0x0a, 4 | channel);
      p.line.set(true);
    }
    bench.out(0x08, command);
    bench.out(0x0e, 0);
    assertEquals(order, String.join(" ", served));
  }

  @Test
  void flipFlopMasterClearAndMaskRegister() {
    bench.out(0x00, 0x34);
    bench.out(0x00, 0x12);
    assertEquals(0x34, bench.in(0x00));
    assertEquals(0x12, bench.in(0x00));
    bench.in(0x00);
    bench.out(0x0d, 0);
    assertEquals(0x34, bench.in(0x00), "master clear resets the flip-flop");
    assertEquals(0x0f, bench.in(0x0f), "and masks all channels");
    bench.out(0x0f, 0x05);
    assertEquals(0x05, bench.in(0x0f));
  }

  @Test
  void pageRegistersReadBackAndLeavePort80ToPostCodes() {
    PostPort post = bench.plug(new PostPort());
    for (int port = 0x81; port <= 0x8f; port++) {
      bench.out(port, port ^ 0x5a);
    }
    for (int port = 0x81; port <= 0x8f; port++) {
      assertEquals(port ^ 0x5a, bench.in(port));
    }
    bench.out(0x80, 0x42);
    assertEquals(0x42, bench.in(0x80));
    assertEquals(0x42, post.codes()[0]);
  }

  @Test
  void channelsHaveOneDeviceAndFourHasNone() {
    connect(2);
    assertThrows(IllegalStateException.class, () -> connect(2));
    assertThrows(IllegalArgumentException.class, () -> connect(4));
  }

  @Test
  void stateGoesOnInAnotherMachine() {
    Peripheral p = connect(2);
    openCascade();
    program(2, DEMAND | TO_MEMORY, 1, 0x700, 9);
    p.left = 3;
    p.line.set(true);
    Section saved = DeviceBench.save(dma);

    dma.reset(ResetKind.POWER_ON);
    assertFalse(saved.equals(DeviceBench.save(dma)));
    dma.restore(saved.rewind());
    assertEquals(saved, DeviceBench.save(dma));
    p.left = Integer.MAX_VALUE;
    p.line.set(true);
    assertEquals(10, p.given);
    assertEquals(10, bench.bus.read8(0x10709));
    assertTrue(bench.unmodelled.entries().isEmpty(), () -> "" + bench.unmodelled.entries());
  }
}
