package dev.biosgateway.kexec.vmcore;

/**
 * Pages of one kind beside each other, as a dump has them.
 *
 * @param address physical, of the first
 * @param zeros whether they are known to be zeros, and need no room
 */
record PageRun(long address, long pages, boolean zeros) {
  private static final int PAGE = 4096;

  /** Bytes of memory. */
  long size() {
    return pages * PAGE;
  }

  /** Bytes that an ELF core holds of them. */
  long fileSize() {
    return zeros ? 0 : size();
  }
}
