package dev.biosgateway.kexec.load;

import dev.biosgateway.x86.bus.PhysicalBus;

/**
 * Page tables that map one page at two addresses and nothing else: the bridge between a paged
 * kernel and physical mode, for the instant in which both have to be true
 * (machine_kexec_page_table_set_one() and machine_kexec_prepare_page_tables()).
 *
 * <p>Layouts are those of Intel SDM volume 3, 4.3 (32 bit paging) and 4.4 (PAE paging). Accessed
 * and dirty bits are set from the start, so that the processor never writes to the tables.
 */
public final class IdentityTables {
  private static final int PRESENT = 1;
  private static final int WRITABLE = 1 << 1;
  private static final int ACCESSED = 1 << 5;
  private static final int DIRTY = 1 << 6;
  private static final int TABLE = PRESENT | WRITABLE | ACCESSED;
  private static final int PAGE = PRESENT | WRITABLE | ACCESSED | DIRTY;

  private IdentityTables() {}

  /** Page frames that {@link #write} needs: directory and two tables, with PAE two of both more. */
  public static int pages(PagingMode mode) {
    return mode == PagingMode.PAE ? 5 : 3;
  }

  /**
   * Writes the tables.
   *
   * @param frames {@link #pages} zeroed page frames; the first becomes what CR3 gets
   * @param physical address of the page
   * @param virtual its other address, in another gigabyte
   */
  public static void write(
      PhysicalBus bus, PagingMode mode, int[] frames, int physical, int virtual) {
    if (physical >>> 30 == virtual >>> 30) {
      throw new IllegalArgumentException(
          String.format(
              "identity tables: 0x%08x and 0x%08x lie in one gigabyte", physical, virtual));
    }
    if (mode == PagingMode.PAE) {
      mapPae(bus, frames[0], frames[1], frames[2], virtual, physical);
      mapPae(bus, frames[0], frames[3], frames[4], physical, physical);
    } else {
      mapTwoLevel(bus, frames[0], frames[1], virtual, physical);
      mapTwoLevel(bus, frames[0], frames[2], physical, physical);
    }
  }

  private static void mapTwoLevel(PhysicalBus bus, int pgd, int table, int linear, int page) {
    bus.write32(pgd + 4 * (linear >>> 22), table | TABLE);
    bus.write32(table + 4 * (linear >>> 12 & 0x3ff), page | PAGE);
  }

  private static void mapPae(
      PhysicalBus bus, int pointers, int directory, int table, int linear, int page) {
    bus.write32(pointers + 8 * (linear >>> 30), directory | PRESENT);
    bus.write32(directory + 8 * (linear >>> 21 & 0x1ff), table | TABLE);
    bus.write32(table + 8 * (linear >>> 12 & 0x1ff), page | PAGE);
  }
}
