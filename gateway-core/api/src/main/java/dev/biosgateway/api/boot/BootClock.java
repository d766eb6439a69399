package dev.biosgateway.api.boot;

/** What time is in a machine. */
public enum BootClock {
  /**
   * Time follows instructions, 10 ns each, and skips whatever the processor sleeps through: a run
   * is a function of what goes in, and waiting takes no time.
   */
  VIRTUAL,
  /**
   * Time follows the host's clock: a second of the guest lasts a second. For people at a keyboard;
   * no two runs are the same.
   */
  WALL
}
