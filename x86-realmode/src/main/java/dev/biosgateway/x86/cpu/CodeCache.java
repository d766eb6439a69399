package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.bus.CodeListener;
import dev.biosgateway.x86.bus.PageFlags;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps predecoded blocks by physical address and code size, and forgets them at once when one of
 * their bytes is written, as a P6 notices by itself when code is modified (SDM vol. 3, 11.6
 * "Self-Modifying Code"). A page that holds code has {@link PageFlags#CODE}, and a bit for each of
 * its bytes that was decoded, so that data beside code costs little.
 */
final class CodeCache implements CodeListener {
  /** Places at first: a call of a routine needs a fraction of them. */
  private static final int FEWEST = 1 << 11;

  /**
   * Places at most: a kernel that boots executes some 30,000 blocks, many of them again and again.
   */
  private static final int MOST = 1 << 17;

  /** Far from a page: code often begins at the beginning of its page. */
  private static final int PAGE_STRIDE = 0x1655;

  /** The blocks of one page, and which of its bytes they were decoded from. */
  private static final class Page {
    final int number;
    final long[] decoded = new long[PhysicalBus.PAGE / 64];
    Block[] blocks = new Block[8];
    int count;
    final List<Translation> translations = new ArrayList<>();

    Page(int number) {
      this.number = number;
    }

    void add(Block block) {
      if (count == blocks.length) {
        sweep();
      }
      if (count == blocks.length) {
        blocks = Arrays.copyOf(blocks, count * 2);
      }
      blocks[count++] = block;
      block.listed++;
      mark(block);
    }

    /** Lets go of blocks that are not valid any more, and of the bytes that only they had. */
    void sweep() {
      int kept = 0;
      Arrays.fill(decoded, 0);
      for (int k = 0; k < count; k++) {
        if (blocks[k].valid) {
          mark(blocks[k]);
          blocks[kept++] = blocks[k];
        } else {
          blocks[k].listed--;
        }
      }
      Arrays.fill(blocks, kept, count, null);
      count = kept;
      translations.removeIf(t -> !t.valid());
      translations.forEach(this::mark);
    }

    /** Lets go of all of them. */
    void clear() {
      for (int k = 0; k < count; k++) {
        blocks[k].valid = false;
        blocks[k].listed--;
        blocks[k] = null;
      }
      count = 0;
      translations.clear();
      Arrays.fill(decoded, 0);
    }

    void add(Translation translation) {
      if (!translations.contains(translation)) {
        translations.add(translation);
      }
      mark(translation);
    }

    private void mark(Translation t) {
      for (int r = 0; r < t.ranges(); r++) {
        if (t.first(r) >>> 12 == number) {
          mark(t.first(r) & 0xfff, t.end(r) - 1 & 0xfff);
        }
      }
    }

    private void mark(Block block) {
      mark(block.firstByteIn(number), block.endIn(number) - 1);
    }

    private void mark(int first, int last) {
      for (int word = first >>> 6; word <= last >>> 6; word++) {
        decoded[word] |= bits(word, first, last);
      }
    }

    boolean wasDecoded(int from, int size) {
      int last = from + size - 1;
      for (int word = from >>> 6; word <= last >>> 6; word++) {
        if ((decoded[word] & bits(word, from, last)) != 0) {
          return true;
        }
      }
      return false;
    }

    /**
     * The bits of a word of {@link #decoded} that stand for bytes {@code first} to {@code last}.
     */
    private static long bits(int word, int first, int last) {
      long from = word == first >>> 6 ? -1L << first : -1L;
      long to = word == last >>> 6 ? -1L >>> 63 - last : -1L;
      return from & to;
    }
  }

  private final PhysicalBus bus;
  private final RetirementUnit retirement;

  /**
   * Each block has two places, half a table from each other: a call and its way there and back do
   * not drive each other out.
   */
  private Block[] table = new Block[FEWEST];

  /** Valid blocks that have lost their place since the table has its size. */
  private int lost;

  private final Page[] pages;

  CodeCache(Cpu cpu) {
    this.bus = cpu.bus;
    this.retirement = cpu.retirement;
    this.pages = new Page[bus.ramSize() >>> 12];
  }

  /** The block that begins, or began, at {@code physical}: what the bytes were may be there yet. */
  Block last(int physical, boolean code32) {
    int slot = slot(physical, code32);
    Block block = table[slot];
    if (block != null && block.physical == physical && block.code32 == code32) {
      return block;
    }
    block = table[slot ^ otherWay()];
    return block != null && block.physical == physical && block.code32 == code32 ? block : null;
  }

  private int slot(int physical, boolean code32) {
    int first = physical + (physical >>> 12) * PAGE_STRIDE;
    return (code32 ? first ^ otherWay() : first) & table.length - 1;
  }

  /** The bit in which the two places of a block differ. */
  private int otherWay() {
    return table.length >> 1;
  }

  /** Whether code at {@code physical} is in main memory, where it may be kept and mended. */
  boolean isMemory(int physical) {
    return (bus.flags[physical >>> 12] & PageFlags.SLOW_READ) == 0;
  }

  /**
   * Whether code at {@code physical} may be kept: in main memory, or in a ROM that lies over it.
   */
  boolean canKeep(int physical) {
    return isMemory(physical)
        || physical >>> 12 < pages.length && bus.isConstant(physical & -PhysicalBus.PAGE);
  }

  void keep(Block block) {
    Block former = last(block.physical, block.code32);
    if (former == null) {
      Block oldest = place(block);
      if (oldest != null) {
        letGo(oldest);
      }
    } else {
      int slot = slot(block.physical, block.code32);
      former.valid = false;
      table[table[slot] == former ? slot : slot ^ otherWay()] = block;
    }
    note(block, block.physical >>> 12);
    if (block.secondPage >= 0) {
      note(block, block.secondPage);
    }
  }

  /** Gives a block the first of its places, and the second to whatever was there. */
  private Block place(Block block) {
    int slot = slot(block.physical, block.code32);
    Block oldest = table[slot ^ otherWay()];
    table[slot ^ otherWay()] = table[slot];
    table[slot] = block;
    return oldest;
  }

  /** Lets a block go that has lost its place; when that is seen often, the table is too small. */
  private void letGo(Block block) {
    lost += block.valid ? 1 : 0;
    block.valid = false;
    if (lost <= table.length / 16 || table.length == MOST) {
      return;
    }
    Block[] smaller = table;
    table = new Block[smaller.length * 4];
    lost = 0;
    for (Block other : smaller) {
      if (other != null) {
        place(other); // nobody loses a place: those two that share it now did so before
      }
    }
  }

  /** Makes a block valid again whose bytes are what they were; all of them are in one page. */
  void revive(Block block) {
    block.valid = true;
    if (block.listed == 0) {
      note(block, block.physical >>> 12);
    }
  }

  private void note(Block block, int pageNumber) {
    page(pageNumber).add(block);
  }

  /** Forgets {@code translation} when one of its bytes is written. */
  void keep(Translation translation) {
    for (int r = 0; r < translation.ranges(); r++) {
      page(translation.first(r) >>> 12).add(translation);
    }
  }

  private Page page(int pageNumber) {
    Page page = pages[pageNumber];
    if (page == null) {
      page = new Page(pageNumber);
      pages[pageNumber] = page;
    }
    bus.setFlag(pageNumber, PageFlags.CODE, true);
    return page;
  }

  // ---- writes

  @Override
  public void codeWritten(int physical, int size) {
    Page page = pages[physical >>> 12];
    int from = physical & 0xfff;
    if (page.wasDecoded(from, size) && !forget(page, from, size)) {
      // Bytes of blocks that are gone: the next write beside code is to be quick again.
      page.sweep();
    }
  }

  @Override
  public boolean isCode(int physical, int size) {
    return pages[physical >>> 12].wasDecoded(physical & 0xfff, size);
  }

  @Override
  public void codePageReplaced(int pageNumber) {
    if (pageNumber < pages.length && pages[pageNumber] != null) {
      forget(pages[pageNumber], 0, PhysicalBus.PAGE);
      pages[pageNumber].clear();
      bus.setFlag(pageNumber, PageFlags.CODE, false);
    }
  }

  /**
   * Forgets every block of the page that has one of the bytes, and ends the running block after the
   * current instruction, as it may be among them.
   *
   * @return whether there was one
   */
  private boolean forget(Page page, int from, int size) {
    int first = (page.number << 12) + from;
    boolean any = false;
    for (int k = 0; k < page.count; k++) {
      Block block = page.blocks[k];
      if (block.valid && block.has(first, size)) {
        block.valid = false;
        any = true;
      }
    }
    for (Translation t : page.translations) {
      if (t.valid() && t.has(first, size)) {
        t.forget();
        any = true;
      }
    }
    if (any) {
      retirement.endBlock();
    }
    return any;
  }
}
