package dev.biosgateway.x86.device.floppy;

/**
 * The commands of the 82078 (Intel order 290474, section 6): the first byte's fixed bits, how many
 * bytes follow in the command phase, and how many the result phase has.
 */
enum FloppyCommand {
  READ_TRACK(0x9f, 0x02, 8, 7),
  SPECIFY(0xff, 0x03, 2, 0),
  SENSE_DRIVE_STATUS(0xff, 0x04, 1, 1),
  WRITE_DATA(0x3f, 0x05, 8, 7),
  READ_DATA(0x1f, 0x06, 8, 7),
  RECALIBRATE(0xff, 0x07, 1, 0),
  SENSE_INTERRUPT_STATUS(0xff, 0x08, 0, 2),
  WRITE_DELETED_DATA(0x3f, 0x09, 8, 7),
  READ_ID(0xbf, 0x0a, 1, 7),
  READ_DELETED_DATA(0x1f, 0x0c, 8, 7),
  FORMAT_TRACK(0xbf, 0x0d, 5, 7),
  DUMPREG(0xff, 0x0e, 0, 10),
  SEEK(0xff, 0x0f, 2, 0),
  VERSION(0xff, 0x10, 0, 1),
  SCAN_EQUAL(0x1f, 0x11, 8, 7),
  PERPENDICULAR_MODE(0xff, 0x12, 1, 0),
  CONFIGURE(0xff, 0x13, 3, 0),
  LOCK(0x7f, 0x14, 0, 1),
  VERIFY(0x1f, 0x16, 8, 7),
  POWERDOWN_MODE(0xff, 0x17, 1, 1),
  PART_ID(0xff, 0x18, 0, 1),
  SCAN_LOW_OR_EQUAL(0x1f, 0x19, 8, 7),
  SCAN_HIGH_OR_EQUAL(0x1f, 0x1d, 8, 7),
  RELATIVE_SEEK(0xbf, 0x8f, 2, 0);

  private static final FloppyCommand[] BY_FIRST_BYTE = new FloppyCommand[256];

  static {
    for (int first = 0; first < 256; first++) {
      for (FloppyCommand command : values()) {
        if ((first & command.mask) == command.code) {
          BY_FIRST_BYTE[first] = command;
        }
      }
    }
  }

  private final int mask;
  private final int code;
  private final int parameters;
  private final int results;

  FloppyCommand(int mask, int code, int parameters, int results) {
    this.mask = mask;
    this.code = code;
    this.parameters = parameters;
    this.results = results;
  }

  /** The command of a first byte, null when it is invalid. */
  static FloppyCommand of(int firstByte) {
    return BY_FIRST_BYTE[firstByte];
  }

  int parameters() {
    return parameters;
  }

  int results() {
    return results;
  }

  boolean scans() {
    return this == SCAN_EQUAL || this == SCAN_LOW_OR_EQUAL || this == SCAN_HIGH_OR_EQUAL;
  }

  /** Whether it changes the diskette. */
  boolean writes() {
    return this == WRITE_DATA || this == WRITE_DELETED_DATA || this == FORMAT_TRACK;
  }

  /** Whether bytes go from the host to the controller in the execution phase. */
  boolean takesData() {
    return writes() || scans();
  }

  /** Whether it works on deleted data marks. */
  boolean deleted() {
    return this == WRITE_DELETED_DATA || this == READ_DELETED_DATA;
  }
}
