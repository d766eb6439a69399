package dev.biosgateway.api.boot;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a run of a machine ended, and what it took.
 *
 * @param end why it ended
 * @param reason in words, with the place: what showed where, which fault, which limit
 * @param match the text that was waited for, as it showed
 * @param instructions retired in this run, exactly
 * @param guestTime that passed in the machine in this run
 * @param elapsed time of the host in this run
 * @param resets how often the guest reset the machine and it went on with its firmware
 */
public record BootResult(
    BootEnd end,
    String reason,
    Optional<String> match,
    long instructions,
    Duration guestTime,
    Duration elapsed,
    int resets) {
  /** Checks that nothing is null. */
  public BootResult {
    Objects.requireNonNull(end, "end");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(match, "match");
    Objects.requireNonNull(guestTime, "guestTime");
    Objects.requireNonNull(elapsed, "elapsed");
  }

  @Override
  public String toString() {
    return end
        + ": "
        + reason
        + ", after "
        + instructions
        + " instructions, "
        + guestTime.toMillis()
        + " ms in the machine, "
        + elapsed.toMillis()
        + " ms outside";
  }
}
