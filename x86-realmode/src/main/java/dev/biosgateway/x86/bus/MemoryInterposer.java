package dev.biosgateway.x86.bus;

/**
 * Stands between whoever accesses memory, the CPU or a bus master, and what answers there: what it
 * passes on to {@link PhysicalBus#readBehind} and {@link PhysicalBus#writeBehind} is what that
 * sees. Asked after the {@link MemoryGuard}, for pages with {@link PageFlags#INTERPOSED}, and never
 * for an access that crosses a page.
 */
public interface MemoryInterposer {
  /**
   * What a read gets, zero-extended.
   *
   * @param physical first byte, behind the A20 gate
   * @param size 1, 2 or 4 bytes
   */
  int read(int physical, int size);

  /** Takes a write; the value is zero-extended. */
  void write(int physical, int size, int value);
}
