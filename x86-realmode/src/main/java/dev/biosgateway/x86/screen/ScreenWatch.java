package dev.biosgateway.x86.screen;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Waits for text on the screen. Meant to be asked often, for example after every million
 * instructions: it reads the screen only when something was written since it last looked.
 */
public final class ScreenWatch {
  private final Screen screen;
  private final Pattern pattern;
  private boolean looked;
  private long seen;
  private MatchResult match;

  ScreenWatch(Screen screen, Pattern pattern) {
    this.screen = screen;
    this.pattern = pattern;
  }

  /** Whether the text is on the screen now, or was at an earlier look. */
  public boolean found() {
    return match().isPresent();
  }

  /** Where and what, at the first look that found it; empty until then. */
  public Optional<MatchResult> match() {
    long now = screen.changes();
    if (match == null && (!looked || now != seen)) {
      looked = true;
      seen = now;
      screen
          .text()
          .map(text -> pattern.matcher(text.toString()))
          .filter(Matcher::find)
          .ifPresent(found -> match = found.toMatchResult());
    }
    return Optional.ofNullable(match);
  }
}
