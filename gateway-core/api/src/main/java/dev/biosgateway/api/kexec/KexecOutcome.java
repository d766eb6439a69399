package dev.biosgateway.api.kexec;

import dev.biosgateway.api.StopReason;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * How a jump ended.
 *
 * @param stop RETURNED when the machine is the host's again, else why it is not
 * @param detail in words; may be empty
 * @param console what came out of the debug port and the serial ports
 * @param nextEntry physical address at which the image wants to be entered next; empty if it did
 *     not come back
 * @param restart number of the restart point by which it came back: 0 to go on, 1 after which the
 *     host suspended the machine to RAM, 2 after which it switched the power off
 * @param instructions retired on the whole way, the exchange of pages included
 */
public record KexecOutcome(
    StopReason stop,
    String detail,
    String console,
    OptionalLong nextEntry,
    int restart,
    long instructions) {
  /** Refuses null. */
  public KexecOutcome {
    Objects.requireNonNull(stop, "stop");
    Objects.requireNonNull(detail, "detail");
    Objects.requireNonNull(console, "console");
  }

  /** Whether the host is back. */
  public boolean returned() {
    return stop == StopReason.RETURNED;
  }
}
