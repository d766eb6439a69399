package dev.biosgateway.x86.device.vga;

import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.state.Section;
import java.util.function.Supplier;

/**
 * The vertical interrupt: a latch that every vertical retrace sets and that bit 4 of the register
 * "vertical retrace end" clears while it is 0; bit 5 keeps it from the interrupt controller. Costs
 * an event a frame while it is open, and none while it is not.
 */
final class RetraceInterrupt {
  private static final int NOT_CLEARED = 0x10;
  private static final int DISABLED = 0x20;

  private final VirtualClock clock;
  private final InterruptLine line;
  private final Event retraceBegins =
      new Event("vga.retrace") {
        @Override
        protected void fire(long due) {
          pending = true;
          drive();
          schedule();
        }
      };

  private final Supplier<Retrace> timing;
  private boolean open;
  private boolean enabled;
  private boolean pending;

  /**
   * @param timing the timing as registers stand, asked for only while the interrupt is open
   * @param line null where nothing is connected: the latch works, nobody hears of it
   */
  RetraceInterrupt(VirtualClock clock, Supplier<Retrace> timing, InterruptLine line) {
    this.timing = timing;
    this.clock = clock;
    this.line = line;
  }

  /** Whether the latch is set: bit 7 of input status 0. */
  boolean isPending() {
    return pending;
  }

  /**
   * The timing may have changed, or the register that controls the interrupt.
   *
   * @param verticalRetraceEnd that register, protection and length included
   */
  void program(int verticalRetraceEnd) {
    enabled = (verticalRetraceEnd & DISABLED) == 0;
    open = (verticalRetraceEnd & NOT_CLEARED) != 0 && enabled;
    if ((verticalRetraceEnd & NOT_CLEARED) == 0) {
      pending = false;
    }
    drive();
    schedule();
  }

  void reset() {
    pending = false;
    program(0);
  }

  void save(Section out) {
    out.put("retrace.pending", pending);
  }

  /** Only the latch: who restores programs the rest. */
  void restore(Section in) {
    pending = in.getBoolean("retrace.pending");
  }

  private void drive() {
    if (line != null) {
      line.set(pending && enabled);
    }
  }

  private void schedule() {
    if (open && !pending) {
      clock.schedule(retraceBegins, timing.get().nextRetrace(clock.nanos()));
    } else {
      clock.cancel(retraceBegins);
    }
  }
}
