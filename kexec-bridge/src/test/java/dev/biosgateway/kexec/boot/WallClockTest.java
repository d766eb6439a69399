package dev.biosgateway.kexec.boot;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.clock.VirtualClock;
import org.junit.jupiter.api.Test;

/** Virtual time that is held to the host's. */
class WallClockTest {
  private final VirtualClock clock = new VirtualClock(10);
  private final WallClock wall = new WallClock(clock);

  @Test
  void aGuestThatSleepsWaitsForTheHost() {
    long begin = System.nanoTime();
    wall.start();
    while (clock.nanos() < 30_000_000) {
      assertTrue(clock.skipToNextEvent());
    }
    long passed = System.nanoTime() - begin;
    assertTrue(passed >= 28_000_000, passed + " ns of the host for 30 ms of the guest");
  }

  @Test
  void aGuestThatIsBehindCatchesUp() throws InterruptedException {
    wall.start();
    Thread.sleep(40);
    clock.retire(100_000); // a millisecond
    clock.fireDueEvents();
    assertTrue(clock.nanos() >= 40_000_000, clock.nanos() + " ns after 40 ms of the host");
  }

  @Test
  void stoppedItLeavesNothingBehind() {
    wall.start();
    wall.stop();
    assertFalse(clock.skipToNextEvent());
  }
}
