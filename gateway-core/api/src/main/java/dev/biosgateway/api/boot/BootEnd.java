package dev.biosgateway.api.boot;

/** How a run of a machine ended. */
public enum BootEnd {
  /** The text that was waited for has shown. */
  MATCHED,
  /** The guest switched the power off. */
  POWER_OFF,
  /** The guest asked for a reset, and there is no firmware to start again, or none was wanted. */
  RESET,
  /** The processor shut down after a fault while it delivered a double fault. */
  TRIPLE_FAULT,
  /** The processor halts, and nothing can wake it. */
  HALTED,
  /** The time was up. */
  TIMEOUT,
  /** The instructions were used up. */
  BUDGET,
  /** {@link BootSession#stop} was called. */
  STOPPED;

  /** Whether this is what was wanted: the text has shown, or the guest ended by itself in order. */
  public boolean successful() {
    return this == MATCHED || this == POWER_OFF || this == RESET;
  }
}
