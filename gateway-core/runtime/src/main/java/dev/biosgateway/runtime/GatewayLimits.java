package dev.biosgateway.runtime;

import dev.biosgateway.api.InvalidRequestException;
import java.time.Duration;

/**
 * How much at one time.
 *
 * @param machines machines that run calls; 0 lets all calls run on the primary machine
 * @param queue callers that may wait for a machine
 * @param sessions sessions that may be open
 * @param drain how long a plugin that goes waits for its running calls before it ends them
 */
record GatewayLimits(int machines, int queue, int sessions, Duration drain) {
  /** One machine for each processor, 1024 callers, 64 sessions, 10 s. */
  static final GatewayLimits DEFAULT =
      new GatewayLimits(
          Runtime.getRuntime().availableProcessors(), 1024, 64, Duration.ofSeconds(10));

  /**
   * Checks the bounds.
   *
   * @throws InvalidRequestException that names the property which is out of them
   */
  GatewayLimits {
    require("machines", machines, 0, 1024);
    require("queue", queue, 0, 1_000_000);
    require("sessions", sessions, 0, 100_000);
    if (drain.isNegative() || drain.compareTo(Duration.ofHours(1)) > 0) {
      throw new InvalidRequestException("biosgateway.drain: " + drain + ": expected 0 to 3600 s");
    }
  }

  private static void require(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new InvalidRequestException(
          "biosgateway." + name + ": " + value + ": expected " + min + " to " + max);
    }
  }
}
