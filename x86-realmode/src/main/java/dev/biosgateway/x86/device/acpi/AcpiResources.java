package dev.biosgateway.x86.device.acpi;

import static dev.biosgateway.x86.device.acpi.Aml.bytes;
import static dev.biosgateway.x86.device.acpi.Aml.join;
import static dev.biosgateway.x86.device.acpi.Aml.littleEndian;

/** Resource descriptors (ACPI 2.0, 6.4): what a device decodes and which interrupts it has. */
final class AcpiResources {
  /** Offset of the interrupt in {@link #interrupts}, where there is one. */
  static final int INTERRUPT_OFFSET = 5;

  private static final int MEMORY = 0;
  private static final int IO = 1;
  private static final int BUS_NUMBERS = 2;

  /** Both ends fixed, positively decoded, produced for those behind the bridge. */
  private static final int FIXED_WINDOW = 0x0c;

  private static final int ENTIRE_RANGE = 0x03;
  private static final int READ_WRITE = 0x01;

  /** Consumed, level, active high, shared: what a PCI interrupt is behind the router. */
  private static final int PCI_INTERRUPT = 0x09;

  private AcpiResources() {}

  /** Ports, decoded with 16 bits. */
  static byte[] ports(int first, int count) {
    return join(bytes(0x47, 0x01), littleEndian(first, 2), littleEndian(first, 2), bytes(1, count));
  }

  /** Fixed memory. */
  static byte[] memory(long first, int length) {
    return join(
        bytes(0x86), littleEndian(9, 2), bytes(0), littleEndian(first, 4), littleEndian(length, 4));
  }

  /** An ISA interrupt: edge, active high. */
  static byte[] irq(int number) {
    return join(bytes(0x22), littleEndian(1L << number, 2));
  }

  /** A DMA channel for bytes: compatibility mode, not a bus master. */
  static byte[] dma(int channel) {
    return bytes(0x2a, 1 << channel, 0x00);
  }

  /** Extended interrupts, as a routing link has them. */
  static byte[] interrupts(int... numbers) {
    byte[] list = {};
    for (int number : numbers) {
      list = join(list, littleEndian(number, 4));
    }
    return join(
        bytes(0x89), littleEndian(2 + list.length, 2), bytes(PCI_INTERRUPT, numbers.length), list);
  }

  static byte[] busNumbers(int first, int last) {
    return wordWindow(BUS_NUMBERS, 0, first, last);
  }

  static byte[] portWindow(int first, int last) {
    return wordWindow(IO, ENTIRE_RANGE, first, last);
  }

  static byte[] memoryWindow(long first, long last) {
    return join(
        bytes(0x87),
        littleEndian(23, 2),
        bytes(MEMORY, FIXED_WINDOW, READ_WRITE),
        littleEndian(0, 4),
        littleEndian(first, 4),
        littleEndian(last, 4),
        littleEndian(0, 4),
        littleEndian(last - first + 1, 4));
  }

  private static byte[] wordWindow(int type, int flags, int first, int last) {
    return join(
        bytes(0x88),
        littleEndian(13, 2),
        bytes(type, FIXED_WINDOW, flags),
        littleEndian(0, 2),
        littleEndian(first, 2),
        littleEndian(last, 2),
        littleEndian(0, 2),
        littleEndian(last - first + 1, 2));
  }
}
