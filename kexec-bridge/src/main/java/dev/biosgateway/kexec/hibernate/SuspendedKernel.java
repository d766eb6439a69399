package dev.biosgateway.kexec.hibernate;

import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.HashMap;
import java.util.Map;

/**
 * A kernel that has jumped away, as its relocate_kernel left it: what lies in its control page
 * (relocate_kernel_32.S), and its memory as it sees it, pages that were exchanged in the places
 * where they are now. Believes nothing: a control page that makes no sense is a kernel without one.
 *
 * <p>A view of the machine at one instant; not thread-safe.
 */
final class SuspendedKernel {
  /** Where a 32 bit kernel maps physical address 0. */
  private static final int PAGE_OFFSET = 0xc0000000;

  private static final int PAGE = 4096;

  // ---- data of relocate_kernel, from the control page's begin
  private static final int CP_ESP = 0x800;
  private static final int CP_CR3 = 0x808;
  private static final int CP_VA_CONTROL_PAGE = 0x810;
  private static final int CP_HEAD = 0x81c;

  // ---- words of the page list (include/linux/kexec.h)
  private static final int IND_DESTINATION = 1;
  private static final int IND_INDIRECTION = 2;
  private static final int IND_DONE = 4;
  private static final int IND_SOURCE = 8;

  // ---- segments while it calls relocate_kernel
  private static final int KERNEL_CS = 0x60;
  private static final int KERNEL_DS = 0x68;

  private final PhysicalBus bus;
  private final int entry;
  private final int controlPage;
  private final boolean known;
  private final Map<Integer, Integer> exchanged = new HashMap<>();

  /**
   * Looks at a kernel.
   *
   * @param entry physical address at which it goes on, in its control page; 0 for none
   */
  SuspendedKernel(PhysicalBus bus, int entry) {
    this.bus = bus;
    this.entry = entry;
    controlPage = entry & -PAGE;
    known =
        entry != 0
            && isRam(controlPage)
            && bus.read32(controlPage + CP_VA_CONTROL_PAGE) == controlPage + PAGE_OFFSET;
    if (known) {
      walk(bus.read32(controlPage + CP_HEAD));
    }
  }

  private boolean isRam(int physical) {
    return Integer.compareUnsigned(physical, bus.ramSize() - PAGE) <= 0;
  }

  /** Destinations count up by a page after each source; at most as many words as RAM has pages. */
  private void walk(int head) {
    int word = head;
    int next = 0;
    int destination = 0;
    for (int left = bus.ramSize() >>> 11; left > 0 && (word & IND_DONE) == 0; left--) {
      int page = word & -PAGE;
      if ((word & IND_DESTINATION) != 0) {
        destination = page;
      } else if ((word & IND_INDIRECTION) != 0) {
        next = page;
      } else if ((word & IND_SOURCE) != 0) {
        exchanged.put(destination >>> 12, page);
        destination += PAGE;
      }
      if (!isRam(next)) {
        return;
      }
      word = bus.read32(next);
      next += 4;
    }
  }

  /** Whether its control page could be read. */
  boolean isKnown() {
    return known;
  }

  /** Its page directory, physical; 0 when nobody knows. */
  int cr3() {
    return known ? bus.read32(controlPage + CP_CR3) : 0;
  }

  /** A doubleword of its lowmem at a virtual address; 0 where there is no memory. */
  int read32(int virtual) {
    int physical = virtual - PAGE_OFFSET;
    int page = exchanged.getOrDefault(physical >>> 12, physical & -PAGE);
    return isRam(page) ? bus.read32(page | physical & PAGE - 1) : 0;
  }

  /**
   * Its registers behind the call of relocate_kernel, which has pushed EBX, ESI, EDI, EBP and the
   * flags; when nobody knows, only where it goes on.
   */
  Registers registers() {
    Registers flat =
        Registers.ZERO
            .with(Register.CS, KERNEL_CS)
            .with(Register.DS, KERNEL_DS)
            .with(Register.ES, KERNEL_DS)
            .with(Register.SS, KERNEL_DS);
    if (!known) {
      return flat.with(Register.EIP, entry & 0xffffffffL);
    }
    int stack = bus.read32(controlPage + CP_ESP);
    return flat.with(Register.EFLAGS, word(stack))
        .with(Register.EBP, word(stack + 4))
        .with(Register.EDI, word(stack + 8))
        .with(Register.ESI, word(stack + 12))
        .with(Register.EBX, word(stack + 16))
        .with(Register.EIP, word(stack + 20))
        .with(Register.ESP, stack + 24 & 0xffffffffL);
  }

  private long word(int virtual) {
    return read32(virtual) & 0xffffffffL;
  }
}
