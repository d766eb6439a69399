package dev.biosgateway.x86.device.rtc;

import java.time.Instant;
import java.util.Arrays;

/**
 * What the setup of a PC/AT has stored in battery-backed memory (IBM PC/AT Technical Reference,
 * "Real-Time Clock/CMOS RAM"): equipment and memory sizes, from which firmware builds its tables.
 *
 * @param startTime wall time at power-on, UTC; whole seconds
 * @param memoryBytes main memory from address 0 on
 * @param floppyTypes types of the floppy drives as byte 10h has them: A in the high nibble, B in
 *     the low one, 0 for none, 4 for 1.44 MB
 * @param mouse whether there is a PS/2 mouse
 */
public record CmosImage(Instant startTime, long memoryBytes, int floppyTypes, boolean mouse) {
  private static final int FLOPPY_TYPES = 0x10;
  private static final int EQUIPMENT = 0x14;
  private static final int BASE_KB = 0x15;
  private static final int EXTENDED_KB = 0x17;
  private static final int CHECKSUM_FIRST = 0x10;
  private static final int CHECKSUM_LAST = 0x2d;
  private static final int CHECKSUM = 0x2e;

  /** Bits of the equipment byte; a display of 00 is EGA or VGA. */
  private static final int EQUIPMENT_COPROCESSOR = 0x02;

  private static final int EQUIPMENT_MOUSE = 0x04;
  private static final int EQUIPMENT_FLOPPY = 0x01;
  private static final int EQUIPMENT_TWO_FLOPPIES = 0x40;

  /** Extended memory as POST found it. */
  private static final int EXTENDED_KB_FOUND = 0x30;

  /** Memory above 16 MB in units of 64 KB, as every virtual PC has it. */
  private static final int ABOVE_16_MB = 0x34;

  /** Which drives to boot from, a nibble each: 1 floppy, 2 hard disk, 3 CD-ROM, as Bochs has it. */
  private static final int BOOT_ORDER = 0x3d;

  private static final byte BOOT_DISK_THEN_FLOPPY = 0x12;

  /** The third drive in the high nibble. */
  private static final int BOOT_ORDER_REST = 0x38;

  private static final byte BOOT_THEN_CDROM = 0x30;

  private static final int MB = 1 << 20;

  /** Fills the bytes from 0Eh on. */
  void writeTo(byte[] cmos) {
    Arrays.fill(cmos, (byte) 0);
    cmos[FLOPPY_TYPES] = (byte) floppyTypes;
    cmos[EQUIPMENT] = (byte) equipment();
    cmos[BOOT_ORDER] = BOOT_DISK_THEN_FLOPPY;
    cmos[BOOT_ORDER_REST] = BOOT_THEN_CDROM;
    word(cmos, BASE_KB, 640);
    long extendedKb = Math.min((memoryBytes - MB) >>> 10, 0xffff);
    word(cmos, EXTENDED_KB, (int) extendedKb);
    word(cmos, EXTENDED_KB_FOUND, (int) extendedKb);
    word(cmos, ABOVE_16_MB, (int) Math.min(Math.max(memoryBytes - 16 * MB, 0) >>> 16, 0xffff));
    int sum = 0;
    for (int i = CHECKSUM_FIRST; i <= CHECKSUM_LAST; i++) {
      sum += cmos[i] & 0xff;
    }
    cmos[CHECKSUM] = (byte) (sum >>> 8); // high byte first, unlike everything else
    cmos[CHECKSUM + 1] = (byte) sum;
  }

  /** Equipment byte 14h: coprocessor, PS/2 mouse, number of floppy drives minus 1. */
  private int equipment() {
    int drives = (floppyTypes >>> 4 != 0 ? 1 : 0) + ((floppyTypes & 15) != 0 ? 1 : 0);
    return EQUIPMENT_COPROCESSOR
        | (mouse ? EQUIPMENT_MOUSE : 0)
        | (drives > 0 ? EQUIPMENT_FLOPPY : 0)
        | (drives > 1 ? EQUIPMENT_TWO_FLOPPIES : 0);
  }

  private static void word(byte[] cmos, int at, int value) {
    cmos[at] = (byte) value;
    cmos[at + 1] = (byte) (value >>> 8);
  }
}
