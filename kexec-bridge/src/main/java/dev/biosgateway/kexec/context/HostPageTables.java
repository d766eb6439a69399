package dev.biosgateway.kexec.context;

import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.x86.bus.PhysicalBus;

/**
 * The host's own page tables, swapper_pg_dir: lowmem in 4 KB pages at PAGE_OFFSET, supervisor only,
 * nothing else. Accessed and dirty bits are set from the start, so that running the host changes
 * none of them.
 */
final class HostPageTables {
  /** What a 32 bit kernel can map for good: 896 MB. */
  static final int LOWMEM_MAX = 896 << 20;

  private static final int TABLE = 0x23; // present, writable, accessed
  private static final int PAGE = 0x63; // and dirty
  private static final int GLOBAL = 0x100;
  private static final int PRESENT = 1;

  private HostPageTables() {}

  /** Pages that {@link #write} needs for that much memory. */
  static int pages(PagingMode mode, int lowmem) {
    return mode == PagingMode.PAE
        ? 2 + roundUp(lowmem, 2 << 20) // pointers, the directory of the fourth gigabyte, tables
        : 1 + roundUp(lowmem, 4 << 20);
  }

  /**
   * Writes the tables into zeroed pages from {@code first} on.
   *
   * @param global whether to mark the pages global (CR4.PGE)
   * @return what CR3 gets
   */
  static int write(PhysicalBus bus, PagingMode mode, int first, int lowmem, boolean global) {
    boolean pae = mode == PagingMode.PAE;
    int entrySize = pae ? 8 : 4;
    int perTable = PhysicalBus.PAGE / entrySize;
    int directory = first;
    int tables = first + PhysicalBus.PAGE;
    int slot = Kimage.PAGE_OFFSET >>> 22;
    if (pae) {
      directory = first + PhysicalBus.PAGE;
      tables = directory + PhysicalBus.PAGE;
      bus.write32(first + 8 * (Kimage.PAGE_OFFSET >>> 30), directory | PRESENT);
      slot = 0;
    }
    for (int page = 0; page < lowmem >>> 12; page++) {
      int table = tables + (page / perTable << 12);
      if (page % perTable == 0) {
        bus.write32(directory + entrySize * (slot + page / perTable), table | TABLE);
      }
      bus.write32(table + entrySize * (page % perTable), page << 12 | PAGE | (global ? GLOBAL : 0));
    }
    return first;
  }

  private static int roundUp(int bytes, int unit) {
    return (bytes + unit - 1) / unit;
  }
}
