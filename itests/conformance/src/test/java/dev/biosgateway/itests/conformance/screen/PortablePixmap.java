package dev.biosgateway.itests.conformance.screen;

import dev.biosgateway.x86.screen.ScreenPicture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Pictures as QEMU's monitor writes them: "P6", width, height, 255, then three bytes a pixel. */
final class PortablePixmap {
  private static final int HEADER_MAX = 32;

  private final byte[] bytes;
  private final int width;
  private final int height;
  private final int start;

  private PortablePixmap(byte[] bytes) {
    this.bytes = bytes;
    String header =
        new String(bytes, 0, Math.min(bytes.length, HEADER_MAX), StandardCharsets.ISO_8859_1);
    String[] words = header.split("\\s", 5);
    if (words.length < 5 || !words[0].equals("P6") || !words[3].equals("255")) {
      width = 0;
      height = 0;
      start = HEADER_MAX;
      return;
    }
    width = Integer.parseInt(words[1]);
    height = Integer.parseInt(words[2]);
    start = String.join(" ", words[0], words[1], words[2], words[3]).length() + 1;
  }

  /** Whether all pixels are there already. */
  static boolean isComplete(Path file) throws IOException {
    PortablePixmap p = new PortablePixmap(Files.readAllBytes(file));
    return p.bytes.length == p.start + 3 * p.width * p.height;
  }

  static ScreenPicture read(Path file) throws IOException {
    PortablePixmap p = new PortablePixmap(Files.readAllBytes(file));
    int[] argb = new int[p.width * p.height];
    for (int i = 0; i < argb.length; i++) {
      int at = p.start + 3 * i;
      argb[i] =
          0xff000000
              | (p.bytes[at] & 0xff) << 16
              | (p.bytes[at + 1] & 0xff) << 8
              | p.bytes[at + 2] & 0xff;
    }
    return new ScreenPicture(p.width, p.height, argb);
  }
}
