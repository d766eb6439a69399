package dev.biosgateway.x86.bus;

/**
 * A region that is memory and nothing else, such as a display adapter's: no access asks for the
 * time or changes when something will happen, so the clock need not be brought up to date for it,
 * and many accesses can be made at once.
 */
public interface MemoryRegion extends Region {

  /** Reads bytes as that many reads of one byte, upwards; the run stays within a page. */
  void readRun(int offset, byte[] into, int at, int length);

  /** Writes bytes as that many writes of one byte, upwards; the run stays within a page. */
  void writeRun(int offset, byte[] from, int at, int length);

  /**
   * Whether, as things are now, each offset is a byte of its own and a read leaves nothing behind
   * that a later write would make use of: then a copy within the region can read all before it
   * writes.
   */
  boolean isLinear();
}
