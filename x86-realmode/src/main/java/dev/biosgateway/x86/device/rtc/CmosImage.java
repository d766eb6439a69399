package dev.biosgateway.x86.device.rtc;

import java.time.Instant;
import java.util.Arrays;

/**
 * What the setup of a PC/AT has stored in battery-backed memory (IBM PC/AT Technical Reference,
 * "Real-Time Clock/CMOS RAM"): equipment and memory sizes, from which firmware builds its tables.
 *
 * @param startTime wall time at power-on, UTC; whole seconds
 * @param memoryBytes main memory from address 0 on
 * @param equipment the equipment byte 14h: bit 1 coprocessor, bits 4 and 5 primary display (00 EGA
 *     or VGA), bits 6 and 7 number of floppy drives minus 1 when bit 0 is set
 */
public record CmosImage(Instant startTime, long memoryBytes, int equipment) {
  private static final int EQUIPMENT = 0x14;
  private static final int BASE_KB = 0x15;
  private static final int EXTENDED_KB = 0x17;
  private static final int CHECKSUM_FIRST = 0x10;
  private static final int CHECKSUM_LAST = 0x2d;
  private static final int CHECKSUM = 0x2e;

  /** Extended memory as POST found it. */
  private static final int EXTENDED_KB_FOUND = 0x30;

  /** Memory above 16 MB in units of 64 KB, as every virtual PC has it. */
  private static final int ABOVE_16_MB = 0x34;

  private static final int MB = 1 << 20;

  /** Fills the bytes from 0Eh on. */
  void writeTo(byte[] cmos) {
    Arrays.fill(cmos, (byte) 0);
    cmos[EQUIPMENT] = (byte) equipment;
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

  private static void word(byte[] cmos, int at, int value) {
    cmos[at] = (byte) value;
    cmos[at + 1] = (byte) (value >>> 8);
  }
}
