package dev.biosgateway.x86.device.vga;

/**
 * What the monitor says about itself: an EDID 1.4 base block (VESA E-EDID Standard, release A2) of
 * a monitor that shows 1024 x 768 and everything below.
 */
final class Edid {
  private static final int SIZE = 128;

  /** Bytes that the adapter keeps for it: room for one extension block, which there is not. */
  private static final int ROOM = 256;

  private static final int DETAILED_TIMING = 54;
  private static final int DESCRIPTOR_SIZE = 18;

  private Edid() {}

  static byte[] block() {
    byte[] e = new byte[ROOM];
    for (int i = 1; i < 7; i++) {
      e[i] = (byte) 0xff;
    }
    int id = letter('B') << 10 | letter('G') << 5 | letter('W');
    e[8] = (byte) (id >>> 8);
    e[9] = (byte) id;
    e[10] = 0x01; // product
    e[16] = 0; // week not given
    e[17] = 2026 - 1990; // year of manufacture
    e[18] = 1;
    e[19] = 4;
    e[20] = (byte) 0xa0; // digital, 8 bits a colour
    e[21] = 32; // centimetres
    e[22] = 24;
    e[23] = 120; // gamma 2.2
    e[24] = 0x06; // RGB 4:4:4, sRGB, preferred timing is native
    int[] srgb = {0xee, 0x91, 0xa3, 0x54, 0x4c, 0x99, 0x26, 0x0f, 0x50, 0x54};
    for (int i = 0; i < srgb.length; i++) {
      e[25 + i] = (byte) srgb[i];
    }
    e[35] = 0x21; // 640x480@60, 800x600@60
    e[36] = 0x08; // 1024x768@60
    for (int i = 38; i < DETAILED_TIMING; i++) {
      e[i] = 1; // standard timing not used
    }
    detailedTiming1024x768(e);
    text(e, 1, 0xfc, "BIOS Gateway");
    text(e, 2, 0xfe, "virtual");
    e[DETAILED_TIMING + 3 * DESCRIPTOR_SIZE + 3] = 0x10; // dummy descriptor
    int sum = 0;
    for (byte b : e) {
      sum += b;
    }
    e[SIZE - 1] = (byte) -sum;
    return e;
  }

  /** VESA DMT 10h: 65.000 MHz, 1024 + 320, 768 + 38. */
  private static void detailedTiming1024x768(byte[] e) {
    int[] timing = {
      0x64, 0x19, 0x00, 0x40, 0x41, 0x00, 0x26, 0x30, 0x18, 0x88, 0x36, 0x00, 0x40, 0xf0, 0x10,
      0x00, 0x00, 0x18
    };
    for (int i = 0; i < timing.length; i++) {
      e[DETAILED_TIMING + i] = (byte) timing[i];
    }
  }

  private static void text(byte[] e, int descriptor, int tag, String text) {
    int at = DETAILED_TIMING + descriptor * DESCRIPTOR_SIZE;
    e[at + 3] = (byte) tag;
    for (int i = 0; i < 13; i++) {
      char c = i < text.length() ? text.charAt(i) : i == text.length() ? '\n' : ' ';
      e[at + 5 + i] = (byte) c;
    }
  }

  private static int letter(char c) {
    return c - 'A' + 1;
  }
}
