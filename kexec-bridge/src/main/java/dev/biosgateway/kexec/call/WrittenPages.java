package dev.biosgateway.kexec.call;

import dev.biosgateway.x86.bus.Checkpoint;
import dev.biosgateway.x86.bus.MemoryBlock;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Which pages of a machine were written since somebody asked. */
final class WrittenPages implements Checkpoint.PageVisitor {
  private final List<BitSet> pages = new ArrayList<>();
  private final Map<MemoryBlock, Integer> places = new IdentityHashMap<>();
  private boolean unknown = true;

  /** At first nobody knows. */
  WrittenPages(PhysicalBus bus) {
    pages.add(new BitSet(bus.ramSize() >>> 12));
    for (MemoryBlock block : bus.blocks()) {
      places.put(block, pages.size());
      pages.add(new BitSet(block.bytes.length >>> 12));
    }
  }

  @Override
  public void written(MemoryBlock block, int page) {
    pages.get(block == null ? 0 : places.get(block)).set(page);
  }

  /** Any page may have been. */
  void addAll() {
    unknown = true;
  }

  /** What was written, and forgets it; null if it may be any page. */
  List<BitSet> take() {
    List<BitSet> out = unknown ? null : pages.stream().map(p -> (BitSet) p.clone()).toList();
    pages.forEach(BitSet::clear);
    unknown = false;
    return out;
  }
}
