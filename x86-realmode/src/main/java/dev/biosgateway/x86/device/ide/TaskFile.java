package dev.biosgateway.x86.device.ide;

import dev.biosgateway.x86.state.Section;

/**
 * The command block registers of a device (ATA/ATAPI-6, 7). Those of the address are two deep: a
 * write pushes what was there into the previous contents, from which the 48-bit commands take their
 * upper half and which HOB makes readable.
 */
final class TaskFile {
  // ---- offsets in the command block
  static final int DATA = 0;
  static final int ERROR_FEATURES = 1;
  static final int SECTOR_COUNT = 2;
  static final int LBA_LOW = 3;
  static final int LBA_MID = 4;
  static final int LBA_HIGH = 5;
  static final int DEVICE = 6;
  static final int STATUS_COMMAND = 7;

  // ---- status
  static final int BSY = 0x80;
  static final int DRDY = 0x40;
  static final int DF = 0x20;
  static final int DSC = 0x10;
  static final int DRQ = 0x08;
  static final int ERR = 0x01;

  // ---- error
  static final int UNC = 0x40;
  static final int IDNF = 0x10;
  static final int ABRT = 0x04;

  /** What diagnostics say in the error register: the device passed. */
  static final int PASSED = 0x01;

  static final int DEV = 0x10;
  static final int LBA = 0x40;

  private static final int REGISTERS = 6;

  private final int[] current = new int[REGISTERS];
  private final int[] previous = new int[REGISTERS];
  int error;
  int status;
  int device;

  /** A register 1 to 5 as the host wrote it last. */
  int get(int register) {
    return current[register];
  }

  int previous(int register) {
    return previous[register];
  }

  /** The host writes a register 1 to 5. */
  void write(int register, int value) {
    previous[register] = current[register];
    current[register] = value;
  }

  /** The device sets a register 2 to 5, and its previous contents. */
  void set(int register, int value, int before) {
    current[register] = value;
    previous[register] = before;
  }

  /** The signature by which a device says after a reset what it is (ATA/ATAPI-6, 9.12). */
  void signature(int lbaMid, int lbaHigh) {
    set(SECTOR_COUNT, 1, 0);
    set(LBA_LOW, 1, 0);
    set(LBA_MID, lbaMid, 0);
    set(LBA_HIGH, lbaHigh, 0);
    device &= DEV;
  }

  boolean addressesByLba() {
    return (device & LBA) != 0;
  }

  /** The 28 bits of an address. */
  long lba28() {
    return current[LBA_LOW]
        | current[LBA_MID] << 8
        | current[LBA_HIGH] << 16
        | (long) (device & 0x0f) << 24;
  }

  /** The 48 bits of an address. */
  long lba48() {
    long low = current[LBA_LOW] | current[LBA_MID] << 8 | current[LBA_HIGH] << 16;
    long high = previous[LBA_LOW] | previous[LBA_MID] << 8 | previous[LBA_HIGH] << 16;
    return high << 24 | low;
  }

  int cylinder() {
    return current[LBA_MID] | current[LBA_HIGH] << 8;
  }

  int head() {
    return device & 0x0f;
  }

  int sector() {
    return current[LBA_LOW];
  }

  void setLba28(long lba) {
    set(LBA_LOW, (int) lba & 0xff, 0);
    set(LBA_MID, (int) (lba >>> 8) & 0xff, 0);
    set(LBA_HIGH, (int) (lba >>> 16) & 0xff, 0);
    device = device & 0xf0 | (int) (lba >>> 24) & 0x0f;
  }

  void setLba48(long lba) {
    set(LBA_LOW, (int) lba & 0xff, (int) (lba >>> 24) & 0xff);
    set(LBA_MID, (int) (lba >>> 8) & 0xff, (int) (lba >>> 32) & 0xff);
    set(LBA_HIGH, (int) (lba >>> 16) & 0xff, (int) (lba >>> 40) & 0xff);
  }

  void setCylinderHeadSector(int cylinder, int head, int sector) {
    set(LBA_LOW, sector, 0);
    set(LBA_MID, cylinder & 0xff, 0);
    set(LBA_HIGH, cylinder >>> 8 & 0xff, 0);
    device = device & 0xf0 | head;
  }

  void save(String prefix, Section out) {
    out.put(prefix + ".current", current).put(prefix + ".previous", previous);
    out.put(prefix + ".error", error).put(prefix + ".status", status);
    out.put(prefix + ".device", device);
  }

  void restore(String prefix, Section in) {
    in.getInts(prefix + ".current", current);
    in.getInts(prefix + ".previous", previous);
    error = in.getInt(prefix + ".error");
    status = in.getInt(prefix + ".status");
    device = in.getInt(prefix + ".device");
  }
}
