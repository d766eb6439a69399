package dev.biosgateway.x86.device.ide;

/**
 * The packet commands of a CD-ROM (INF-8090i, MMC-2): code, whether it runs while a unit attention
 * is pending, and whether it needs a medium.
 */
enum PacketCommand {
  TEST_UNIT_READY(0x00, Needs.MEDIUM),
  REQUEST_SENSE(0x03, Needs.ALWAYS),
  INQUIRY(0x12, Needs.ALWAYS),
  MODE_SELECT_6(0x15, Needs.NOTHING),
  MODE_SENSE_6(0x1a, Needs.NOTHING),
  START_STOP_UNIT(0x1b, Needs.NOTHING),
  PREVENT_ALLOW_MEDIUM_REMOVAL(0x1e, Needs.NOTHING),
  READ_CAPACITY(0x25, Needs.MEDIUM),
  READ_10(0x28, Needs.MEDIUM),
  SEEK_10(0x2b, Needs.MEDIUM),
  SYNCHRONIZE_CACHE(0x35, Needs.MEDIUM),
  READ_SUBCHANNEL(0x42, Needs.MEDIUM),
  READ_TOC(0x43, Needs.MEDIUM),
  GET_CONFIGURATION(0x46, Needs.ALWAYS),
  GET_EVENT_STATUS_NOTIFICATION(0x4a, Needs.ALWAYS),
  READ_DISC_INFORMATION(0x51, Needs.MEDIUM),
  MODE_SELECT_10(0x55, Needs.NOTHING),
  MODE_SENSE_10(0x5a, Needs.NOTHING),
  READ_12(0xa8, Needs.MEDIUM),
  SET_CD_SPEED(0xbb, Needs.NOTHING),
  MECHANISM_STATUS(0xbd, Needs.NOTHING),
  READ_CD(0xbe, Needs.MEDIUM);

  private enum Needs {
    /** Runs whatever the state is. */
    ALWAYS,
    /** Fails once while a unit attention is pending. */
    NOTHING,
    /** That, and a medium must be in. */
    MEDIUM
  }

  private static final PacketCommand[] BY_OPCODE = new PacketCommand[256];

  static {
    for (PacketCommand command : values()) {
      BY_OPCODE[command.opcode] = command;
    }
  }

  private final int opcode;
  private final Needs needs;

  PacketCommand(int opcode, Needs needs) {
    this.opcode = opcode;
    this.needs = needs;
  }

  /** The command of a code, null when there is none. */
  static PacketCommand of(int opcode) {
    return BY_OPCODE[opcode];
  }

  boolean reportsUnitAttention() {
    return needs != Needs.ALWAYS;
  }

  boolean needsMedium() {
    return needs == Needs.MEDIUM;
  }
}
