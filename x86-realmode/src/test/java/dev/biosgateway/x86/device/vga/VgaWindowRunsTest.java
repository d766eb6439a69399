package dev.biosgateway.x86.device.vga;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.bus.Checkpoint;
import dev.biosgateway.x86.bus.PageRuns;
import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.device.pci.PciBus;
import dev.biosgateway.x86.state.Section;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Wide accesses and runs to display memory are what the same accesses byte by byte would have been,
 * whatever the registers say.
 */
class VgaWindowRunsTest {
  private static final int LFB = 0xe0000000;
  private static final int WINDOW = 0xa0000;
  private static final int RAM = 0x20000;
  private static final int PAGE = 4096;

  /** A display adapter with its bus. */
  private static final class Adapter {
    private final DeviceBench bench = new DeviceBench();
    private final StandardVga vga;

    private Adapter() {
      bench.plug(new PciBus());
      vga = bench.plug(new StandardVga(StandardVga.Model.STANDARD, 2, LFB, 0, new byte[0]));
      bench.out(0x3c2, 0x63);
    }

    private void register(int port, int index, int value) {
      bench.ports.out(port, 2, value << 8 | index);
    }

    private Section state() {
      return DeviceBench.save(vga);
    }
  }

  private final Adapter fast = new Adapter();
  private final Adapter slow = new Adapter();
  private final Random random = new Random(4711);

  @Test
  void runsAreAccessesByteByByte() {
    for (int i = 0; i < 3000; i++) {
      if (i % 3 == 0) {
        randomRegisters();
      }
      int size = 1 << random.nextInt(3);
      int at = WINDOW + random.nextInt(0x1fff0);
      int value = random.nextInt();
      switch (random.nextInt(5)) {
        case 0 -> {
          write(at, size, value);
        }
        case 1 -> assertEquals(read(slow, at, size), readWide(fast, at, size));
        case 2 -> fill(at & -size, size, value);
        case 3 -> copy(at, RAM + random.nextInt(PAGE));
        default -> copy(RAM + random.nextInt(PAGE), at);
      }
      assertEquals(slow.state(), fast.state(), "latches after step " + i);
    }
    assertArrayEquals(slow.vga.memory().bytes, fast.vga.memory().bytes);
    assertArrayEquals(slow.bench.bus.ram, fast.bench.bus.ram);
  }

  @Test
  void scrollingWithinTheWindowIsACopyUpwards() {
    both(a -> text(a));
    for (int i = 0; i < 0x8000; i++) {
      int value = random.nextInt();
      both(a -> a.bench.bus.write8(0xb8000 + (value >>> 8 & 0x7fff), value & 0xff));
    }
    assertTrue(fast.bench.bus.runs.canCopy(0xb80a0, 0xb8000));
    copy(0xb80a0, 0xb8000);
    assertArrayEquals(slow.vga.memory().bytes, fast.vga.memory().bytes);
  }

  @Test
  void planarMemoryIsNotCopiedAsARun() {
    fast.register(0x3c4, 4, 0x06);
    fast.register(0x3c4, 2, 0x0f);
    fast.register(0x3ce, 6, 0x05);
    fast.register(0x3ce, 5, 0x01);
    assertFalse(fast.bench.bus.runs.canCopy(WINDOW, WINDOW + PAGE), "latches are what is copied");
    assertTrue(fast.bench.bus.runs.canCopy(WINDOW, RAM));
    assertFalse(fast.bench.bus.runs.canCopy(LFB, WINDOW), "both show the same memory");
  }

  @Test
  void runsIntoTheFramebufferAreRolledBack() {
    PageRuns runs = fast.bench.bus.runs;
    Checkpoint checkpoint = fast.bench.bus.checkpoint();
    runs.fill(LFB + 0x123000, 4, -1, 1024);
    text(fast);
    runs.fill(0xb8000, 2, 0x0741, 2048);
    assertEquals(-1, fast.bench.bus.read32(LFB + 0x123ffc));
    assertEquals(0x0741, fast.bench.bus.read16(0xb8ffe));
    fast.bench.bus.rollback(checkpoint);
    assertArrayEquals(new byte[StandardVga.MEMORY], fast.vga.memory().bytes);
  }

  private void text(Adapter a) {
    a.register(0x3c4, 4, 0x02);
    a.register(0x3c4, 2, 0x03);
    a.register(0x3ce, 5, 0x10);
    a.register(0x3ce, 6, 0x0e);
    a.register(0x3ce, 8, 0xff);
  }

  private interface Step {
    void on(Adapter a);
  }

  private void both(Step step) {
    step.on(fast);
    step.on(slow);
  }

  /** Often the plain modes, else anything. */
  private void randomRegisters() {
    int dispi = random.nextInt(8) == 0 ? 1 : 0;
    int mode = random.nextInt(4);
    int[] sequencer = {random.nextInt(16), random.nextInt(8) << 1};
    int[] graphics = new int[9];
    for (int i = 0; i < graphics.length; i++) {
      graphics[i] = random.nextInt(256);
    }
    if (mode < 3) {
      Arrays.fill(graphics, 0);
      graphics[8] = 0xff;
      graphics[4] = random.nextInt(4) == 0 ? random.nextInt(4) : 0;
      graphics[5] = (mode == 0 ? 0x10 : mode == 1 ? 0x40 : 0) | random.nextInt(8) / 7 * 8;
      graphics[6] = random.nextInt(4) << 2;
      sequencer[0] = mode == 0 ? 0x03 : 0x0f;
      sequencer[1] = mode == 0 ? 0x02 : mode == 1 ? 0x0e : 0x06;
    }
    both(
        a -> {
          a.bench.ports.out(0x1ce, 2, 4);
          a.bench.ports.out(0x1cf, 2, 0);
          a.register(0x3c4, 2, sequencer[0]);
          a.register(0x3c4, 4, sequencer[1]);
          for (int i = 0; i < graphics.length; i++) {
            a.register(0x3ce, i, graphics[i]);
          }
          a.bench.ports.out(0x1cf, 2, dispi * 0xc1);
        });
  }

  private void write(int at, int size, int value) {
    switch (size) {
      case 1 -> fast.bench.bus.write8(at, value);
      case 2 -> fast.bench.bus.write16(at, value);
      default -> fast.bench.bus.write32(at, value);
    }
    for (int i = 0; i < size; i++) {
      slow.bench.bus.write8(at + i, value >>> 8 * i);
    }
  }

  private static int readWide(Adapter a, int at, int size) {
    return switch (size) {
      case 1 -> a.bench.bus.read8(at);
      case 2 -> a.bench.bus.read16(at);
      default -> a.bench.bus.read32(at);
    };
  }

  private static int read(Adapter a, int at, int size) {
    int value = 0;
    for (int i = 0; i < size; i++) {
      value |= a.bench.bus.read8(at + i) << 8 * i;
    }
    return value;
  }

  private void fill(int at, int size, int value) {
    int count = random.nextInt((PAGE - (at & PAGE - 1)) / size) + 1;
    fast.bench.bus.runs.fill(at, size, value, count);
    for (int i = 0; i < size * count; i++) {
      slow.bench.bus.write8(at + i, value >>> 8 * (i % size));
    }
  }

  private void copy(int from, int to) {
    int room = PAGE - Math.max(from & PAGE - 1, to & PAGE - 1);
    int bytes = random.nextInt(room) + 1;
    assertTrue(fast.bench.bus.runs.canCopy(from, to));
    fast.bench.bus.runs.copy(from, to, bytes);
    for (int i = 0; i < bytes; i++) {
      slow.bench.bus.write8(to + i, slow.bench.bus.read8(from + i));
    }
  }
}
