package dev.biosgateway.x86.bus;

/**
 * What one byte says about a 4 KB page of physical memory. A page with no flag set is plain RAM and
 * is accessed directly; every flag sends the access down the slow path, which looks closer. So the
 * whole cost of ROM, MMIO, snapshots and self-modifying code on the fast path is one test.
 */
public final class PageFlags {
  /** Nothing there that the RAM array holds: MMIO, a memory region of a device, or nothing. */
  public static final int NOT_RAM = 1;

  /** Writes are ignored by the memory, as by a ROM; logged and counted. */
  public static final int READ_ONLY = 2;

  /** Decoded instructions exist for bytes of this page: a write must tell the code cache. */
  public static final int CODE = 4;

  /** A checkpoint wants the page's contents before the first write. */
  public static final int TRACKED = 8;

  /** A line of the page's address is forced low, or not there: it is an alias of a lower page. */
  public static final int A20_MASKED = 16;

  /** A {@link MemoryGuard} wants to be asked before each access. */
  public static final int GUARDED = 32;

  /** A {@link MemoryInterposer} stands in front of the page. */
  public static final int INTERPOSED = 64;

  /** Any of these makes a read slow. */
  public static final int SLOW_READ = NOT_RAM | A20_MASKED | GUARDED | INTERPOSED;

  /** Any of these makes a write slow. */
  public static final int SLOW_WRITE =
      NOT_RAM | READ_ONLY | CODE | TRACKED | A20_MASKED | GUARDED | INTERPOSED;

  /** All there are. */
  public static final int ALL = SLOW_READ | SLOW_WRITE;

  private PageFlags() {}
}
