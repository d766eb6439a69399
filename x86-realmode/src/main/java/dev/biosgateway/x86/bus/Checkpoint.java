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
  record Kept(MemoryBlock block, int page, byte[] old) {}

  final Checkpoint outer;
  final List<Kept> kept = new ArrayList<>();

  /** Pages of an earlier rewind, to be filled again: as many as were written at once. */
  private final ArrayDeque<byte[]> spare = new ArrayDeque<>();

  Checkpoint(Checkpoint outer) {
    this.outer = outer;
  }

  /** How many pages were written since. */
  public int writtenPages() {
    return kept.size();
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

  void keep(MemoryBlock block, int page, byte[] from) {
    byte[] old = spare.isEmpty() ? new byte[4096] : spare.pop();
    System.arraycopy(from, page << 12, old, 0, 4096);
    kept.add(new Kept(block, page, old));
  }

  /** Forgets what was kept, since memory is as it was. */
  void rewound() {
    for (Kept k : kept) {
      spare.push(k.old);
    }
    kept.clear();
  }
}
