package dev.biosgateway.x86.device.apic;

import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.state.Section;

/**
 * The timer of a local APIC (SDM vol. 3, 10.5.4): counts down from an initial count, once or again
 * and again, at the bus clock over a divisor. The bus clock is 100 MHz of virtual time.
 */
final class ApicTimer {
  private static final long BUS_NANOS = 10;

  private final VirtualClock clock;
  private final Runnable expired;
  private final Event event =
      new Event("apic.timer") {
        @Override
        protected void fire(long due) {
          expired.run();
          schedule();
        }
      };

  private boolean periodic;
  private int divideConfiguration;
  private long initial;

  /** When the count was at its initial value. */
  private long began;

  /**
   * @param expired called when the count reaches zero
   */
  ApicTimer(VirtualClock clock, Runnable expired) {
    this.clock = clock;
    this.expired = expired;
  }

  void reset() {
    periodic = false;
    divideConfiguration = 0;
    initial = 0;
    began = 0;
    schedule();
  }

  int divideConfiguration() {
    return divideConfiguration;
  }

  /** Bits 0, 1 and 3. The count goes on from where it is. */
  void setDivideConfiguration(int value) {
    long current = current() & 0xffffffffL;
    divideConfiguration = value & 0x0b;
    began = clock.nanos() - (initial - current) * tickNanos();
    schedule();
  }

  int initial() {
    return (int) initial;
  }

  /** Starts the timer; 0 stops it. */
  void setInitial(int count) {
    initial = count & 0xffffffffL;
    began = clock.nanos();
    schedule();
  }

  void setPeriodic(boolean on) {
    if (on != periodic) {
      if (!on && initial != 0) {
        // The count of this period goes on, as its last one.
        began = clock.nanos() - (initial - (current() & 0xffffffffL)) * tickNanos();
      }
      periodic = on;
      schedule();
    }
  }

  /** The count now. */
  int current() {
    if (initial == 0) {
      return 0;
    }
    long ticks = (clock.nanos() - began) / tickNanos();
    return (int) (periodic ? initial - ticks % initial : Math.max(0, initial - ticks));
  }

  void save(Section out) {
    out.put("timer.periodic", periodic).put("timer.divide", divideConfiguration);
    out.put("timer.initial", initial).put("timer.began", began);
    out.put("timer.due", event.dueNanos());
  }

  void restore(Section in) {
    periodic = in.getBoolean("timer.periodic");
    divideConfiguration = in.getInt("timer.divide");
    initial = in.getLong("timer.initial");
    began = in.getLong("timer.began");
    clock.scheduleAgain(event, in.getLong("timer.due"));
  }

  /** 0 is 2, 1 is 4 and so on to 6, which is 128; 7 is 1. */
  private long tickNanos() {
    int code = divideConfiguration & 3 | divideConfiguration >>> 1 & 4;
    return BUS_NANOS << (code + 1 & 7);
  }

  private void schedule() {
    long period = initial * tickNanos();
    long passed = clock.nanos() - began;
    if (initial == 0 || !periodic && passed >= period) {
      clock.cancel(event);
    } else {
      clock.schedule(event, began + (passed / period + 1) * period);
    }
  }
}
