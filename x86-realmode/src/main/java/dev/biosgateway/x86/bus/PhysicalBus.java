package dev.biosgateway.x86.bus;

import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.state.Stateful;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The 4 GB of physical addresses: main memory, regions that devices answer, and nothing (reads all
 * ones, writes vanish, both logged and counted). Knows no device.
 *
 * <p>The fast path of every access is one test of the page's byte in {@link #flags}; {@link #ram}
 * and {@link #flags} are public so that interpreter and translator can have it inline. Addresses
 * are 32-bit unsigned in an int. Accesses of 2 and 4 bytes at any alignment; those that leave a
 * page or whose page has a flag go through the slow path, byte by byte where the page ends.
 *
 * <p>Not thread-safe: one machine, one thread.
 */
public final class PhysicalBus implements Stateful {
  public static final int PAGE = 4096;

  /** Little-endian views of byte arrays, at any offset. */
  public static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  public static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** Flags of an empty bus: to copy them is cheaper than to fill them in. */
  private static final byte[] NOTHING = new byte[1 << 20];

  static {
    Arrays.fill(NOTHING, (byte) PageFlags.NOT_RAM);
  }

  /** Main memory from physical 0 on. */
  public final byte[] ram;

  /** A byte of {@link PageFlags} for each of the 2^20 physical pages. */
  public final byte[] flags = NOTHING.clone();

  /** Loads and stores of many bytes at once. */
  public final PageRuns runs = new PageRuns(this);

  /** Which devices were accessed. */
  public final TouchedDevices touched = new TouchedDevices();

  /**
   * A region and where it is.
   *
   * @param device by which {@link #touched} knows it
   */
  private record Mapping(int firstPage, int pages, Region region, int device) {
    boolean contains(int page) {
      return page >= firstPage && page < firstPage + pages;
    }
  }

  private final UnmodelledAccess unmodelled;
  private final List<Mapping> mappings = new ArrayList<>();
  private final List<MemoryBlock> blocks = new ArrayList<>();

  /** The pages with {@link PageFlags#READ_ONLY}, so that saving them does not search for them. */
  private final BitSet readOnly = new BitSet();

  private int lastPage = -1;
  private Mapping lastMapping;
  private CodeListener codeListener;
  private DeviceAccess deviceAccess = DeviceAccess.UNTIMED;
  private MemoryGuard guard;
  private MemoryInterposer interposer;
  private Checkpoint checkpoint;
  private boolean a20 = true;
  private long mappingChanges;

  /** What the CPU's address lines can express. */
  private int lines = -1;

  /**
   * @param ramSize bytes of main memory, a multiple of 4096, at least 1 MB, below 2 GB; what is
   *     above is {@link HighMemory}
   */
  public PhysicalBus(int ramSize, UnmodelledAccess unmodelled) {
    if (ramSize < 1 << 20 || (ramSize & 0xfff) != 0) {
      throw new IllegalArgumentException(
          "main memory: expected a multiple of 4096 from 1 MB to 2 GB - 4096, found " + ramSize);
    }
    this.ram = new byte[ramSize];
    this.unmodelled = unmodelled;
    Arrays.fill(flags, 0, ramSize >>> 12, (byte) 0);
  }

  public int ramSize() {
    return ram.length;
  }

  /** Sets who is told around accesses to regions. */
  public void setDeviceAccess(DeviceAccess listener) {
    deviceAccess = listener;
  }

  public void setCodeListener(CodeListener listener) {
    codeListener = listener;
  }

  // ---- accesses

  public int read8(int physical) {
    if ((flags[physical >>> 12] & PageFlags.SLOW_READ) == 0) {
      return ram[physical] & 0xff;
    }
    return slowRead(physical, 1);
  }

  public int read16(int physical) {
    if ((flags[physical >>> 12] & PageFlags.SLOW_READ) == 0 && (physical & 0xfff) < 0xfff) {
      return (short) SHORT.get(ram, physical) & 0xffff;
    }
    return slowRead(physical, 2);
  }

  public int read32(int physical) {
    if ((flags[physical >>> 12] & PageFlags.SLOW_READ) == 0 && (physical & 0xfff) < 0xffd) {
      return (int) INT.get(ram, physical);
    }
    return slowRead(physical, 4);
  }

  public void write8(int physical, int value) {
    if ((flags[physical >>> 12] & PageFlags.SLOW_WRITE) == 0) {
      ram[physical] = (byte) value;
    } else {
      slowWrite(physical, 1, value);
    }
  }

  public void write16(int physical, int value) {
    if ((flags[physical >>> 12] & PageFlags.SLOW_WRITE) == 0 && (physical & 0xfff) < 0xfff) {
      SHORT.set(ram, physical, (short) value);
    } else {
      slowWrite(physical, 2, value);
    }
  }

  public void write32(int physical, int value) {
    if ((flags[physical >>> 12] & PageFlags.SLOW_WRITE) == 0 && (physical & 0xfff) < 0xffd) {
      INT.set(ram, physical, value);
    } else {
      slowWrite(physical, 4, value);
    }
  }

  /** Copies bytes out as reads of the guest would see them. */
  public void read(int physical, byte[] into, int offset, int length) {
    for (int done = 0; done < length; ) {
      int at = physical + done;
      int n = Math.min(length - done, PAGE - (at & 0xfff));
      if ((flags[at >>> 12] & PageFlags.SLOW_READ) == 0) {
        System.arraycopy(ram, at, into, offset + done, n);
      } else {
        for (int i = 0; i < n; i++) {
          into[offset + done + i] = (byte) read8(at + i);
        }
      }
      done += n;
    }
  }

  /** Writes bytes as writes of the guest would, ROM protection included. */
  public void write(int physical, byte[] from, int offset, int length) {
    for (int done = 0; done < length; ) {
      int at = physical + done;
      int n = Math.min(length - done, PAGE - (at & 0xfff));
      if (runs.canStore(at)) {
        runs.store(at, from, offset + done, n);
      } else {
        for (int i = 0; i < n; i++) {
          write8(at + i, from[offset + done + i]);
        }
      }
      done += n;
    }
  }

  /**
   * Puts bytes into main memory as a loader or a ROM programmer does: also where the guest may only
   * read.
   *
   * @throws IllegalArgumentException when the range is not all main memory
   */
  public void load(int physical, byte[] from) {
    if (physical < 0 || physical > ram.length - from.length) {
      throw new IllegalArgumentException(
          "load of 0x%x bytes at 0x%08x: main memory ends at 0x%08x"
              .formatted(from.length, physical, ram.length));
    }
    for (int done = 0; done < from.length; ) {
      int at = physical + done;
      int n = Math.min(from.length - done, PAGE - (at & 0xfff));
      beforeWrite(at >>> 12);
      System.arraycopy(from, done, ram, at, n);
      if ((flags[at >>> 12] & PageFlags.CODE) != 0) {
        codeListener.codeWritten(at, n);
      }
      done += n;
    }
  }

  // ---- what is where

  /** Lets {@code region} answer whole pages; the latest mapping of a page wins. */
  public void map(int physical, int size, Region region) {
    int first = physical >>> 12;
    int pages = size >>> 12;
    if ((physical & 0xfff) != 0 || (size & 0xfff) != 0 || size <= 0) {
      throw new IllegalArgumentException(
          "%s: expected whole pages, found 0x%x bytes at 0x%x"
              .formatted(region.name(), size, physical));
    }
    mappings.add(0, new Mapping(first, pages, region, touched.numberOf(region)));
    mappingChanges++;
    for (int p = first; p < first + pages; p++) {
      setFlag(p, PageFlags.NOT_RAM, true);
      codeReplaced(p);
    }
    lastPage = -1;
  }

  /** Undoes every mapping of {@code region}; RAM below it shows again. */
  public void unmap(Region region) {
    List<Mapping> gone = new ArrayList<>();
    mappings.removeIf(m -> m.region == region && gone.add(m));
    mappingChanges++;
    lastPage = -1;
    for (Mapping m : gone) {
      for (int p = m.firstPage; p < m.firstPage + m.pages; p++) {
        setFlag(p, PageFlags.NOT_RAM, find(p) != null || p >= ram.length >>> 12);
        codeReplaced(p);
      }
    }
  }

  /** How often regions were mapped or unmapped: another number, and they may lie elsewhere. */
  public long mappingChanges() {
    return mappingChanges;
  }

  /** Makes whole pages of RAM read-only, as a ROM or a write-protected shadow, or writable. */
  public void setReadOnly(int physical, int size, boolean on) {
    for (int p = physical >>> 12; p <= (physical + size - 1) >>> 12; p++) {
      setFlag(p, PageFlags.READ_ONLY, on);
      readOnly.set(p, on);
    }
    touched.touchAll();
  }

  public boolean isReadOnly(int physical) {
    return (flags[physical >>> 12] & PageFlags.READ_ONLY) != 0;
  }

  /**
   * Says how many address lines the CPU has: 20 (then there is no line for the A20 gate, and it
   * stays closed), 24, or 32 and more. Higher addresses wrap around.
   */
  public void setAddressLines(int count) {
    lines = count >= 32 ? -1 : (1 << count) - 1;
    if (count == 20) {
      setA20(false);
    }
    for (int p = lines + 1 >>> 12; p != 0 && p < ram.length >>> 12; p++) {
      setFlag(p, PageFlags.A20_MASKED, true);
    }
  }

  /** Opens (true) or closes the A20 gate: closed, address line 20 of the CPU is always low. */
  public void setA20(boolean open) {
    if (open == a20 || open && (lines & 1 << 20) == 0) {
      return;
    }
    a20 = open;
    touched.touchAll();
    for (int p = 0x100; p < ram.length >>> 12; p = (p + 1) | 0x100) {
      setFlag(p, PageFlags.A20_MASKED, !open);
      codeReplaced(p);
    }
  }

  public boolean a20() {
    return a20;
  }

  /** The address that reaches memory when the CPU puts out {@code physical}: lines, then A20. */
  public int gated(int physical) {
    return (a20 ? physical : physical & ~(1 << 20)) & lines;
  }

  /** Registers a device's memory so that checkpoints cover it. */
  public void addBlock(MemoryBlock block) {
    blocks.add(block);
    block.trackAll(checkpoint);
  }

  /** The memory blocks of devices, in the order in which they were added. */
  public List<MemoryBlock> blocks() {
    return List.copyOf(blocks);
  }

  public void setFlag(int page, int flag, boolean on) {
    flags[page] = (byte) (on ? flags[page] | flag : flags[page] & ~flag);
  }

  // ---- guards

  /** Sets or, with null, clears who is asked before accesses to guarded pages and to regions. */
  public void setGuard(MemoryGuard guard) {
    this.guard = guard;
    for (Mapping m : mappings) {
      for (int p = m.firstPage; p < Math.min(m.firstPage + m.pages, ram.length >>> 12); p++) {
        codeReplaced(p); // whose fetches nobody was asked about
      }
    }
  }

  /** Lets the guard be asked for pages of main memory, or no longer. */
  public void setGuarded(int firstPage, int pages, boolean on) {
    for (int p = firstPage; p < Math.min(firstPage + pages, ram.length >>> 12); p++) {
      if (on == ((flags[p] & PageFlags.GUARDED) == 0)) {
        setFlag(p, PageFlags.GUARDED, on);
        codeReplaced(p);
      }
    }
  }

  /**
   * Limits how many pages may be written until the innermost checkpoint is rewound; who writes one
   * more is refused.
   *
   * @param pages counted from now on; {@link Integer#MAX_VALUE} for any number
   */
  public void limitWrittenPages(int pages) {
    checkpoint.limit(pages);
  }

  private void ask(int address, int size, boolean write) {
    String reason = guard.denyAt(address, size, write);
    if (reason != null) {
      throw new AccessDeniedException(reason);
    }
  }

  private void askRegion(Region region, boolean write) {
    String reason = guard.denyRegion(region.name(), write);
    if (reason != null) {
      throw new AccessDeniedException(reason);
    }
  }

  // ---- interposers

  /**
   * Puts somebody in front of pages, of whatever answers there; or, with null, takes him away.
   *
   * @param firstPage 0 to 0xfffff
   */
  public void interpose(int firstPage, int pages, MemoryInterposer who) {
    interposer = who;
    for (int p = firstPage; p < firstPage + pages; p++) {
      setFlag(p, PageFlags.INTERPOSED, who != null);
      codeReplaced(p);
    }
  }

  /** Reads what is behind an interposer; the access does not cross a page. */
  public int readBehind(int physical, int size) {
    return readAnswer(physical, size, flags[physical >>> 12]);
  }

  /** Writes what is behind an interposer; the access does not cross a page. */
  public void writeBehind(int physical, int size, int value) {
    writeAnswer(physical, size, value, flags[physical >>> 12]);
  }

  // ---- checkpoints

  /**
   * Takes a checkpoint of main memory and of all blocks. Costs a flag for each page, or within
   * another checkpoint for each page that was written since that one.
   */
  public Checkpoint checkpoint() {
    Checkpoint outer = checkpoint;
    checkpoint = new Checkpoint(outer);
    if (outer == null) {
      trackAll(true);
    } else {
      keepFor(checkpoint);
      outer.kept.forEach(k -> track(k, true));
    }
    return checkpoint;
  }

  /**
   * Makes memory as it was when {@code c} was taken, and ends {@code c}.
   *
   * @throws IllegalStateException when {@code c} is not the innermost checkpoint
   */
  public void rollback(Checkpoint c) {
    rewind(c);
    end(c);
  }

  /**
   * Makes memory as it was when {@code c} was taken, and goes on tracking. Costs a copy for each
   * page that was written since, whatever the size of memory.
   *
   * @throws IllegalStateException when {@code c} is not the innermost checkpoint
   */
  public void rewind(Checkpoint c) {
    requireInnermost(c);
    for (Checkpoint.Kept k : c.kept) {
      if (k.block() == null) {
        putBack(k.page(), k.old());
      } else {
        k.block().restorePage(k.page(), k.old());
      }
    }
    c.rewound();
  }

  /** Code before the first byte that differs is what it was: a page of code and data, mostly. */
  private void putBack(int page, byte[] old) {
    int at = page << 12;
    boolean code = (flags[page] & PageFlags.CODE) != 0;
    int first = code ? Arrays.mismatch(old, 0, PAGE, ram, at, at + PAGE) : -1;
    System.arraycopy(old, 0, ram, at, PAGE);
    flags[page] |= PageFlags.TRACKED;
    if (first >= 0) {
      codeListener.codeWritten(at + first, PAGE - first);
    }
  }

  /**
   * Keeps what was written since {@code c}, and ends {@code c}.
   *
   * @throws IllegalStateException when {@code c} is not the innermost checkpoint
   */
  public void release(Checkpoint c) {
    requireInnermost(c);
    if (c.outer != null) {
      c.outer.adopt(c.kept);
    }
    end(c);
  }

  private void requireInnermost(Checkpoint c) {
    if (c != checkpoint) {
      throw new IllegalStateException("checkpoints end in reverse order of their beginning");
    }
  }

  /** Pages without the flag are those that the innermost checkpoint has kept already. */
  private void end(Checkpoint c) {
    checkpoint = c.outer;
    if (checkpoint == null) {
      trackAll(false);
    } else {
      keepFor(checkpoint);
      checkpoint.kept.forEach(k -> track(k, false));
    }
  }

  private void track(Checkpoint.Kept page, boolean on) {
    if (page.block() == null) {
      setFlag(page.page(), PageFlags.TRACKED, on);
    } else {
      page.block().track(page.page(), on);
    }
  }

  private void keepFor(Checkpoint c) {
    for (MemoryBlock b : blocks) {
      b.keepFor(c);
    }
  }

  private void trackAll(boolean on) {
    for (int p = 0; p < ram.length >>> 12; p++) {
      setFlag(p, PageFlags.TRACKED, on);
    }
    for (MemoryBlock b : blocks) {
      b.trackAll(on ? checkpoint : null);
    }
  }

  // ---- state other than contents

  @Override
  public String sectionName() {
    return "bus";
  }

  /** A20 and write protection; contents go by checkpoints, mappings are the devices' own. */
  @Override
  public void save(Section out) {
    byte[] pages = readOnly.toByteArray();
    out.put("a20", a20).put("readOnly.length", pages.length).put("readOnly", pages);
  }

  @Override
  public void restore(Section in) {
    setA20(in.getBoolean("a20"));
    byte[] pages = new byte[in.getInt("readOnly.length")];
    in.getBytes("readOnly", pages);
    BitSet saved = BitSet.valueOf(pages);
    BitSet changed = BitSet.valueOf(readOnly.toLongArray());
    changed.xor(saved);
    changed.stream().forEach(p -> setFlag(p, PageFlags.READ_ONLY, saved.get(p)));
    readOnly.clear();
    readOnly.or(saved);
  }

  // ---- the slow path

  private int slowRead(int physical, int size) {
    if ((physical & 0xfff) + size > PAGE) {
      int v = 0;
      for (int i = 0; i < size; i++) {
        v |= read8(physical + i) << (8 * i);
      }
      return v;
    }
    int address = gated(physical);
    int f = flags[address >>> 12];
    if (guard != null && (f & (PageFlags.GUARDED | PageFlags.NOT_RAM)) != 0) {
      ask(address, size, false);
    }
    return (f & PageFlags.INTERPOSED) != 0
        ? interposer.read(address, size)
        : readAnswer(address, size, f);
  }

  /** What RAM, a region or nobody answers. */
  private int readAnswer(int address, int size, int f) {
    if ((f & PageFlags.NOT_RAM) == 0) {
      return switch (size) {
        case 1 -> ram[address] & 0xff;
        case 2 -> (short) SHORT.get(ram, address) & 0xffff;
        default -> (int) INT.get(ram, address);
      };
    }
    Mapping m = find(address >>> 12);
    if (m == null) {
      unmodelled.record("read of physical page 0x%05x000", address >>> 12);
      return size == 4 ? -1 : (1 << (8 * size)) - 1;
    }
    if (guard != null) {
      askRegion(m.region, false);
    }
    int offset = address - (m.firstPage << 12);
    touched.touch(m.device);
    if (m.region instanceof MemoryRegion memory) {
      return memory.read(offset, size);
    }
    deviceAccess.beginAccess();
    int value = m.region.read(offset, size);
    deviceAccess.endAccess();
    return value;
  }

  /** Whether a page is main memory that holds code, and nothing else stands before a write. */
  public boolean isPlainButForCode(int physical) {
    return (flags[physical >>> 12] & PageFlags.SLOW_WRITE) == PageFlags.CODE;
  }

  /**
   * Stores {@code size} bytes, all in one page, beside the code of such a page.
   *
   * @return false when it is another page, or one of the bytes is code: then nothing was stored
   */
  public boolean writeBesideCode(int physical, int size, int value) {
    if (!isPlainButForCode(physical) || codeListener.isCode(physical, size)) {
      return false;
    }
    store(physical, size, value);
    return true;
  }

  private void store(int address, int size, int value) {
    switch (size) {
      case 1 -> ram[address] = (byte) value;
      case 2 -> SHORT.set(ram, address, (short) value);
      default -> INT.set(ram, address, value);
    }
  }

  private void slowWrite(int physical, int size, int value) {
    if ((physical & 0xfff) + size > PAGE) {
      for (int i = 0; i < size; i++) {
        write8(physical + i, value >>> (8 * i));
      }
      return;
    }
    int address = gated(physical);
    int f = flags[address >>> 12];
    if (guard != null && (f & (PageFlags.GUARDED | PageFlags.NOT_RAM)) != 0) {
      ask(address, size, true);
    }
    if ((f & PageFlags.INTERPOSED) != 0) {
      interposer.write(address, size, size == 4 ? value : value & ((1 << (8 * size)) - 1));
    } else {
      writeAnswer(address, size, value, f);
    }
  }

  private void writeAnswer(int address, int size, int value, int f) {
    int page = address >>> 12;
    if ((f & PageFlags.NOT_RAM) != 0) {
      Mapping m = find(page);
      if (m == null) {
        unmodelled.record("write to physical page 0x%05x000", page);
      } else {
        int offset = address - (m.firstPage << 12);
        int zeroExtended = size == 4 ? value : value & ((1 << (8 * size)) - 1);
        touched.touch(m.device);
        if (guard != null) {
          askRegion(m.region, true);
        }
        if (m.region instanceof MemoryRegion memory) {
          memory.write(offset, size, zeroExtended);
        } else {
          deviceAccess.beginAccess();
          m.region.write(offset, size, zeroExtended);
          deviceAccess.endAccess();
        }
      }
      return;
    }
    if ((f & PageFlags.READ_ONLY) != 0) {
      unmodelled.record("write to read-only page 0x%05x000", page);
      return;
    }
    beforeWrite(page);
    store(address, size, value);
    if ((f & PageFlags.CODE) != 0) {
      codeListener.codeWritten(address, size);
    }
  }

  /**
   * The region that answers an address if it is memory; null for main memory and all else, and
   * while a guard is asked before each access or somebody stands in front of the page.
   */
  MemoryRegion memoryRegion(int physical) {
    int page = gated(physical) >>> 12;
    if (guard != null
        || (flags[page] & (PageFlags.NOT_RAM | PageFlags.INTERPOSED)) != PageFlags.NOT_RAM) {
      return null;
    }
    Mapping m = find(page);
    if (m == null || !(m.region instanceof MemoryRegion memory)) {
      return null;
    }
    touched.touch(m.device);
    return memory;
  }

  /**
   * Whether a page is a region's whose bytes stay as they are, and nobody asks about accesses.
   *
   * @param page address of its first byte, as {@link #gated} gives it
   */
  public boolean isConstant(int page) {
    boolean asked = guard != null || (flags[page >>> 12] & PageFlags.INTERPOSED) != 0;
    Mapping m = asked ? null : find(page >>> 12);
    return m != null && m.region.isConstant(page - (m.firstPage << 12));
  }

  /** Where an address lies in the region that answers it. */
  int offsetInRegion(int physical) {
    int address = gated(physical);
    return address - (find(address >>> 12).firstPage << 12);
  }

  /** Tells the code cache of bytes that were written, all in one page. */
  void codeWritten(int physical, int bytes) {
    codeListener.codeWritten(physical, bytes);
  }

  void beforeWrite(int page) {
    if ((flags[page] & PageFlags.TRACKED) != 0) {
      checkpoint.keep(null, page, ram); // may refuse: then nothing has changed
      flags[page] &= (byte) ~PageFlags.TRACKED;
    }
  }

  private Mapping find(int page) {
    if (page == lastPage) {
      return lastMapping;
    }
    for (Mapping candidate : mappings) {
      if (candidate.contains(page)) {
        lastPage = page;
        lastMapping = candidate;
        return candidate;
      }
    }
    lastPage = page;
    lastMapping = null;
    return null;
  }

  private void codeReplaced(int page) {
    if ((flags[page] & PageFlags.CODE) != 0 && codeListener != null) {
      codeListener.codePageReplaced(page);
    }
  }
}
