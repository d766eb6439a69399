package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/**
 * The translation lookaside buffer: direct-mapped, {@value #ENTRIES} pages of 4 KB, instruction and
 * data side in one. Larger pages are held as the 4 KB pieces that were touched.
 *
 * <p>An entry is a page frame and four tags, one for each way of using it. A tag is the linear
 * address of the page, or {@link #NONE}, which no page address equals: so a hit, with presence,
 * privilege, write permission and a set dirty bit all at once, is one comparison. What a tag
 * promises is in memory too (accessed and dirty bits are set before a tag is).
 */
final class Tlb {
  static final int ENTRIES = 1024;
  static final int MASK = ENTRIES - 1;

  /** How many {@link #save} writes. */
  static final int FIELDS = 2;

  /** A tag that no lookup finds. */
  static final int NONE = 1;

  private static final byte GLOBAL = 1;
  private static final byte LARGE = 2;

  /** In a saved entry: which tags it has beside {@link #readSupervisor}. */
  private static final int TAG_READ_USER = 1;

  private static final int TAG_WRITE_SUPERVISOR = 2;
  private static final int TAG_WRITE_USER = 4;

  final int[] frames = new int[ENTRIES];
  final int[] readSupervisor = new int[ENTRIES];
  final int[] readUser = new int[ENTRIES];
  final int[] writeSupervisor = new int[ENTRIES];
  final int[] writeUser = new int[ENTRIES];
  private final byte[] kinds = new byte[ENTRIES];

  /** The entries that were filled since the last flush, so that flushing few costs little. */
  private final short[] filled = new short[ENTRIES];

  /** How many of them; {@link #ENTRIES}, when they found no room, stands for any. */
  private int filledCount;

  private boolean changed = true;

  Tlb() {
    filledCount = ENTRIES;
    flush();
  }

  /**
   * Replaces the entry that {@code linear} falls on.
   *
   * @param supervisorWrite whether the supervisor may write without a walk: the dirty bit is set
   * @param userWrite the same for a user
   */
  void fill(
      int linear,
      int frame,
      boolean user,
      boolean supervisorWrite,
      boolean userWrite,
      boolean global,
      boolean large) {
    int i = linear >>> 12 & MASK;
    int page = linear & 0xfffff000;
    changed = true;
    if (readSupervisor[i] == NONE && filledCount < ENTRIES) {
      filled[filledCount++] = (short) i;
    }
    frames[i] = frame;
    readSupervisor[i] = page;
    readUser[i] = user ? page : NONE;
    writeSupervisor[i] = supervisorWrite ? page : NONE;
    writeUser[i] = userWrite ? page : NONE;
    kinds[i] = (byte) ((global ? GLOBAL : 0) | (large ? LARGE : 0));
  }

  /** Drops everything, global pages too. */
  void flush() {
    if (filledCount < ENTRIES) {
      for (int k = 0; k < filledCount; k++) {
        drop(filled[k]);
      }
      filledCount = 0;
      return;
    }
    filledCount = 0;
    changed = true;
    Arrays.fill(readSupervisor, NONE);
    Arrays.fill(readUser, NONE);
    Arrays.fill(writeSupervisor, NONE);
    Arrays.fill(writeUser, NONE);
    Arrays.fill(kinds, (byte) 0);
  }

  /** Drops everything but global pages, as MOV to CR3 and a task switch do. */
  void flushNonGlobal() {
    if (filledCount == ENTRIES) {
      for (int i = 0; i < ENTRIES; i++) {
        if ((kinds[i] & GLOBAL) == 0) {
          drop(i);
        }
      }
      return;
    }
    int kept = 0;
    for (int k = 0; k < filledCount; k++) {
      short i = filled[k];
      if ((kinds[i] & GLOBAL) == 0) {
        drop(i);
      } else {
        filled[kept++] = i;
      }
    }
    filledCount = kept;
  }

  /**
   * Drops the page that holds {@code linear}, global or not, and every piece of a large page: one
   * of them may hold it too, and dropping more than asked is allowed (SDM vol. 3, 4.10.4.1).
   */
  void invalidate(int linear) {
    int i = linear >>> 12 & MASK;
    if (readSupervisor[i] == (linear & 0xfffff000)) {
      drop(i);
    }
    for (int k = 0; k < ENTRIES; k++) {
      if ((kinds[k] & LARGE) != 0) {
        drop(k);
      }
    }
  }

  /** The entries that hold something: linear page, frame, and in the lowest bits what else is. */
  void save(Section out) {
    int[] held = new int[2 * ENTRIES];
    int n = 0;
    for (int i = 0; i < ENTRIES; i++) {
      if (readSupervisor[i] != NONE) {
        held[n++] = readSupervisor[i] | tags(i);
        held[n++] = frames[i] | kinds[i];
      }
    }
    out.put("tlb.words", n).put("tlb", Arrays.copyOf(held, n));
  }

  void restore(Section in) {
    flush();
    int[] held = new int[in.getInt("tlb.words")];
    in.getInts("tlb", held);
    for (int k = 0; k < held.length; k += 2) {
      int tags = held[k] & 0xfff;
      int kind = held[k + 1] & 0xfff;
      fill(
          held[k] & 0xfffff000,
          held[k + 1] & 0xfffff000,
          (tags & TAG_READ_USER) != 0,
          (tags & TAG_WRITE_SUPERVISOR) != 0,
          (tags & TAG_WRITE_USER) != 0,
          (kind & GLOBAL) != 0,
          (kind & LARGE) != 0);
    }
    changed = false;
  }

  /** Whether anything was filled in or dropped since the last {@link #restore}. */
  boolean changed() {
    return changed;
  }

  private int tags(int i) {
    return (readUser[i] != NONE ? TAG_READ_USER : 0)
        | (writeSupervisor[i] != NONE ? TAG_WRITE_SUPERVISOR : 0)
        | (writeUser[i] != NONE ? TAG_WRITE_USER : 0);
  }

  private void drop(int i) {
    changed = true;
    readSupervisor[i] = NONE;
    readUser[i] = NONE;
    writeSupervisor[i] = NONE;
    writeUser[i] = NONE;
    kinds[i] = 0;
  }
}
