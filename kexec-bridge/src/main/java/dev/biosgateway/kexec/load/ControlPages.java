package dev.biosgateway.kexec.load;

import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The pages of an image that are none of its segments: control page, swap page, identity tables.
 * Every image has some; those of the host's own calls stay, with relocate_kernel in place, so that
 * a call writes only what is its own. Addresses are physical. Immutable.
 */
public final class ControlPages {
  private final int controlPage;
  private final int swapPage;
  private final int listPage;
  private final int[] tables;

  private ControlPages(int controlPage, int swapPage, int listPage, int[] tables) {
    this.controlPage = controlPage;
    this.swapPage = swapPage;
    this.listPage = listPage;
    this.tables = tables;
  }

  /**
   * Writes the identity tables of a control page.
   *
   * @param swapPage 0 for an image that does not come back
   * @param listPage a page for short page lists, 0 if each image is to take its own
   * @param tables {@link IdentityTables#pages} zeroed frames
   */
  static ControlPages write(
      PhysicalBus bus,
      PagingMode paging,
      int controlPage,
      int swapPage,
      int listPage,
      int[] tables) {
    IdentityTables.write(bus, paging, tables, controlPage, controlPage + Kimage.PAGE_OFFSET);
    return new ControlPages(controlPage, swapPage, listPage, tables);
  }

  /**
   * Takes pages that stay: for one image at a time, whose page list fits in a page.
   *
   * @param lowmemEnd behind the last address the host maps
   * @param relocate relocate_kernel, put in place
   * @throws KexecException ENOMEM
   */
  public static ControlPages resident(
      PhysicalBus bus, PageFrames frames, PagingMode paging, int lowmemEnd, byte[] relocate) {
    int[] taken = new int[3 + IdentityTables.pages(paging)];
    IntPredicate mapped = f -> Integer.compareUnsigned(f, lowmemEnd) < 0;
    for (int i = 0; i < taken.length; i++) {
      taken[i] = frames.allocate(0, mapped);
      if (taken[i] == -1) {
        throw new KexecException(Errno.ENOMEM, "no page frames for the host's control pages");
      }
    }
    bus.load(taken[0], relocate);
    int[] tables = Arrays.copyOfRange(taken, 3, taken.length);
    return write(bus, paging, taken[0], taken[1], taken[2], tables);
  }

  /** The page that holds relocate_kernel, its data and its stack. */
  public int controlPage() {
    return controlPage;
  }

  /** The page through which pages are exchanged; 0 if there is none. */
  public int swapPage() {
    return swapPage;
  }

  /** Where a short page list goes; 0 if there is no such place. */
  public int listPage() {
    return listPage;
  }

  /** What CR3 gets. */
  int pgd() {
    return tables[0];
  }

  /** Whether all pages there are meet a condition. */
  boolean allMatch(IntPredicate condition) {
    boolean own =
        condition.test(controlPage)
            && (swapPage == 0 || condition.test(swapPage))
            && (listPage == 0 || condition.test(listPage));
    for (int i = 0; own && i < tables.length; i++) {
      own = condition.test(tables[i]);
    }
    return own;
  }
}
