package dev.biosgateway.kexec.vmcore;

import dev.biosgateway.x86.bus.PhysicalBus;

/** Memory that a dump is taken of, page by page. */
@FunctionalInterface
public interface PhysicalMemory {
  /**
   * Copies a page out.
   *
   * @param address physical, a multiple of 4096
   * @param page 4096 bytes
   */
  void read(long address, byte[] page);

  /** Main memory of a machine below 2 GB, whatever lies over it. */
  static PhysicalMemory of(PhysicalBus bus) {
    return (address, page) -> System.arraycopy(bus.ram, Math.toIntExact(address), page, 0, 4096);
  }
}
