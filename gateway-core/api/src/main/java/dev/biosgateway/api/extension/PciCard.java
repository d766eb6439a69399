package dev.biosgateway.api.extension;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The configuration space of a device's PCI function, with a type 0 header (PCI Local Bus
 * Specification 2.1, chapter 6). Its windows are where firmware would have put them; software may
 * move them. To be filled in {@link DeviceModel#plugInto}.
 */
@ProviderType
public interface PciCard {
  /** Number of the device on bus 0, 3 to 31. */
  int device();

  /**
   * A base address register for ports.
   *
   * @param bar 0 to 5
   * @param size a power of two from 4 to 256
   * @param address the first port after reset, a multiple of the size
   * @param behind gets offsets from the window's start
   */
  PciCard ports(int bar, int size, int address, ExpansionSlot.Responder behind);

  /**
   * A base address register for memory.
   *
   * @param bar 0 to 5
   * @param size a power of two from 4096 on
   * @param address physical address after reset, a multiple of the size
   * @param behind gets offsets from the window's start
   */
  PciCard memory(int bar, int size, long address, ExpansionSlot.Responder behind);

  /**
   * A register of the device's own.
   *
   * @param offset 0x40 to 0xff
   * @param reset its value after reset, 8 bits
   * @param writable the bits that software can change
   */
  PciCard register(int offset, int reset, int writable);

  /** One byte of the configuration space as it is now; {@code offset} is 0 to 0xff. */
  int read(int offset);

  /**
   * The function's interrupt, which the board routes as it does for other functions.
   *
   * @param pin 1 for INTA# to 4 for INTD#
   */
  ExpansionSlot.Line interrupt(int pin);
}
