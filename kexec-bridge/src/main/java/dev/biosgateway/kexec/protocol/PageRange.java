package dev.biosgateway.kexec.protocol;

/**
 * Whole pages of physical memory.
 *
 * @param address of the first, a multiple of 4096
 * @param pages how many, at least 1
 */
public record PageRange(long address, long pages) implements Comparable<PageRange> {
  /** Size of a page in bytes. */
  public static final int PAGE = 4096;

  /** Refuses what is not whole pages below 2^52. */
  public PageRange {
    if (address < 0 || (address & PAGE - 1) != 0 || pages < 1 || pages > (1L << 40)) {
      throw new IllegalArgumentException(
          String.format("expected whole pages, found %d from 0x%x on", pages, address));
    }
  }

  /** From one address up to another, both multiples of 4096. */
  public static PageRange between(long address, long end) {
    if ((end & PAGE - 1) != 0) {
      throw new IllegalArgumentException(
          String.format("expected an end at a page, found 0x%x", end));
    }
    return new PageRange(address, end - address >>> 12);
  }

  /** The first address behind it. */
  public long end() {
    return address + pages * PAGE;
  }

  /** Whether an address lies in it. */
  public boolean contains(long at) {
    return at >= address && at < end();
  }

  @Override
  public int compareTo(PageRange other) {
    return Long.compare(address, other.address);
  }

  @Override
  public String toString() {
    return String.format("0x%08x-0x%08x", address, end() - 1);
  }
}
