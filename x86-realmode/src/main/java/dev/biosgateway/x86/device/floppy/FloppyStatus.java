package dev.biosgateway.x86.device.floppy;

/**
 * Bits of the status registers 0 to 3 (82078 data sheet, section 7, "Status register encoding").
 */
final class FloppyStatus {
  // ---- ST0
  static final int ST0_ABNORMAL = 0x40;
  static final int ST0_INVALID = 0x80;
  static final int ST0_POLLING = 0xc0;
  static final int ST0_SEEK_END = 0x20;
  static final int ST0_EQUIPMENT_CHECK = 0x10;

  // ---- ST1
  static final int ST1_END_OF_CYLINDER = 0x80;
  static final int ST1_DATA_ERROR = 0x20;
  static final int ST1_OVERRUN = 0x10;
  static final int ST1_NO_DATA = 0x04;
  static final int ST1_NOT_WRITABLE = 0x02;
  static final int ST1_MISSING_ADDRESS_MARK = 0x01;

  // ---- ST2
  static final int ST2_CONTROL_MARK = 0x40;
  static final int ST2_DATA_ERROR = 0x20;
  static final int ST2_WRONG_CYLINDER = 0x10;
  static final int ST2_SCAN_EQUAL_HIT = 0x08;
  static final int ST2_SCAN_NOT_SATISFIED = 0x04;
  static final int ST2_BAD_CYLINDER = 0x02;

  // ---- ST3
  static final int ST3_WRITE_PROTECTED = 0x40;
  static final int ST3_ALWAYS = 0x28;
  static final int ST3_TRACK_0 = 0x10;

  private FloppyStatus() {}
}
