package dev.biosgateway.api.boot;

/** Looks at a machine while it runs. */
@FunctionalInterface
public interface BootWatcher {
  /**
   * Called about once a second of the host's time, between two instructions, on the thread that
   * runs the machine; everything but {@link BootSession#run} and {@link BootSession#close} may be
   * asked.
   */
  void running(BootSession session);
}
