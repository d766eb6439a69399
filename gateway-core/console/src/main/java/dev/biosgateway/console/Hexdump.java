package dev.biosgateway.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Bytes as people read them: sixteen in a line, lines that repeat shown once. */
final class Hexdump {
  private static final int WIDTH = 16;

  private Hexdump() {}

  /** The lines; {@code *} stands for any number of lines equal to the one before. */
  static List<String> lines(byte[] bytes) {
    List<String> lines = new ArrayList<>();
    byte[] before = null;
    boolean starred = false;
    for (int at = 0; at < bytes.length; at += WIDTH) {
      byte[] row = Arrays.copyOfRange(bytes, at, Math.min(at + WIDTH, bytes.length));
      boolean last = at + WIDTH >= bytes.length;
      if (!last && Arrays.equals(row, before)) {
        if (!starred) {
          lines.add("*");
        }
        starred = true;
      } else {
        lines.add(line(at, row));
        starred = false;
      }
      before = row;
    }
    return lines;
  }

  private static String line(int at, byte[] row) {
    StringBuilder hex = new StringBuilder();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < WIDTH; i++) {
      hex.append(i == WIDTH / 2 ? "  " : " ");
      hex.append(i < row.length ? String.format("%02x", row[i]) : "  ");
      if (i < row.length) {
        text.append(row[i] >= 0x20 && row[i] < 0x7f ? (char) row[i] : '.');
      }
    }
    return String.format("%04x %s  |%s|", at, hex, text);
  }
}
