package dev.biosgateway.kexec.boot;

import dev.biosgateway.x86.screen.Screen;
import dev.biosgateway.x86.screen.ScreenWatch;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Waits for a text on the serial line or on the screen. Cheap to ask when nothing has come. */
final class TextWatch {
  /** What came earlier than so many characters before is not looked at again. */
  private static final int WINDOW = 1 << 16;

  private final Pattern pattern;
  private final SerialTerminal serial;
  private final ScreenWatch screen;
  private int from;
  private int seen;

  /** A text, and where it showed. */
  record Sighting(String text, String place) {}

  /** Watches what comes from now on, and the screen as it is. */
  TextWatch(Pattern pattern, SerialTerminal serial, Screen screen) {
    this.pattern = pattern;
    this.serial = serial;
    this.screen = screen.watch(pattern);
    from = serial.text().length();
    seen = from;
  }

  Optional<Sighting> look() {
    CharSequence text = serial.text();
    if (text.length() > seen) {
      seen = text.length();
      from = Math.max(from, seen - WINDOW);
      Matcher matcher = pattern.matcher(text).region(from, seen);
      if (matcher.find()) {
        return Optional.of(new Sighting(matcher.group(), "on the serial line"));
      }
    }
    return screen.match().map(match -> new Sighting(match.group(), "on the screen"));
  }
}
