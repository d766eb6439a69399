package dev.biosgateway.x86.device.hpet;

import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.state.Section;

/** The main counter: 64 bits at 100 MHz of virtual time while it is enabled. */
final class HpetCounter {
  /** A tick. */
  static final long TICK_NANOS = 10;

  private static final long FEMTOSECONDS_IN_NANOSECOND = 1_000_000;

  /** COUNTER_CLK_PERIOD: femtoseconds of a tick. */
  static final long PERIOD = TICK_NANOS * FEMTOSECONDS_IN_NANOSECOND;

  private final VirtualClock clock;
  private boolean running;

  /** The count while halted; while running, what it would have been at instant 0. */
  private long base;

  HpetCounter(VirtualClock clock) {
    this.clock = clock;
  }

  void reset() {
    running = false;
    base = 0;
  }

  boolean running() {
    return running;
  }

  void run(boolean on) {
    if (on != running) {
      long now = value();
      running = on;
      set(now);
    }
  }

  long value() {
    return running ? base + clock.nanos() / TICK_NANOS : base;
  }

  void set(long value) {
    base = running ? value - clock.nanos() / TICK_NANOS : value;
  }

  /** The instant of the latest tick. */
  long instantOfTick() {
    return clock.nanos() / TICK_NANOS * TICK_NANOS;
  }

  void save(Section out) {
    out.put("counter.running", running).put("counter.base", base);
  }

  void restore(Section in) {
    running = in.getBoolean("counter.running");
    base = in.getLong("counter.base");
  }
}
