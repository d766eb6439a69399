package dev.biosgateway.api.boot;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * When a run ends, unless the guest ends it earlier.
 *
 * @param text found on the serial port or on the text screen, whose rows end in line feeds
 * @param timeout of the host's time
 * @param budget instructions
 */
public record BootGoal(Optional<Pattern> text, Duration timeout, long budget) {
  /** Runs until the guest ends it. */
  public static final BootGoal NONE =
      new BootGoal(Optional.empty(), Duration.ofSeconds(Long.MAX_VALUE), Long.MAX_VALUE);

  /**
   * Checks timeout and budget.
   *
   * @throws IllegalArgumentException if one is not above 0
   */
  public BootGoal {
    Objects.requireNonNull(text, "text");
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: expected more than 0, found " + timeout);
    }
    if (budget <= 0) {
      throw new IllegalArgumentException("budget: expected more than 0, found " + budget);
    }
  }

  /** A run until a text shows. */
  public static BootGoal until(String regex) {
    return NONE.withText(Pattern.compile(regex, Pattern.MULTILINE));
  }

  /** The same, until a text shows. */
  public BootGoal withText(Pattern pattern) {
    return new BootGoal(Optional.of(pattern), timeout, budget);
  }

  /** The same, for so long at most. */
  public BootGoal withTimeout(Duration limit) {
    return new BootGoal(text, limit, budget);
  }

  /** The same, for so many instructions at most. */
  public BootGoal withBudget(long instructions) {
    return new BootGoal(text, timeout, instructions);
  }
}
