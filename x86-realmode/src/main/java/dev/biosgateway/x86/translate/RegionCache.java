package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.cpu.Block;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Interpreter;
import java.util.HashMap;
import java.util.Map;

/**
 * The regions of a machine, by the physical address and the code size of where they can be entered;
 * several of one place, when it is executed in several modes. On the machine's thread.
 */
final class RegionCache {
  /** Places at most; then all are forgotten, and what is hot comes again. */
  private static final int MAX_PLACES = 4096;

  /** Modes of one place for which there may be code. */
  private static final int MAX_SIBLINGS = 4;

  /** Regions of a page that may die before its code counts as one that changes itself. */
  private static final int MAX_DEATHS = 6;

  private final Cpu cpu;
  private final Interpreter interpreter;
  private final Map<Long, Region> regions = new HashMap<>();
  private final Map<Integer, Integer> deaths = new HashMap<>();
  private final PatchedCode patched = new PatchedCode();

  /** Region of each instruction within one, if it is the last that was found to have it. */
  private final Map<Long, Region> within = new HashMap<>();

  private int forgotten;

  RegionCache(Cpu cpu, Interpreter interpreter) {
    this.cpu = cpu;
    this.interpreter = interpreter;
  }

  /** What was changed in them. */
  PatchedCode patched() {
    return patched;
  }

  /** How many were forgotten because their bytes changed. */
  int forgotten() {
    return forgotten;
  }

  /** Whether so many regions of the page of {@code block} have died that it is not worth it. */
  boolean changesItself(Block block) {
    return deaths.getOrDefault(block.physical >>> 12, 0) > MAX_DEATHS;
  }

  /** The region that begins at {@code block} and CS:EIP in the mode of the moment, else null. */
  Region find(Block block) {
    Region r = living(block);
    while (r != null && !r.suits(cpu)) {
      r = r.sibling;
    }
    return r;
  }

  /** Whether {@code block} is within a region that can be entered nearby, or will be. */
  boolean isCovered(Block block) {
    Region r = within.get(key(block));
    return r != null && r.valid() && !r.hasFailed() && r.covers(cpu.eip) && r.isForModeOf(cpu);
  }

  /** Whether {@code physical} is where a region is entered that had to be cut short. */
  boolean isEntryOfCut(int physical, int eip) {
    for (Region r = regions.get(key(physical, cpu.cs.big())); r != null; r = r.sibling) {
      if (r.isCut() && r.valid() && r.isEntry(eip) && r.isForModeOf(cpu)) {
        return true;
      }
    }
    return false;
  }

  /** Whether there is room for a region of {@code block} in one more mode. */
  boolean hasRoom(Block block) {
    int count = 0;
    for (Region r = regions.get(key(block)); r != null; r = r.sibling) {
      count++;
    }
    return count < MAX_SIBLINGS;
  }

  void add(Region region, Block block) {
    if (regions.size() >= MAX_PLACES) {
      regions.values().forEach(RegionCache::forgetAll);
      regions.clear();
      within.clear();
    }
    for (int physical : region.coveredAddresses()) {
      within.put(key(physical, block.code32), region);
    }
    interpreter.keep(region);
    region.sibling = regions.put(key(block), region);
  }

  private static void forgetAll(Region first) {
    for (Region r = first; r != null; r = r.sibling) {
      r.forget();
    }
  }

  /** Takes away a region that could not be compiled. */
  void remove(Region region, Block block) {
    Region first = regions.get(key(block));
    if (first == region) {
      replace(key(block), region.sibling);
    }
    for (Region r = first; r != null; r = r.sibling) {
      if (r.sibling == region) {
        r.sibling = region.sibling;
      }
    }
    region.forget();
  }

  /** Has it found at its other entries, too: those in the page of its head, {@code block}. */
  void publish(Region region, Block block) {
    for (int entry : region.entries()) {
      int linear = region.mode.codeBase + entry;
      boolean samePage = (linear ^ region.mode.codeBase + region.head) >>> 12 == 0;
      if (samePage) {
        int physical = block.physical & ~0xfff | linear & 0xfff;
        regions.putIfAbsent(key(physical, block.code32), region);
      }
    }
  }

  /** The first region of a place, after those have gone whose bytes have changed. */
  private Region living(Block block) {
    Region first = regions.get(key(block));
    Region before = null;
    for (Region r = first; r != null; r = r.sibling) {
      if (r.valid() || revived(r)) {
        before = r;
        continue;
      }
      forgotten++;
      patched.learn(r.changes(cpu.bus.ram));
      deaths.merge(block.physical >>> 12, 1, Integer::sum);
      if (before == null) {
        first = r.sibling;
        replace(key(block), first);
      } else {
        before.sibling = r.sibling;
      }
    }
    return first;
  }

  private boolean revived(Region region) {
    boolean there = region.isStillThere(cpu.bus, interpreter.trapChanges());
    if (there) {
      region.revive();
      interpreter.keep(region);
    }
    return there;
  }

  private void replace(long key, Region first) {
    if (first == null) {
      regions.remove(key);
    } else {
      regions.put(key, first);
    }
  }

  private static long key(Block block) {
    return key(block.physical, block.code32);
  }

  private static long key(int physical, boolean code32) {
    return physical & 0xffffffffL | (code32 ? 1L << 32 : 0);
  }
}
