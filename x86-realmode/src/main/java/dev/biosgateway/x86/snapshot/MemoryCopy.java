package dev.biosgateway.x86.snapshot;

import dev.biosgateway.x86.bus.MemoryBlock;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.Arrays;

/** Brings saved memory into a machine, page by page, and only those pages that are not the same. */
final class MemoryCopy {
  private static final int PAGE = PhysicalBus.PAGE;
  private static final byte[] ZEROS = new byte[PAGE];

  private final PhysicalBus bus;

  MemoryCopy(PhysicalBus bus) {
    this.bus = bus;
  }

  /** Write protection does not matter: it is restored with the bus's section. */
  void toMainMemory(PagedMemory from) {
    for (int i = 0; i < from.pages(); i++) {
      byte[] page = orZeros(from.page(i));
      if (differs(page, bus.ram, i)) {
        bus.load(i * PAGE, page);
      }
    }
  }

  static void toBlock(PagedMemory from, MemoryBlock to) {
    for (int i = 0; i < from.pages(); i++) {
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
