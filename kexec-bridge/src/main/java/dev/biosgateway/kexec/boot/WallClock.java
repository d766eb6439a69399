package dev.biosgateway.kexec.boot;

import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import java.util.concurrent.locks.LockSupport;

/**
 * Holds virtual time to the host's: every millisecond of the guest it waits when the guest is
 * ahead, and lets the guest's time jump when it is behind. What it does depends on the host, so no
 * run is like another; no state of the machine is here.
 */
final class WallClock extends Event {
  private static final long PERIOD = 1_000_000;

  /** After a longer gap, as when the host slept, the guest's time does not follow. */
  private static final long GAP = 1_000_000_000;

  private final VirtualClock clock;
  private long hostBegin;
  private long guestBegin;

  WallClock(VirtualClock clock) {
    super("wall");
    this.clock = clock;
  }

  /** Begins to hold, from this instant on. */
  void start() {
    hostBegin = System.nanoTime();
    guestBegin = clock.nanos();
    clock.schedule(this, guestBegin + PERIOD);
  }

  /** Lets go: time stands while nothing runs. */
  void stop() {
    clock.cancel(this);
  }

  @Override
  protected void fire(long due) {
    long behind = System.nanoTime() - hostBegin - (clock.nanos() - guestBegin);
    if (behind < 0) {
      LockSupport.parkNanos(-behind);
    } else if (behind < GAP) {
      clock.skip(behind);
    } else {
      hostBegin += behind;
    }
    clock.schedule(this, clock.nanos() + PERIOD);
  }
}
