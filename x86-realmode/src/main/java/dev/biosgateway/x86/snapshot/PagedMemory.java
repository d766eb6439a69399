package dev.biosgateway.x86.snapshot;

import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;

/**
 * The contents of main memory or of a device's memory at an instant, by pages of 4 KB. Pages of
 * zeros are not held; a page that is as it was in an earlier image is that image's. Immutable; safe
 * for use by any thread.
 */
public final class PagedMemory {
  private static final int PAGE = PhysicalBus.PAGE;
  private static final byte[] ZEROS = new byte[PAGE];

  private final String name;
  private final byte[][] pages;

  /** Takes {@code pages} over: null stands for zeros, and nobody writes to the others again. */
  PagedMemory(String name, byte[][] pages) {
    this.name = Objects.requireNonNull(name, "name");
    this.pages = pages;
  }

  /**
   * Copies what is not zero.
   *
   * @param earlier the same memory at another instant, whose pages are shared where they are the
   *     same; null for none
   */
  static PagedMemory of(String name, byte[] bytes, PagedMemory earlier) {
    byte[][] pages = new byte[bytes.length / PAGE][];
    boolean comparable = earlier != null && earlier.pages.length == pages.length;
    for (int i = 0; i < pages.length; i++) {
      int at = i * PAGE;
      if (Arrays.equals(bytes, at, at + PAGE, ZEROS, 0, PAGE)) {
        continue;
      }
      byte[] before = comparable ? earlier.pages[i] : null;
      pages[i] =
          before != null && Arrays.equals(bytes, at, at + PAGE, before, 0, PAGE)
              ? before
              : Arrays.copyOfRange(bytes, at, at + PAGE);
    }
    return new PagedMemory(name, pages);
  }

  /** The same memory later, when no other pages than these were written. */
  PagedMemory with(byte[] bytes, BitSet written) {
    if (written.isEmpty()) {
      return this;
    }
    byte[][] later = pages.clone();
    for (int i = written.nextSetBit(0); i >= 0; i = written.nextSetBit(i + 1)) {
      int at = i * PAGE;
      byte[] before = pages[i] == null ? ZEROS : pages[i];
      if (!Arrays.equals(bytes, at, at + PAGE, before, 0, PAGE)) {
        boolean zero = Arrays.equals(bytes, at, at + PAGE, ZEROS, 0, PAGE);
        later[i] = zero ? null : Arrays.copyOfRange(bytes, at, at + PAGE);
      }
    }
    return new PagedMemory(name, later);
  }

  /** {@code ram} for main memory, else the name of the device's memory block. */
  public String name() {
    return name;
  }

  /** Bytes, a multiple of 4096. */
  public long size() {
    return (long) pages.length * PAGE;
  }

  /** Number of pages, those of zeros included. */
  public int pages() {
    return pages.length;
  }

  /** Number of pages that are not all zeros. */
  public int heldPages() {
    int held = 0;
    for (byte[] page : pages) {
      held += page == null ? 0 : 1;
    }
    return held;
  }

  /** Whether all bytes of a page are zero. */
  public boolean isZero(int page) {
    return pages[page] == null;
  }

  /** Copies a page into {@code into} from {@code at} on. */
  public void read(int page, byte[] into, int at) {
    System.arraycopy(pages[page] == null ? ZEROS : pages[page], 0, into, at, PAGE);
  }

  /** Whether a page is the same in both. */
  public boolean samePage(int page, PagedMemory other) {
    return pages[page] == other.pages[page] || Arrays.equals(pages[page], other.pages[page]);
  }

  /** The page itself, null when it is zeros; not to be written to. */
  byte[] page(int page) {
    return pages[page];
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof PagedMemory m && name.equals(m.name) && Arrays.deepEquals(pages, m.pages);
  }

  @Override
  public int hashCode() {
    return name.hashCode() * 31 + Arrays.deepHashCode(pages);
  }

  @Override
  public String toString() {
    return "%s: %d of %d pages".formatted(name, heldPages(), pages.length);
  }
}
