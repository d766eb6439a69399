package dev.biosgateway.x86.snapshot;

import dev.biosgateway.x86.bus.MemoryBlock;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.Arrays;

/** Brings saved memory into a machine, page by page, and only those pages that are not the same. */
final class MemoryCopy {
  private static final int PAGE = PhysicalBus.PAGE;
  private static final byte[] ZEROS = new byte[PAGE];

  /** Above this a machine that was just powered on has zeros: ROMs are the only thing it has. */
  private static final int END_OF_ROMS = 1 << 20;

  private final PhysicalBus bus;

  /** Pages of main memory from this one on, and all of devices' memories, are zeros. */
  private final int zeros;

  private MemoryCopy(PhysicalBus bus, int zeros) {
    this.bus = bus;
    this.zeros = zeros;
  }

  /** For a machine that may have anything in its memory. */
  static MemoryCopy toUsed(PhysicalBus bus) {
    return new MemoryCopy(bus, Integer.MAX_VALUE);
  }

  /** For a machine that was just powered on, and has not run: what is zeros is not looked at. */
  static MemoryCopy toNew(PhysicalBus bus) {
    return new MemoryCopy(bus, END_OF_ROMS / PAGE);
  }

  /** Write protection does not matter: it is restored with the bus's section. */
  void toMainMemory(PagedMemory from) {
    for (int i = 0; i < from.pages(); i++) {
      if (i >= zeros && from.isZero(i)) {
        continue;
      }
      byte[] page = orZeros(from.page(i));
      if (differs(page, bus.ram, i)) {
        bus.load(i * PAGE, page);
      }
    }
  }

  void toBlock(PagedMemory from, MemoryBlock to) {
    boolean used = zeros == Integer.MAX_VALUE;
    for (int i = 0; i < from.pages(); i++) {
      if (!used && from.isZero(i)) {
        continue;
      }
      byte[] page = orZeros(from.page(i));
      if (differs(page, to.bytes, i)) {
        to.willWrite(i * PAGE, PAGE);
        System.arraycopy(page, 0, to.bytes, i * PAGE, PAGE);
      }
    }
  }

  private static byte[] orZeros(byte[] page) {
    return page == null ? ZEROS : page;
  }

  private static boolean differs(byte[] page, byte[] memory, int number) {
    int at = number * PAGE;
    return !Arrays.equals(page, 0, PAGE, memory, at, at + PAGE);
  }
}
