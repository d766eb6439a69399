package dev.biosgateway.x86.bus;

import java.util.Arrays;

/**
 * Runs of loads and stores that stay within one page on each side, made at once: what repeated
 * string instructions do to main memory, to ROMs and to the memory of devices. Each run is what the
 * same accesses one after the other would have been.
 */
public final class PageRuns {
  /** What does not keep main memory from being stored to as a run: the run looks after it. */
  private static final int LOOKED_AFTER = PageFlags.TRACKED | PageFlags.CODE;

  private final PhysicalBus bus;
  private final byte[] buffer = new byte[PhysicalBus.PAGE];

  PageRuns(PhysicalBus bus) {
    this.bus = bus;
  }

  /** Whether the page can be stored to as a run. */
  public boolean canStore(int physical) {
    int slow = bus.flags[physical >>> 12] & PageFlags.SLOW_WRITE & ~LOOKED_AFTER;
    return slow == 0 || bus.memoryRegion(physical) != null;
  }

  /** Whether bytes of one page can be copied to another as a run, upwards. */
  public boolean canCopy(int from, int to) {
    if (!canStore(to)) {
      return false;
    }
    if ((bus.flags[from >>> 12] & PageFlags.SLOW_READ) == 0) {
      return true;
    }
    MemoryRegion source = bus.memoryRegion(from);
    if (source == null) {
      return isConstant(from);
    }
    // Two regions may show the same memory: what one write does to the next read is not known.
    MemoryRegion target = bus.memoryRegion(to);
    return target == null || source == target && source.isLinear();
  }

  /**
   * Stores a value {@code count} times, upwards, where {@link #canStore} holds.
   *
   * @param size of the value in bytes: 1, 2 or 4
   */
  public void fill(int physical, int size, int value, int count) {
    MemoryRegion region = bus.memoryRegion(physical);
    if (region != null) {
      repeat(buffer, 0, size, value, count);
      region.writeRun(bus.offsetInRegion(physical), buffer, 0, size * count);
      return;
    }
    bus.beforeWrite(physical >>> 12);
    repeat(bus.ram, physical, size, value, count);
    written(physical, size * count);
  }

  /** Stores bytes of an array where {@link #canStore} holds, as a bus master does. */
  void store(int physical, byte[] from, int at, int bytes) {
    MemoryRegion region = bus.memoryRegion(physical);
    if (region != null) {
      region.writeRun(bus.offsetInRegion(physical), from, at, bytes);
      return;
    }
    bus.beforeWrite(physical >>> 12);
    System.arraycopy(from, at, bus.ram, physical, bytes);
    written(physical, bytes);
  }

  /**
   * Copies bytes upwards where {@link #canCopy} holds. The target may overlap the source from
   * below, not from above.
   */
  public void copy(int from, int to, int bytes) {
    MemoryRegion source = bus.memoryRegion(from);
    MemoryRegion target = bus.memoryRegion(to);
    byte[] array = bus.ram;
    int at = from;
    if ((bus.flags[from >>> 12] & PageFlags.SLOW_READ) != 0) {
      array = buffer;
      at = 0;
      if (source == null) {
        readConstant(from, bytes);
      } else {
        source.readRun(bus.offsetInRegion(from), buffer, 0, bytes);
      }
    }
    if (target != null) {
      target.writeRun(bus.offsetInRegion(to), array, at, bytes);
      return;
    }
    bus.beforeWrite(to >>> 12);
    if ((bus.flags[to >>> 12] & PageFlags.CODE) == 0) {
      System.arraycopy(array, at, bus.ram, to, bytes);
      return;
    }
    // Code that is copied to where it is already goes on as it is.
    int first = Arrays.mismatch(array, at, at + bytes, bus.ram, to, to + bytes);
    if (first >= 0) {
      System.arraycopy(array, at + first, bus.ram, to + first, bytes - first);
      bus.codeWritten(to + first, bytes - first);
    }
  }

  /**
   * Whether an address is a ROM's: nothing changes what is read there, and reading changes nothing.
   */
  private boolean isConstant(int physical) {
    return bus.isConstant(bus.gated(physical) & -PhysicalBus.PAGE);
  }

  private void readConstant(int physical, int bytes) {
    int k = 0;
    for (; k + 4 <= bytes; k += 4) {
      PhysicalBus.INT.set(buffer, k, bus.read32(physical + k));
    }
    for (; k < bytes; k++) {
      buffer[k] = (byte) bus.read8(physical + k);
    }
  }

  private static void repeat(byte[] into, int at, int size, int value, int count) {
    switch (size) {
      case 1 -> Arrays.fill(into, at, at + count, (byte) value);
      case 2 -> {
        for (int k = at; k < at + 2 * count; k += 2) {
          PhysicalBus.SHORT.set(into, k, (short) value);
        }
      }
      case 4 -> {
        for (int k = at; k < at + 4 * count; k += 4) {
          PhysicalBus.INT.set(into, k, value);
        }
      }
      default -> throw new IllegalArgumentException("size: expected 1, 2 or 4, found " + size);
    }
  }

  private void written(int physical, int bytes) {
    if ((bus.flags[physical >>> 12] & PageFlags.CODE) != 0) {
      bus.codeWritten(physical, bytes);
    }
  }
}
