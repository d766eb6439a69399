package dev.biosgateway.runtime;

import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.spi.GuestMachine;
import java.time.Duration;

/**
 * One use of a machine, from its beginning to its end: what the watchdog and everybody who wants to
 * end it hold on to. It ends this use and never the one after it.
 */
final class RunningCall {
  /** How long a call is given to heed a stop before it is told again, nanoseconds. */
  static final long STOP_AGAIN = 20_000_000;

  private final long id;
  private final String target;
  private final GuestMachine machine;
  private final Generation generation;
  private final Duration limit;
  private final long deadline;
  private StopReason stop;
  private String reason;
  private boolean over;

  RunningCall(long id, String target, GuestMachine machine, Generation generation, Duration limit) {
    this.id = id;
    this.target = target;
    this.machine = machine;
    this.generation = generation;
    this.limit = limit;
    this.deadline = System.nanoTime() + limit.toNanos();
  }

  long id() {
    return id;
  }

  String target() {
    return target;
  }

  /** The choice of programs it runs on; null for what runs on the primary machine. */
  Generation generation() {
    return generation;
  }

  /** Whether it is this machine that it runs on. */
  boolean uses(GuestMachine other) {
    return machine == other;
  }

  /**
   * Asks the machine to end it; the first reason stands. A machine that is only about to begin does
   * not hear it, so the watchdog goes on saying so.
   */
  synchronized void stop(StopReason why, String text) {
    if (stop == null) {
      stop = why;
      reason = text;
    }
    if (!over) {
      machine.stop(stop, reason);
    }
  }

  /** Looks whether its time is up; nanoseconds until it is to be looked at again. */
  synchronized long look(long now) {
    if (over) {
      return Long.MAX_VALUE;
    }
    long left = deadline - now;
    if (stop == null && left > 0) {
      return left;
    }
    stop(StopReason.TIMEOUT, "still running after " + limit.toMillis() + " ms");
    return STOP_AGAIN;
  }

  /** How long it has run on beyond its limit; negative while it is within. Nanoseconds. */
  long overdue() {
    return System.nanoTime() - deadline;
  }

  long deadline() {
    return deadline;
  }

  /** It has ended, by itself or not. */
  synchronized void over() {
    over = true;
  }

  @Override
  public String toString() {
    return "call " + id + ", " + target;
  }
}
