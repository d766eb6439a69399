package dev.biosgateway.api.extension;

import java.util.function.LongConsumer;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where a device is plugged in: what it may claim while it is built, and what it drives later. The
 * gateway gives everything back when the device goes. For the device's thread only.
 */
@ProviderType
public interface ExpansionSlot {
  /**
   * Claims I/O ports.
   *
   * @param first 0 to 0xffff
   * @param count how many
   * @param width widest access in bytes (1, 2 or 4) that comes in one piece; wider ones are split
   * @param ports gets the ports' numbers
   * @throws dev.biosgateway.api.InvalidRequestException if one is not free; the message names it
   *     and who has it
   */
  void ports(int first, int count, int width, Responder ports);

  /**
   * Claims physical memory, in front of whatever is there.
   *
   * @param address a multiple of 4096, 32 bits
   * @param size bytes, a multiple of 4096
   * @param memory gets offsets from {@code address}
   * @throws dev.biosgateway.api.InvalidRequestException if these are no whole pages
   */
  void memory(long address, int size, Responder memory);

  /**
   * Puts a function into the first free device of PCI bus 0 from device 3 on.
   *
   * @param vendor 16 bits
   * @param device 16 bits
   * @param classCode class, subclass and programming interface, 24 bits
   * @param revision 8 bits
   * @throws dev.biosgateway.api.InvalidRequestException if the board has no PCI or no free device
   */
  PciCard pci(int vendor, int device, int classCode, int revision);

  /**
   * A wire to an input of the interrupt controllers; low after a reset.
   *
   * @param irq 0 to 15 without 2
   * @throws dev.biosgateway.api.InvalidRequestException if the board has no such input
   */
  Line interrupt(int irq);

  /**
   * A timer, which is off after a reset.
   *
   * @param name unique in the device
   * @param due told, between two instructions, that its time has come, and when that was, in
   *     nanoseconds
   */
  Timer timer(String name, LongConsumer due);

  /** Virtual time since power-on in nanoseconds. */
  long nanos();

  /** Reads physical memory as a bus master does. */
  byte[] readMemory(long address, int length);

  /** Writes physical memory as a bus master does; ROM stays as it is. */
  void writeMemory(long address, byte... bytes);

  /** What answers at ports or in memory. Values are zero-extended. */
  @ConsumerType
  interface Responder {
    /**
     * Reads.
     *
     * @param at a port's number, or an offset into memory
     * @param size 1, 2 or 4 bytes
     */
    int read(int at, int size);

    /** Writes; with parameters as {@link #read}. */
    void write(int at, int size, int value);
  }

  /** A wire. */
  @ProviderType
  interface Line {
    /** Drives it high or low; to drive the level it has does nothing. */
    void set(boolean high);
  }

  /** A timer; part of the saved state. */
  @ProviderType
  interface Timer {
    /** Sets it to an instant in nanoseconds of virtual time; one in the past is due at once. */
    void at(long nanos);

    /** Switches it off. */
    void off();
  }
}
