package dev.biosgateway.x86.device;

/** What a device has that takes in what comes from outside the machine, at any time. */
@FunctionalInterface
public interface OpenToOutside {
  /**
   * The machine is about to run, or has run for a while: takes what has come since, such as
   * characters for a serial port.
   */
  void poll();
}
