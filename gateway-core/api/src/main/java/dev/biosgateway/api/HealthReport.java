package dev.biosgateway.api;

import java.util.List;

/**
 * Whether the gateway does its work.
 *
 * @param status the worst of the findings
 * @param findings what was looked at, in words
 */
public record HealthReport(Status status, List<Finding> findings) {
  /** How well it is. */
  public enum Status {
    /** All is as it should be. */
    OK,
    /** Calls are served, but something wants to be looked at. */
    WARN,
    /** Calls are not served, or soon will not be. */
    CRITICAL
  }

  /**
   * One thing that was looked at.
   *
   * @param name what: {@code machine}, {@code queue}, {@code programs}, {@code sessions}, {@code
   *     calls}
   * @param status how well it is
   * @param text what was found
   */
  public record Finding(String name, Status status, String text) {}

  /** A report whose status is the worst of its findings'. */
  public static HealthReport of(List<Finding> findings) {
    Status worst = Status.OK;
    for (Finding finding : findings) {
      if (finding.status().compareTo(worst) > 0) {
        worst = finding.status();
      }
    }
    return new HealthReport(worst, List.copyOf(findings));
  }
}
