package dev.biosgateway.api;

import java.util.List;
import java.util.Optional;

/**
 * What called code may touch. A port is refused if a denied range has it, or if there are allowed
 * ranges and none has it. The call then stops with {@link StopReason#POLICY} before the access
 * happens. An access of several bytes is checked for each port it covers.
 *
 * @param allowedPorts the only ports allowed; empty allows all
 * @param deniedPorts ports refused in any case
 */
public record CallPolicy(List<PortRange> allowedPorts, List<PortRange> deniedPorts) {
  /** Refuses nothing. */
  public static final CallPolicy ALLOW_ALL = new CallPolicy(List.of(), List.of());

  /** Copies both lists. */
  public CallPolicy {
    allowedPorts = List.copyOf(allowedPorts);
    deniedPorts = List.copyOf(deniedPorts);
  }

  /**
   * The rule that refuses an access to a port, in words for {@link CallResult#reason()}; empty if
   * none does.
   *
   * @param port 0 to 0xffff
   */
  public Optional<String> refusal(int port) {
    for (PortRange range : deniedPorts) {
      if (range.contains(port)) {
        return Optional.of(String.format("port 0x%x: denied by ports %s", port, range));
      }
    }
    if (allowedPorts.isEmpty() || allowedPorts.stream().anyMatch(range -> range.contains(port))) {
      return Optional.empty();
    }
    return Optional.of(String.format("port 0x%x: only ports %s are allowed", port, allowedPorts));
  }
}
