package dev.biosgateway.x86.bus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What memory looked like at an instant, kept as the old contents of exactly those pages that were
 * written since. Taking one costs a flag for each page, going back costs a copy for each page that
 * was written. Checkpoints nest like brackets: the last one taken is rolled back or released first.
 *
 * @see PhysicalBus#checkpoint()
 */
public final class Checkpoint {
  /**
   * Pages that are held to be filled again, at most: one call that wrote all memory is forgotten.
   */
  private static final int SPARE = 256;

  record Kept(MemoryBlock block, int page, byte[] old) {}

  final Checkpoint outer;
  final List<Kept> kept = new ArrayList<>();

  private int limit = Integer.MAX_VALUE;
  private int limitPages = Integer.MAX_VALUE;

  /** Pages of an earlier rewind, to be filled again: as many as were written at once. */
  private final ArrayDeque<byte[]> spare = new ArrayDeque<>();

  Checkpoint(Checkpoint outer) {
    this.outer = outer;
  }

  /** How many pages were written since. */
  public int writtenPages() {
    return kept.size();
  }

  /** Takes pages that were written. */
  @FunctionalInterface
  public interface PageVisitor {
    /**
     * A page was written.
     *
     * @param block of a device; null for main memory
     * @param page its number there
     */
    void written(MemoryBlock block, int page);
  }

  /** Tells of every page that was written since, while no other checkpoint was open above it. */
  public void forEachWrittenPage(PageVisitor visitor) {
    for (Kept k : kept) {
      visitor.written(k.block, k.page);
    }
  }

  /** Takes over what an inner checkpoint kept, where this one has nothing older. */
  void adopt(List<Kept> inner) {
    Set<List<Object>> mine = new HashSet<>();
    for (Kept k : kept) {
      mine.add(Arrays.asList(k.block, k.page));
    }
    for (Kept k : inner) {
      if (mine.add(Arrays.asList(k.block, k.page))) {
        kept.add(k);
      }
    }
  }

  /** Lets so many more pages be written until the next rewind. */
  void limit(int pages) {
    limit = pages == Integer.MAX_VALUE ? pages : kept.size() + pages;
    limitPages = pages;
  }

  void keep(MemoryBlock block, int page, byte[] from) {
    if (kept.size() >= limit) {
      throw new AccessDeniedException(
          "write to another page: the quota of %d bytes of memory is used up"
              .formatted(limitPages * 4096L));
    }
    byte[] old = spare.isEmpty() ? new byte[4096] : spare.pop();
    System.arraycopy(from, page << 12, old, 0, 4096);
    kept.add(new Kept(block, page, old));
  }

  /** Forgets what was kept, since memory is as it was. */
  void rewound() {
    limit = Integer.MAX_VALUE;
    for (Kept k : kept) {
      if (spare.size() < SPARE) {
        spare.push(k.old);
      }
    }
    kept.clear();
  }
}
