package dev.biosgateway.x86.device.pit;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.SwitchedLine;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;

/**
 * The 8254 programmable interval timer at ports 40h to 43h. Its three counters run on 1.193182 MHz
 * of virtual time; OUT 0 drives IRQ 0, the gate of counter 2 and its output are at port 61h.
 */
public final class Pit8254 implements Device, PortHandler {
  /** CLK pulses in a second of virtual time. */
  public static final int HERTZ = 1_193_182;

  private static final long SECOND = 1_000_000_000L;
  private static final int COUNTER0 = 0x40;
  private static final int CONTROL = 0x43;
  private static final int READ_BACK = 3;
  private static final int SPEAKER = 2;

  private final PitCounter[] counters = {
    new PitCounter(0, this::illegalCount),
    new PitCounter(1, this::illegalCount),
    new PitCounter(2, this::illegalCount)
  };
  private final Event edge =
      new Event("pit8254.out0") {
        @Override
        protected void fire(long due) {
          driveIrq0();
        }
      };

  private VirtualClock clock;
  private UnmodelledAccess unmodelled;
  private SwitchedLine irq0;

  @Override
  public void attach(Wiring wiring) {
    clock = wiring.clock();
    unmodelled = wiring.unmodelled();
    irq0 = new SwitchedLine(wiring.irq(0));
    wiring.ports().map(COUNTER0, 4, 1, this);
  }

  /** OUT 0 is a wire; who asks for OUT 2 is another device. */
  @Override
  public boolean keepsToItself() {
    return true;
  }

  /** The chip has no reset pin: only power-on stops the counters, until they are programmed. */
  @Override
  public void reset(ResetKind kind) {
    if (kind == ResetKind.POWER_ON) {
      counters[0].powerOn(true);
      counters[1].powerOn(true);
      counters[SPEAKER].powerOn(false);
      driveIrq0();
    }
  }

  @Override
  public int in(int port, int size) {
    if (port == CONTROL) {
      unmodelled.record("pit8254: read of the control word, which is write-only");
      return 0xff;
    }
    return counters[port - COUNTER0].read(pulse());
  }

  @Override
  public void out(int port, int size, int value) {
    if (port == CONTROL) {
      control(value);
    } else {
      counters[port - COUNTER0].write(pulse(), value);
    }
    driveIrq0();
  }

  /** The wire from OUT 0 to IRQ 0. */
  public SwitchedLine irq0() {
    return irq0;
  }

  /** Level of OUT of counter 2, which is the speaker's. */
  public boolean speakerOut() {
    return counters[SPEAKER].out(pulse());
  }

  /** Drives the gate of counter 2. */
  public void setSpeakerGate(boolean high) {
    counters[SPEAKER].setGate(pulse(), high);
  }

  /** Level of the gate of counter 2. */
  public boolean speakerGate() {
    return counters[SPEAKER].gate();
  }

  /** CLK pulses since power-on. */
  public long pulse() {
    long now = clock.nanos();
    return now / SECOND * HERTZ + now % SECOND * HERTZ / SECOND;
  }

  @Override
  public String sectionName() {
    return "pit8254";
  }

  @Override
  public void save(Section out) {
    for (int i = 0; i < counters.length; i++) {
      counters[i].save(out);
    }
    out.put("irq0.closed", irq0.isClosed());
  }

  @Override
  public void restore(Section in) {
    for (int i = 0; i < counters.length; i++) {
      counters[i].restore(in);
    }
    irq0.restore(in.getBoolean("irq0.closed"));
    driveIrq0();
  }

  @Override
  public String toString() {
    return "pit8254";
  }

  private void illegalCount() {
    unmodelled.record("pit8254: count of 1 in mode 2 or 3, which the data sheet forbids");
  }

  private void control(int value) {
    int select = value >>> 6;
    if (select == READ_BACK) {
      if ((value & 1) != 0) {
        unmodelled.record("pit8254 read-back: reserved bit 0");
      }
      for (int i = 0; i < counters.length; i++) {
        if ((value & 2 << i) != 0) {
          if ((value & 0x20) == 0) {
            counters[i].latchCount(pulse());
          }
          if ((value & 0x10) == 0) {
            counters[i].latchStatus(pulse());
          }
        }
      }
    } else if ((value & 0x30) == 0) {
      counters[select].latchCount(pulse());
    } else {
      counters[select].program(value);
    }
  }

  private void driveIrq0() {
    long now = pulse();
    irq0.set(counters[0].out(now));
    long next = counters[0].nextEdge(now);
    if (next == PitCounter.NEVER) {
      clock.cancel(edge);
    } else {
      clock.schedule(edge, nanosOf(next));
    }
  }

  /** The first nanosecond at which {@link #pulse} is {@code pulse}. */
  private static long nanosOf(long pulse) {
    long rest = pulse % HERTZ;
    return pulse / HERTZ * SECOND + (rest * SECOND + HERTZ - 1) / HERTZ;
  }
}
