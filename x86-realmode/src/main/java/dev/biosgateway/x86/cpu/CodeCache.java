package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.bus.CodeListener;
import dev.biosgateway.x86.bus.PageFlags;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.Arrays;

/**
 * Keeps predecoded blocks by physical address and code size, and forgets them at once when one of
 * their bytes is written. A page that holds code has {@link PageFlags#CODE}, and a bit for each of
 * its bytes that was decoded, so that data beside code costs little.
 */
final class CodeCache implements CodeListener {
  private static final int ENTRIES = 1 << 14;
  private static final int MASK = ENTRIES - 1;

  /** The blocks of one page. */
  private static final class Page {
    Block[] blocks = new Block[8];
    int count;
    final long[] decoded = new long[PhysicalBus.PAGE / 64];

    void add(Block block) {
      if (count == blocks.length) {
        blocks = Arrays.copyOf(blocks, count * 2);
      }
      blocks[count++] = block;
    }

    boolean isFull() {
      return count == blocks.length;
    }
  }

  private final PhysicalBus bus;
  private final RetirementUnit retirement;
  private final Block[] table = new Block[ENTRIES];
  private final Page[] pages;

  CodeCache(Cpu cpu) {
    this.bus = cpu.bus;
    this.retirement = cpu.retirement;
    this.pages = new Page[bus.ramSize() >>> 12];
  }

  /** The block that begins at {@code physical}, null when it is not known. */
  Block find(int physical, boolean code32) {
    Block block = table[slot(physical, code32)];
    return block != null && block.physical == physical && block.code32 == code32 ? block : null;
  }

  private static int slot(int physical, boolean code32) {
    return (physical ^ physical >>> 13 ^ (code32 ? 0x2000 : 0)) & MASK;
  }

  /** Whether code at {@code physical} may be kept: main memory only. */
  boolean canKeep(int physical) {
    return (bus.flags[physical >>> 12] & PageFlags.SLOW_READ) == 0;
  }

  void keep(Block block) {
    Block before = table[slot(block.physical, block.code32)];
    if (before != null) {
      before.valid = false;
    }
    table[slot(block.physical, block.code32)] = block;
    int first = block.physical & 0xfff;
    int inFirst = Math.min(block.bytes, PhysicalBus.PAGE - first);
    note(block, block.physical >>> 12, first, inFirst);
    if (block.secondPage >= 0) {
      note(block, block.secondPage, 0, block.bytes - inFirst);
    }
  }

  private void note(Block block, int pageNumber, int from, int bytes) {
    Page page = pages[pageNumber];
    if (page == null) {
      page = new Page();
      pages[pageNumber] = page;
    }
    if (page.isFull()) {
      compact(page);
    }
    page.add(block);
    for (int at = from; at < from + bytes; at++) {
      page.decoded[at >>> 6] |= 1L << at;
    }
    bus.setFlag(pageNumber, PageFlags.CODE, true);
  }

  /** Lets go of blocks that lost their place in the table to another one. */
  private void compact(Page page) {
    int kept = 0;
    for (int k = 0; k < page.count; k++) {
      if (isKept(page.blocks[k])) {
        page.blocks[kept++] = page.blocks[k];
      }
    }
    Arrays.fill(page.blocks, kept, page.count, null);
    page.count = kept;
  }

  // ---- writes

  @Override
  public void codeWritten(int physical, int size) {
    Page page = pages[physical >>> 12];
    int from = physical & 0xfff;
    boolean hit = false;
    for (int at = from; at < from + size && !hit; at++) {
      hit = (page.decoded[at >>> 6] & 1L << at) != 0;
    }
    if (hit) {
      forget(physical >>> 12, physical, size);
    }
  }

  @Override
  public void codePageReplaced(int pageNumber) {
    if (pageNumber < pages.length && pages[pageNumber] != null) {
      forget(pageNumber, pageNumber << 12, PhysicalBus.PAGE);
    }
  }

  /** Forgets every block of the page that has one of the bytes. */
  private void forget(int pageNumber, int physical, int size) {
    Page page = pages[pageNumber];
    Page left = new Page();
    for (int k = 0; k < page.count; k++) {
      Block block = page.blocks[k];
      boolean begins = block.physical >>> 12 == pageNumber;
      boolean hit =
          begins
              ? block.overlaps(physical, size)
              : (physical & 0xfff) < block.bytes - (PhysicalBus.PAGE - (block.physical & 0xfff));
      if (hit) {
        drop(block);
      } else if (isKept(block)) {
        left.add(block);
        mark(left, block, pageNumber);
      }
    }
    if (left.count == 0) {
      pages[pageNumber] = null;
      bus.setFlag(pageNumber, PageFlags.CODE, false);
    } else {
      pages[pageNumber] = left;
    }
  }

  private static void mark(Page page, Block block, int pageNumber) {
    boolean begins = block.physical >>> 12 == pageNumber;
    int first = begins ? block.physical & 0xfff : 0;
    int inFirst = Math.min(block.bytes, PhysicalBus.PAGE - (block.physical & 0xfff));
    int bytes = begins ? inFirst : block.bytes - inFirst;
    for (int at = first; at < first + bytes; at++) {
      page.decoded[at >>> 6] |= 1L << at;
    }
  }

  /** Forgets a block; if it is the one that runs, it ends after the current instruction. */
  private void drop(Block block) {
    block.valid = false;
    if (isKept(block)) {
      table[slot(block.physical, block.code32)] = null;
    }
    retirement.endBlock();
  }

  /** Whether the block can still be found; another one may have taken its place in the table. */
  private boolean isKept(Block block) {
    return table[slot(block.physical, block.code32)] == block;
  }

  /** Forgets everything. */
  void clear() {
    for (int p = 0; p < pages.length; p++) {
      codePageReplaced(p);
    }
  }
}
