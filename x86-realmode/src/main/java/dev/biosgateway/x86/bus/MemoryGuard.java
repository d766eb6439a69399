package dev.biosgateway.x86.bus;

/**
 * Decides before an access reaches memory or a region; how a call's memory policy is enforced.
 * Asked for pages with {@link PageFlags#GUARDED} and for everything that is not main memory; the
 * CPU's, the devices' and their DMA's accesses alike.
 */
public interface MemoryGuard {

  /**
   * @param physical first byte of the access, which does not cross a page
   * @param size 1, 2 or 4 bytes
   * @param write whether it is a write
   * @return null to let it pass, or the reason why not: the run stops before the access
   */
  String denyAt(int physical, int size, boolean write);

  /**
   * @param region the name of the region that would answer
   * @return as {@link #denyAt}
   */
  String denyRegion(String region, boolean write);
}
