package dev.biosgateway.x86.device.hpet;

import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.state.Section;

/**
 * A timer of the HPET (IA-PC HPET specification 1.0a, 2.3.8 to 2.3.10): a comparator that asks for
 * an interrupt when the main counter has its value, once in each round of the counter, or with the
 * period added each time.
 */
final class HpetTimer {
  private static final long LEVEL = 1 << 1;
  private static final long ENABLE = 1 << 2;
  private static final long PERIODIC = 1 << 3;
  private static final long PERIODIC_CAPABLE = 1 << 4;
  private static final long SIZE_64 = 1 << 5;
  private static final long VALUE_SET = 1 << 6;
  private static final long MODE_32 = 1 << 8;
  private static final int ROUTE_SHIFT = 9;
  private static final long ROUTE = 0x1f << ROUTE_SHIFT;
  private static final long FSB_ENABLE = 1 << 14;
  private static final long WRITABLE = LEVEL | ENABLE | PERIODIC | VALUE_SET | MODE_32 | ROUTE;
  private static final long WORD = 0xffff_ffffL;

  /** Farther away than this an event would be beyond the time that the clock can count. */
  private static final long FAR = Long.MAX_VALUE / 4 / HpetCounter.TICK_NANOS;

  /** Told when a timer asks for its interrupt. */
  @FunctionalInterface
  interface Expiry {
    void expired(HpetTimer timer);
  }

  private final int number;
  private final String name;
  private final VirtualClock clock;
  private final HpetCounter counter;
  private final UnmodelledAccess unmodelled;

  /** Inputs of the IO-APIC to which it can lead, a bit for each. */
  private final int routes;

  private final Event match;
  private long config;
  private long comparator;
  private long period;

  HpetTimer(
      int number,
      int routes,
      VirtualClock clock,
      HpetCounter counter,
      UnmodelledAccess unmodelled,
      Expiry expiry) {
    this.number = number;
    this.routes = routes;
    this.clock = clock;
    this.counter = counter;
    this.unmodelled = unmodelled;
    name = "timer" + number;
    match =
        new Event("hpet." + name) {
          @Override
          protected void fire(long due) {
            long next = periodic() ? period : 0;
            comparator = comparator + next & mask();
            scheduleAfter(next, due); // of the match itself: however late this is, no period drifts
            if (enabled()) {
              expiry.expired(HpetTimer.this);
            }
          }
        };
  }

  int number() {
    return number;
  }

  void reset() {
    config = 0;
    comparator = -1L;
    period = 0;
    clock.cancel(match);
  }

  boolean enabled() {
    return (config & ENABLE) != 0;
  }

  boolean levelTriggered() {
    return (config & LEVEL) != 0;
  }

  /** The input of the IO-APIC it leads to when no legacy route has it. */
  int route() {
    return (int) (config & ROUTE) >>> ROUTE_SHIFT;
  }

  private boolean periodic() {
    return (config & PERIODIC) != 0;
  }

  private long mask() {
    return (config & MODE_32) != 0 ? WORD : -1L;
  }

  // ---- registers, 64 bits each

  long configuration() {
    return (long) routes << 32 | PERIODIC_CAPABLE | SIZE_64 | config;
  }

  long comparator() {
    return comparator & mask();
  }

  void writeConfiguration(long value) {
    if ((value & FSB_ENABLE) != 0) {
      unmodelled.record("hpet timer %d: interrupts by the front side bus", number);
    }
    config = value & WRITABLE;
    if ((config & MODE_32) != 0) {
      comparator &= WORD;
      period &= WORD;
    }
    schedule();
  }

  /**
   * Writes the comparator; in periodic mode the period, and the comparator too when VAL_SET says so
   * (2.3.9.2.2).
   *
   * @param bits which of the 64 are written
   */
  void writeComparator(long value, long bits) {
    if (!periodic() || (config & VALUE_SET) != 0) {
      comparator = (comparator & ~bits | value & bits) & mask();
    }
    if (periodic()) {
      period = (period & ~bits | value & bits) & mask();
    }
    config &= ~VALUE_SET;
    schedule();
  }

  /** Lets the event be due when the counter has the comparator's value next. */
  void schedule() {
    scheduleAfter(comparator - counter.value() & mask(), counter.instantOfTick());
  }

  /** No tick at all is a whole round of the counter. */
  private void scheduleAfter(long ticks, long since) {
    long wait = ticks != 0 ? ticks : mask() == WORD ? WORD + 1 : -1L;
    if (!counter.running() || Long.compareUnsigned(wait, FAR) > 0) {
      clock.cancel(match);
    } else {
      clock.schedule(match, since + wait * HpetCounter.TICK_NANOS);
    }
  }

  void save(Section out) {
    out.put(name + ".config", config).put(name + ".comparator", comparator);
    out.put(name + ".period", period).put(name + ".due", match.dueNanos());
  }

  void restore(Section in) {
    config = in.getLong(name + ".config");
    comparator = in.getLong(name + ".comparator");
    period = in.getLong(name + ".period");
    clock.scheduleAgain(match, in.getLong(name + ".due"));
  }
}
