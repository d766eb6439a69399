package dev.biosgateway.kexec.load;

import dev.biosgateway.kexec.protocol.PageRange;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * A load session: segments are added, as many and in as many steps as one likes, then everything is
 * checked and allocated at once by {@link #prepare}. Only prepare can fail; what it gives back can
 * be jumped to without another allocation.
 *
 * <p>Not thread-safe.
 */
public final class KexecLoad {
  /** Stands for a crash kernel without memory of its own: no segment lies in it. */
  private static final PageRange NONE_RESERVED = new PageRange(0xfffff000L, 1);

  /** Lowmem of a 32 bit kernel: the control page has to be mapped by the host. */
  private static final int LOWMEM_END = 896 << 20;

  private final PhysicalBus bus;
  private final PageFrames frames;
  private final PagingMode paging;
  private final ControlPages control;
  private final List<KexecSegment> fresh = new ArrayList<>();
  private final List<LoadedSegment> resident = new ArrayList<>();
  private long memMin;
  private long memMax = 0xffffffffL;
  private PageRange crashKernel;
  private boolean halfOfRam = true;
  private boolean digests;
  private Completion completion = (controlPage, segments) -> {};

  /** Writes what can be known only when pages have been taken. */
  @FunctionalInterface
  public interface Completion {
    /**
     * The image has its pages, but no digests yet.
     *
     * @param controlPage physical address of the page the image jumps back to
     * @param segments of the image, whose content may be written
     */
    void complete(int controlPage, List<LoadedSegment> segments);
  }

  /** A session without segments. */
  public KexecLoad(PhysicalBus bus, PageFrames frames, PagingMode paging) {
    this(bus, frames, paging, null);
  }

  /**
   * A session whose image uses control pages that are there already, unless one of them is a
   * destination.
   *
   * @param control not used by another image as long as this one lives; null for none
   */
  public KexecLoad(PhysicalBus bus, PageFrames frames, PagingMode paging, ControlPages control) {
    this.bus = bus;
    this.frames = frames;
    this.paging = paging;
    this.control = control;
  }

  /** Adds a segment that lives as long as the image. */
  public KexecLoad add(KexecSegment segment) {
    fresh.add(segment);
    return this;
  }

  /** Adds a segment whose source pages exist already and outlive the image. */
  public KexecLoad add(LoadedSegment segment) {
    resident.add(segment);
    return this;
  }

  /**
   * Requires every segment to lie in a range: kexec's {@code --mem-min} and {@code --mem-max}.
   *
   * @param min the first address
   * @param max the last address
   */
  public KexecLoad within(long min, long max) {
    memMin = min;
    memMax = max;
    return this;
  }

  /**
   * Adds a segment without content for every stretch of {@link #within} that no segment takes, so
   * that the image may use all of it: add_backup_segments() of kexec-tools.
   *
   * @param lowest nothing below this is backed up
   */
  public KexecLoad backUpTheRest(long lowest) {
    List<KexecSegment> taken = new ArrayList<>(all());
    taken.removeIf(s -> s.memsz() == 0);
    taken.sort(Comparator.comparingLong(KexecSegment::mem));
    long from = Math.max(memMin, lowest) + 0xfff & ~0xfffL;
    long end = memMax + 1 & ~0xfffL;
    for (KexecSegment s : taken) {
      if (s.mem() > from) {
        backup(from, Math.min(s.mem(), end));
      }
      from = Math.max(from, s.end());
    }
    backup(from, end);
    return this;
  }

  private void backup(long from, long end) {
    if (end > from) {
      add(KexecSegment.zeroed(String.format("backup at 0x%x", from), from, end - from));
    }
  }

  /**
   * Makes it an image for a crash (KEXEC_ON_CRASH): it is put where it will run, in memory set
   * aside for it, and jumping copies nothing.
   *
   * @param reserved that memory; null when none was set aside, and {@link #prepare} refuses
   */
  public KexecLoad onCrash(PageRange reserved) {
    crashKernel = reserved == null ? NONE_RESERVED : reserved;
    return this;
  }

  /**
   * Lets segments take more than half of RAM, as a memory dump that is resumed does. A page whose
   * destination is free is then put there at once, so that little else is needed.
   */
  public KexecLoad ofAnySize() {
    halfOfRam = false;
    return this;
  }

  /** Lets somebody complete the segments; nobody if this is not called. */
  public KexecLoad completedBy(Completion choice) {
    completion = choice;
    return this;
  }

  /** Keeps SHA-256 digests of all segments, which {@link Kimage#verify} checks before a jump. */
  public KexecLoad withDigests() {
    digests = true;
    return this;
  }

  /**
   * Checks the segments and gives them source pages, without an image around them.
   *
   * @return the segments, in the order in which they were added
   * @throws KexecException by kexec's rules, or ENOMEM; nothing is taken then
   */
  public List<LoadedSegment> loadResident() {
    check();
    Allocation allocation = new Allocation();
    try {
      return load(allocation);
    } catch (KexecException e) {
      allocation.undo();
      throw e;
    }
  }

  /** Gives the frames of segments from {@link #loadResident} back. */
  public static void release(PageFrames frames, List<LoadedSegment> segments) {
    segments.forEach(s -> s.release(frames));
  }

  /**
   * Checks and allocates everything: source pages, control page, swap page, identity tables, page
   * list.
   *
   * @param start physical address of the entry
   * @param preserveContext whether to come back (KEXEC_PRESERVE_CONTEXT)
   * @throws KexecException by kexec's rules, or ENOMEM; nothing is taken then
   */
  public Kimage prepare(long start, boolean preserveContext) {
    if (crashKernel != null && preserveContext) {
      throw new KexecException(
          Errno.EINVAL, "flags ON_CRASH and PRESERVE_CONTEXT: after a crash nobody comes back");
    }
    check();
    Allocation allocation = new Allocation();
    try {
      ControlPages pages = controlPages(allocation, preserveContext);
      int[] listPages = listPages(allocation, pages);
      List<LoadedSegment> loaded = load(allocation);
      completion.complete(pages.controlPage(), loaded);
      PageList list = new PageList();
      if (crashKernel == null) {
        resident.forEach(s -> append(list, s));
        loaded.forEach(s -> append(list, s));
      }
      int head = list.write(bus, listPages);
      return new Kimage(
          (int) start,
          preserveContext,
          head,
          pages.controlPage(),
          preserveContext ? pages.swapPage() : 0,
          pages.pgd(),
          loaded,
          digests ? SegmentDigests.of(loaded) : null,
          frames,
          allocation.taken());
    } catch (KexecException e) {
      allocation.undo();
      throw e;
    }
  }

  private ControlPages controlPages(Allocation allocation, boolean preserveContext) {
    if (control != null && control.allMatch(allocation.isNoDestination)) {
      return control;
    }
    int controlPage = allocation.controlPage();
    int swapPage = preserveContext ? allocation.page("the swap page") : 0;
    int[] tables = new int[IdentityTables.pages(paging)];
    for (int i = 0; i < tables.length; i++) {
      tables[i] = allocation.page("the identity tables");
    }
    return ControlPages.write(bus, paging, controlPage, swapPage, 0, tables);
  }

  private int[] listPages(Allocation allocation, ControlPages pages) {
    int count = PageList.indirectionPages(words());
    if (count == 1 && pages.listPage() != 0) {
      return new int[] {pages.listPage()};
    }
    int[] out = new int[count];
    for (int i = 0; i < count; i++) {
      out[i] = allocation.page("the page list");
    }
    return out;
  }

  /**
   * Words of the page list: a source for each page, a destination for each segment that has any.
   */
  private int words() {
    int words = 0;
    for (KexecSegment s : all()) {
      words += s.pages() == 0 ? 0 : s.pages() + 1;
    }
    return words;
  }

  private static void append(PageList list, LoadedSegment segment) {
    int pages = segment.segment().pages();
    if (pages > 0) {
      list.destination((int) segment.segment().mem());
    }
    for (int i = 0; i < pages; i++) {
      list.source(segment.source(i));
    }
  }

  private void check() {
    List<KexecSegment> all = all();
    SegmentRules.check(all, halfOfRam ? bus.ramSize() >>> 12 : Integer.MAX_VALUE);
    SegmentRules.requireWithin(all, memMin, memMax);
    if (crashKernel != null) {
      SegmentRules.requireReserved(all, crashKernel, crashKernel != NONE_RESERVED);
    }
  }

  private List<KexecSegment> all() {
    List<KexecSegment> all = new ArrayList<>();
    resident.forEach(s -> all.add(s.segment()));
    all.addAll(fresh);
    return all;
  }

  private List<LoadedSegment> load(Allocation allocation) {
    List<LoadedSegment> out = new ArrayList<>();
    for (KexecSegment s : fresh) {
      int[] sources = new int[s.pages()];
      for (int i = 0; i < sources.length; i++) {
        sources[i] = allocation.source(s, (int) s.mem() + (i << 12));
        if (crashKernel != null) {
          bus.load(sources[i], new byte[PhysicalBus.PAGE]); // whoever was loaded there before
        }
      }
      out.add(new LoadedSegment(bus, s, sources));
    }
    return out;
  }

  /** What one preparation took, so that all of it can be given back. */
  private final class Allocation {
    private final List<KexecSegment> destinations = all();
    private final IntPredicate isNoDestination = this::isNoDestination;
    private int[] taken = new int[16];
    private int count;
    private int next;

    /** What is below {@link #next} was looked at and is of no use. */
    private int allocate(IntPredicate condition) {
      int frame = frames.allocate(next, condition);
      next = frame == -1 ? next : frame;
      return frame;
    }

    private boolean isNoDestination(int physical) {
      long address = physical & 0xffffffffL;
      for (KexecSegment s : destinations) {
        if (address >= s.mem() && address < s.end()) {
          return false;
        }
      }
      return true;
    }

    int controlPage() {
      int frame =
          allocate(f -> Integer.compareUnsigned(f, LOWMEM_END) < 0 && isNoDestination.test(f));
      return took(frame, () -> "the control page, outside of every destination and below 896 MB");
    }

    int page(String what) {
      return took(allocate(isNoDestination), () -> what + ", outside of every destination");
    }

    /** A source page is no destination page at all, or its own. */
    int source(KexecSegment segment, int destination) {
      if (crashKernel != null) {
        return destination; // set aside for it: nobody else has it, and it stays set aside
      }
      boolean own = frames.isFree(destination);
      int frame = own && !halfOfRam ? -1 : allocate(isNoDestination);
      if (frame == -1 && own) {
        frames.take(destination);
        frame = destination;
      }
      return took(frame, () -> "a source page of " + segment);
    }

    private int took(int frame, Supplier<String> what) {
      if (frame == -1) {
        throw new KexecException(
            Errno.ENOMEM,
            String.format(
                "no page frame for %s: %d of %d are free",
                what.get(), frames.available(), frames.total()));
      }
      if (count == taken.length) {
        taken = Arrays.copyOf(taken, count * 2);
      }
      taken[count++] = frame;
      return frame;
    }

    int[] taken() {
      return Arrays.copyOf(taken, count);
    }

    void undo() {
      for (int i = 0; i < count; i++) {
        frames.release(taken[i]);
      }
      count = 0;
    }
  }
}
