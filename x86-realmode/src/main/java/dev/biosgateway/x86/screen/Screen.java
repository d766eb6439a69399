package dev.biosgateway.x86.screen;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The screen of a machine: read as text, taken as a picture, watched for what a program prints. On
 * the machine's thread only, between two runs.
 */
public final class Screen {
  private final Display display;
  private final String board;

  /**
   * @param display the adapter, null for a board without one
   * @param board its name, for messages
   */
  public Screen(Display display, String board) {
    this.display = display;
    this.board = board;
  }

  /** Whether the board has a display adapter at all. */
  public boolean isPresent() {
    return display != null;
  }

  /** What a text mode shows; empty in a graphics mode, and on a board without a display. */
  public Optional<TextScreen> text() {
    return display == null ? Optional.empty() : display.text();
  }

  /**
   * What the monitor shows at this instant: text with its fonts, every graphics mode.
   *
   * @throws IllegalStateException when the board has no display
   */
  public ScreenPicture picture() {
    if (display == null) {
      throw new IllegalStateException(
          "screen: expected a board with a display adapter, found board " + board);
    }
    return display.picture();
  }

  /**
   * The {@link #picture()} as a PNG file.
   *
   * @throws IllegalStateException when the board has no display
   */
  public byte[] png() {
    return picture().png();
  }

  /** Watches for text: rows are joined by line feeds, blanks at their ends are left out. */
  public ScreenWatch watch(Pattern pattern) {
    return new ScreenWatch(this, pattern);
  }

  long changes() {
    return display == null ? 0 : display.changes();
  }
}
