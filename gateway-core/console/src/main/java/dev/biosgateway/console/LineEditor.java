package dev.biosgateway.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Reads lines from a terminal that passes every key: Tab completes, the arrows up and down bring
 * earlier lines back, Ctrl-U and Ctrl-C drop the line, Ctrl-D on an empty one is the end.
 */
final class LineEditor {
  private static final int CTRL_C = 3;
  private static final int CTRL_D = 4;
  private static final int BACKSPACE = 8;
  private static final int TAB = 9;
  private static final int LINE_FEED = 10;
  private static final int RETURN = 13;
  private static final int CTRL_U = 21;
  private static final int ESCAPE = 27;
  private static final int DELETE = 127;
  private static final String CLEAR_TO_END = "\r\u001b[K";

  private final Reader in;
  private final PrintStream out;
  private final Function<String, List<String>> completer;
  private final List<String> history = new ArrayList<>();
  private final StringBuilder line = new StringBuilder();
  private String prompt = "";
  private int place;

  /**
   * An editor.
   *
   * @param completer what the last word of a line could be, as whole words
   */
  LineEditor(InputStream in, PrintStream out, Function<String, List<String>> completer) {
    this.in = new InputStreamReader(in, StandardCharsets.UTF_8);
    this.out = out;
    this.completer = completer;
  }

  /** Reads a line; null at the end. */
  String read(String with) throws IOException {
    prompt = with;
    line.setLength(0);
    place = history.size();
    draw();
    while (true) {
      int key = in.read();
      switch (key) {
        case -1 -> {
          return null;
        }
        case CTRL_D -> {
          if (line.isEmpty()) {
            out.println();
            return null;
          }
        }
        case LINE_FEED, RETURN -> {
          out.println();
          if (!line.isEmpty()) {
            history.add(line.toString());
          }
          return line.toString();
        }
        case TAB -> complete();
        case BACKSPACE, DELETE -> {
          line.setLength(Math.max(0, line.length() - 1));
          draw();
        }
        case CTRL_C, CTRL_U -> replace("");
        case ESCAPE -> arrow();
        default -> {
          if (key >= ' ') {
            line.append((char) key);
            out.print((char) key);
            out.flush();
          }
        }
      }
    }
  }

  /** ESC [ A is up, ESC [ B down; other keys of that kind do nothing. */
  private void arrow() throws IOException {
    if (in.read() != '[') {
      return;
    }
    int key = in.read();
    if (key == 'A' && place > 0) {
      place--;
      replace(history.get(place));
    } else if (key == 'B' && place < history.size()) {
      place++;
      replace(place == history.size() ? "" : history.get(place));
    }
  }

  private void complete() {
    List<String> words = completer.apply(line.toString());
    if (words.isEmpty()) {
      return;
    }
    int start = line.lastIndexOf(" ") + 1;
    String common = words.get(0);
    for (String word : words) {
      int same = 0;
      while (same < Math.min(common.length(), word.length())
          && common.charAt(same) == word.charAt(same)) {
        same++;
      }
      common = common.substring(0, same);
    }
    if (words.size() == 1) {
      replace(line.substring(0, start) + common + " ");
    } else if (common.length() > line.length() - start) {
      replace(line.substring(0, start) + common);
    } else {
      out.println();
      out.println(String.join("  ", words));
      draw();
    }
  }

  private void replace(String text) {
    line.setLength(0);
    line.append(text);
    draw();
  }

  private void draw() {
    out.print(CLEAR_TO_END + prompt + line);
    out.flush();
  }
}
