package dev.biosgateway.api.extension;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Stands between physical memory, RAM or a device's, and whoever accesses it while a routine runs,
 * processor or bus master: looks on, changes what passes, or answers itself. Register it as a
 * service with the properties {@link #PROGRAM} and {@link #MEMORY}. Of several the higher ranked is
 * nearer to the guest. Policies are asked before it. Code in its pages runs slowly; fetches of
 * instructions are reads as well.
 */
@ConsumerType
public non-sealed interface MemoryInterceptor extends Extension {
  /** Service property: its physical addresses, a String: {@code 0xb8000-0xb8f9f, 0x417}. */
  String MEMORY = "biosgateway.memory";

  /**
   * A read of which at least one byte is its own.
   *
   * @param address physical, the first byte; the access does not cross a page
   * @param size 1, 2 or 4 bytes
   * @param behind who would have answered; takes addresses as an unsigned int
   * @return what is read, zero-extended
   */
  default int read(long address, int size, ExpansionSlot.Responder behind) {
    return behind.read((int) address, size);
  }

  /** A write; with parameters as {@link #read}. What is not passed on does not happen. */
  default void write(long address, int size, int value, ExpansionSlot.Responder behind) {
    behind.write((int) address, size, value);
  }
}
