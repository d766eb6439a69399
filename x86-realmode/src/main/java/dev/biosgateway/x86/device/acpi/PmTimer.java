package dev.biosgateway.x86.device.acpi;

import dev.biosgateway.x86.clock.VirtualClock;

/** The ACPI power management timer: 24 bits at 3.579545 MHz of virtual time (ACPI 1.0, 4.7.3.3). */
final class PmTimer {
  private static final long HERTZ = 3_579_545;
  private static final long SECOND = 1_000_000_000L;
  private static final int MASK = 0xffffff;
  private static final int SIGN = 0x800000;

  private final VirtualClock clock;

  PmTimer(VirtualClock clock) {
    this.clock = clock;
  }

  /** The count, 0 to FFFFFFh. */
  int value() {
    return (int) (ticks() & MASK);
  }

  /** How often bit 23 has changed since power-on. */
  long signChanges() {
    return ticks() / SIGN;
  }

  /** The first nanosecond after bit 23 changes next. */
  long nextSignChange() {
    long at = (signChanges() + 1) * SIGN;
    return at / HERTZ * SECOND + (at % HERTZ * SECOND + HERTZ - 1) / HERTZ;
  }

  private long ticks() {
    long now = clock.nanos();
    return now / SECOND * HERTZ + now % SECOND * HERTZ / SECOND;
  }
}
