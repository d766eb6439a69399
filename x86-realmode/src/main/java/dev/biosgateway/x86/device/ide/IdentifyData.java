package dev.biosgateway.x86.device.ide;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The 256 words that IDENTIFY DEVICE and IDENTIFY PACKET DEVICE give (ATA/ATAPI-6, 8.15, 8.16). */
final class IdentifyData {
  private static final int WORDS = 256;

  /** Strings: two characters a word, the first one in the high byte, padded with spaces. */
  private static final int SERIAL = 10;

  private static final int FIRMWARE = 23;
  private static final int MODEL = 27;

  private static final int INTEGRITY = 255;
  private static final int INTEGRITY_SIGNATURE = 0xa5;

  private final byte[] bytes = new byte[WORDS * 2];

  IdentifyData word(int index, int value) {
    bytes[2 * index] = (byte) value;
    bytes[2 * index + 1] = (byte) (value >>> 8);
    return this;
  }

  IdentifyData doubleWord(int index, long value) {
    return word(index, (int) value).word(index + 1, (int) (value >>> 16));
  }

  IdentifyData identity(DeviceIdentity identity) {
    string(SERIAL, 20, identity.serial());
    string(FIRMWARE, 8, identity.firmware());
    string(MODEL, 40, identity.model());
    return this;
  }

  /** The transfer modes that SET FEATURES chooses among, and the one it has chosen. */
  IdentifyData transferModes(TransferMode mode) {
    word(63, TransferMode.MULTIWORD_MODES | mode.multiwordSelected() << 8);
    word(64, 0x0003); // PIO modes 3 and 4
    for (int cycleTime = 65; cycleTime <= 68; cycleTime++) {
      word(cycleTime, 120);
    }
    return word(88, TransferMode.ULTRA_MODES | mode.ultraSelected() << 8);
  }

  private void string(int index, int length, String text) {
    byte[] padded = new byte[length];
    Arrays.fill(padded, (byte) ' ');
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, padded, 0, Math.min(length, ascii.length));
    for (int i = 0; i < length; i++) {
      bytes[2 * index + (i ^ 1)] = padded[i];
    }
  }

  /** Writes the block with its checksum: all 512 bytes add up to 0. */
  void into(byte[] buffer) {
    word(INTEGRITY, INTEGRITY_SIGNATURE);
    int sum = 0;
    for (byte b : bytes) {
      sum += b;
    }
    bytes[2 * INTEGRITY + 1] = (byte) -sum;
    System.arraycopy(bytes, 0, buffer, 0, bytes.length);
  }
}
