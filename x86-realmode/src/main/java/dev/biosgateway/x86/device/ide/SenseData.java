package dev.biosgateway.x86.device.ide;

import dev.biosgateway.x86.state.Section;

/** What a packet command left for REQUEST SENSE: key, code and qualifier (SPC-2, 7.20). */
final class SenseData {
  // ---- sense keys
  static final int NO_SENSE = 0x0;
  static final int NOT_READY = 0x2;
  static final int MEDIUM_ERROR = 0x3;
  static final int ILLEGAL_REQUEST = 0x5;
  static final int UNIT_ATTENTION = 0x6;

  // ---- additional sense code, high byte, and its qualifier, low byte
  static final int INVALID_COMMAND = 0x2000;
  static final int BLOCK_OUT_OF_RANGE = 0x2100;
  static final int INVALID_FIELD_IN_PACKET = 0x2400;
  static final int MEDIUM_MAY_HAVE_CHANGED = 0x2800;
  static final int RESET_OCCURRED = 0x2900;
  static final int SAVING_NOT_SUPPORTED = 0x3900;
  static final int MEDIUM_NOT_PRESENT = 0x3a00;
  static final int UNRECOVERED_READ_ERROR = 0x1100;
  static final int MEDIUM_REMOVAL_PREVENTED = 0x5302;

  private static final int FIXED_CURRENT = 0x70;
  static final int LENGTH = 18;

  private int key;
  private int code;

  void set(int newKey, int newCode) {
    key = newKey;
    code = newCode;
  }

  void clear() {
    set(NO_SENSE, 0);
  }

  int key() {
    return key;
  }

  /** Fixed format, 18 bytes. */
  void into(byte[] reply) {
    reply[0] = FIXED_CURRENT;
    reply[2] = (byte) key;
    reply[7] = LENGTH - 8;
    reply[12] = (byte) (code >>> 8);
    reply[13] = (byte) code;
  }

  void save(String prefix, Section out) {
    out.put(prefix + ".senseKey", key).put(prefix + ".senseCode", code);
  }

  void restore(String prefix, Section in) {
    key = in.getInt(prefix + ".senseKey");
    code = in.getInt(prefix + ".senseCode");
  }
}
