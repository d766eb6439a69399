package dev.biosgateway.x86.bus;

import java.util.Arrays;

/**
 * A block of memory that is not main memory, such as a display adapter's: bytes plus, for each 4 KB
 * page, whether a checkpoint still wants its old contents. Whoever writes to {@link #bytes} calls
 * {@link #willWrite} first.
 */
public final class MemoryBlock {
  /** The contents. Read freely; before writing, call {@link #willWrite}. */
  public final byte[] bytes;

  private final String name;
  private final boolean[] tracked;
  private Checkpoint checkpoint;
  private long writes;

  /**
   * @param size bytes, a multiple of 4096
   */
  public MemoryBlock(String name, int size) {
    if (size <= 0 || (size & 0xfff) != 0) {
      throw new IllegalArgumentException(
          "memory block %s: expected a multiple of 4096 bytes, found %d".formatted(name, size));
    }
    this.name = name;
    this.bytes = new byte[size];
    this.tracked = new boolean[size >>> 12];
  }

  public String name() {
    return name;
  }

  /**
   * How often the contents were written or rolled back: a cheap hint that something is different,
   * no state of the machine.
   */
  public long writes() {
    return writes;
  }

  /** Announces a write at {@code offset}. */
  public void willWrite(int offset, int size) {
    writes++;
    if (checkpoint == null) {
      return;
    }
    int last = (offset + size - 1) >>> 12;
    for (int page = offset >>> 12; page <= last; page++) {
      if (tracked[page]) {
        checkpoint.keep(this, page, bytes); // may refuse: then nothing has changed
        tracked[page] = false;
      }
    }
  }

  /** Lets a checkpoint keep each page when it is written; none with null. */
  void trackAll(Checkpoint c) {
    checkpoint = c;
    Arrays.fill(tracked, c != null);
  }

  /** Lets another checkpoint keep the pages that are tracked. */
  void keepFor(Checkpoint c) {
    checkpoint = c;
  }

  void track(int page, boolean on) {
    tracked[page] = on;
  }

  void restorePage(int page, byte[] old) {
    writes++;
    tracked[page] = true;
    System.arraycopy(old, 0, bytes, page << 12, 4096);
  }
}
