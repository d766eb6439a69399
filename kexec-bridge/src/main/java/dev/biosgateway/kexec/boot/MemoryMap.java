package dev.biosgateway.kexec.boot;

import java.util.ArrayList;
import java.util.List;

/**
 * What memory is where, as INT 15h AX=E820h tells it (ACPI Specification 3.0, 14.1), for a machine
 * without firmware to ask.
 */
final class MemoryMap {
  /** Bytes of an entry in struct boot_params. */
  static final int ENTRY_BYTES = 20;

  static final int RAM = 1;
  static final int RESERVED = 2;

  /** Where the extended BIOS data area of a PC begins that has 1 KB of it. */
  private static final int EXTENDED_BIOS_DATA = 0x9fc00;

  private static final int DISPLAY_MEMORY = 0xa0000;
  private static final int SYSTEM_ROM = 0xf0000;
  private static final int HIGH_MEMORY = 0x100000;

  /** A range of addresses of one kind. */
  record Range(long start, long size, int type) {}

  private MemoryMap() {}

  /**
   * The map for a kernel that may use only a part of memory above 1 MB, and what is below 640 K.
   *
   * @param from first address, at least 1 MB
   * @param end behind the last address
   */
  static List<Range> between(long from, long end) {
    List<Range> map = new ArrayList<>(of(HIGH_MEMORY));
    map.add(new Range(from, end - from, RAM));
    return map;
  }

  /** The map of a PC with so much memory. */
  static List<Range> of(long memoryBytes) {
    List<Range> map = new ArrayList<>();
    map.add(new Range(0, EXTENDED_BIOS_DATA, RAM));
    map.add(new Range(EXTENDED_BIOS_DATA, DISPLAY_MEMORY - EXTENDED_BIOS_DATA, RESERVED));
    map.add(new Range(SYSTEM_ROM, HIGH_MEMORY - SYSTEM_ROM, RESERVED));
    if (memoryBytes > HIGH_MEMORY) {
      map.add(new Range(HIGH_MEMORY, memoryBytes - HIGH_MEMORY, RAM));
    }
    return map;
  }
}
