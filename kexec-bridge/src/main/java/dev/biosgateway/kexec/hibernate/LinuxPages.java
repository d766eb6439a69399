package dev.biosgateway.kexec.hibernate;

import dev.biosgateway.kexec.vmcore.DumpLevel;
import dev.biosgateway.kexec.vmcore.Note;
import dev.biosgateway.kexec.vmcore.PageKinds;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a suspended Linux uses its pages for: out of its own VMCOREINFO, which it keeps in memory as
 * a note (Documentation/admin-guide/kdump/vmcoreinfo.rst), and the array of struct page that this
 * names. Kinds are told as makedumpfile(8) tells them. Immutable; safe for use by any thread.
 */
final class LinuxPages implements PageKinds {
  private static final byte[] NOTE = "VMCOREINFO\0".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = 12;
  private static final int LARGEST = 4096;

  /** Bit 0 of page->mapping: a page of a process. */
  private static final int PAGE_MAPPING_ANON = 1;

  private final Map<String, String> info;
  private final SuspendedKernel kernel;
  private final int pages;
  private final BitSet free = new BitSet();
  private final BitSet user = new BitSet();
  private final BitSet cache = new BitSet();
  private final BitSet privateCache = new BitSet();

  private LinuxPages(SuspendedKernel kernel, Map<String, String> info, int pages) {
    this.kernel = kernel;
    this.info = info;
    this.pages = pages;
  }

  /** The VMCOREINFO of a Linux in memory: the first note of that name that names a release. */
  static Optional<Map<String, String>> vmcoreinfo(PhysicalBus bus) {
    byte[] ram = bus.ram;
    int end = bus.ramSize() - LARGEST;
    for (int at = 0; at < end; at += 4) {
      if (ram[at] == NOTE.length
          && Arrays.equals(ram, at + HEADER, at + HEADER + NOTE.length, NOTE, 0, NOTE.length)) {
        int text = at + HEADER + NOTE.length + 1;
        int length = bus.read32(at + 4);
        if (length > 0 && length <= LARGEST && bus.read32(at + 8) == 0) {
          byte[] bytes = Arrays.copyOfRange(ram, text, Math.min(text + length, ram.length));
          Map<String, String> lines = new Note(Note.VMCOREINFO, 0, bytes).lines();
          if (lines.containsKey("OSRELEASE")) {
            return Optional.of(lines);
          }
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The kinds of its pages.
   *
   * @param info its VMCOREINFO
   * @return empty for a Linux whose pages are not told of in one array: with sparse memory
   */
  static Optional<PageKinds> of(PhysicalBus bus, SuspendedKernel kernel, Map<String, String> info) {
    LinuxPages linux = new LinuxPages(kernel, new HashMap<>(info), bus.ramSize() >>> 12);
    if (!info.containsKey("SYMBOL(mem_map)") || !info.containsKey("SIZE(page)")) {
      return Optional.empty();
    }
    linux.look();
    return Optional.of(linux);
  }

  private int hex(String key) {
    return (int) Long.parseLong(info.get(key), 16);
  }

  /** A decimal; {@code otherwise} where this kernel does not have it. */
  private int number(String key, int otherwise) {
    String value = info.get(key);
    return value == null ? otherwise : (int) Long.parseLong(value);
  }

  private int offset(String field) {
    return number("OFFSET(page." + field + ")", 0);
  }

  private int flag(String name) {
    int bit = number("NUMBER(" + name + ")", -1);
    return bit < 0 ? 0 : 1 << bit;
  }

  private void look() {
    int map = kernel.read32(hex("SYMBOL(mem_map)"));
    int size = number("SIZE(page)", 0);
    int flagsAt = offset("flags");
    int mappingAt = offset("mapping");
    int mapCountAt = offset("_mapcount");
    int privateAt = offset("private");
    int buddy = number("NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)", 0);
    int lru = flag("PG_lru");
    int hasPrivate = flag("PG_private");
    int swapCache = flag("PG_swapcache");
    int swapBacked = flag("PG_swapbacked");
    for (int page = 0; page < pages; page++) {
      int at = map + page * size;
      int flags = kernel.read32(at + flagsAt);
      if (buddy != 0 && kernel.read32(at + mapCountAt) == buddy) {
        int order = Math.min(kernel.read32(at + privateAt) & 0xff, 20);
        free.set(page, Math.min(pages, page + (1 << order)));
        continue;
      }
      boolean anonymous = (kernel.read32(at + mappingAt) & PAGE_MAPPING_ANON) != 0;
      boolean cached =
          (flags & lru) != 0
              || (flags & swapCache) != 0
                  && (flags & (swapBacked | swapCache)) == (swapBacked | swapCache);
      user.set(page, anonymous);
      privateCache.set(page, cached && !anonymous);
      cache.set(page, cached && !anonymous && (flags & hasPrivate) == 0);
    }
  }

  @Override
  public int known() {
    return DumpLevel.CACHE | DumpLevel.PRIVATE_CACHE | DumpLevel.USER | DumpLevel.FREE;
  }

  @Override
  public int kindOf(long address) {
    int page = (int) (address >>> 12);
    return (free.get(page) ? DumpLevel.FREE : 0)
        | (user.get(page) ? DumpLevel.USER : 0)
        | (cache.get(page) ? DumpLevel.CACHE : 0)
        | (privateCache.get(page) ? DumpLevel.PRIVATE_CACHE : 0);
  }
}
