package dev.biosgateway.console;

import dev.biosgateway.api.boot.BootSession;
import dev.biosgateway.api.boot.BootWatcher;
import java.io.PrintWriter;

/** Says every few seconds on standard error how far a machine has come. */
final class BootProgress implements BootWatcher {
  private static final long INTERVAL_NANOS = 5_000_000_000L;

  private final PrintWriter err;
  private long last = System.nanoTime();

  /**
   * @param err null to say nothing
   */
  BootProgress(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void running(BootSession machine) {
    long now = System.nanoTime();
    if (err == null || now - last < INTERVAL_NANOS) {
      return;
    }
    last = now;
    err.println(
        String.format(
            "bios-gateway: %,d million instructions, %.1f s in the machine",
            machine.instructions() / 1_000_000, machine.guestTime().toMillis() / 1000.0));
  }
}
