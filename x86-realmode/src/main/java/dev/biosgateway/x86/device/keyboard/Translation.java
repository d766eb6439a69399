package dev.biosgateway.x86.device.keyboard;

import java.util.HexFormat;

/**
 * How the 8042 turns codes of scan code set 2 into those of set 1 (IBM PS/2 Hardware Interface
 * Technical Reference, "Keyboard and auxiliary device controller", scan code translation).
 */
final class Translation {
  /** Code of set 1 by code of set 2; what is beyond stays as it is. */
  private static final byte[] SET_1 =
      HexFormat.of()
          .parseHex(
              "ff43413f3d3b3c58644442403e0f2959"
                  + "65382a701d10025a66712c1f1e11035b"
                  + "672e2d201205045c68392f211413065d"
                  + "693130232215075e6a7232241608095f"
                  + "6b332517180b0a606c34352627190c61"
                  + "6d7328741a0d626e3a361c1b752b6376"
                  + "55567778797a0e7b7c4f7d4b477e7f6f"
                  + "5253504c4d480145574e514a37494654"
                  + "8081824154");

  private Translation() {}

  /**
   * @param code of set 2, without prefixes
   */
  static int toSet1(int code) {
    return code < SET_1.length ? SET_1[code] & 0xff : code;
  }
}
