package dev.biosgateway.api.kexec;

import dev.biosgateway.api.spi.MachineSettings;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a saved kernel goes on.
 *
 * @param machine in place of what the dump says of the machine; empty to take that
 * @param entry where it goes on, in place of what the dump says
 * @param budget instructions
 * @param until stops when the console has this text; empty for the budget alone
 */
public record ResumeRequest(
    Optional<MachineSettings> machine, OptionalLong entry, long budget, Optional<String> until) {
  /** Refuses null. */
  public ResumeRequest {
    Objects.requireNonNull(machine, "machine");
    Objects.requireNonNull(entry, "entry");
    Objects.requireNonNull(until, "until");
  }
}
