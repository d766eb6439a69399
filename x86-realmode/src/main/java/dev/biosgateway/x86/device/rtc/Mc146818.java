package dev.biosgateway.x86.device.rtc;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.PowerPhase;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.SwitchedLine;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;
import java.time.Instant;

/**
 * The MC146818A real-time clock plus RAM (Motorola data sheet ADI-856R3) with 128 bytes at ports
 * 70h and 71h, IRQ 8. Wall time starts where the board says and goes on with virtual time, so it is
 * the same in every run.
 *
 * <p>Nothing ticks while nobody looks: the registers catch up when they are touched, and events are
 * in the queue only for interrupts that are enabled.
 */
public final class Mc146818 implements Device, PortHandler {
  private static final int INDEX = 0x70;
  private static final int IRQ = 8;
  private static final int SIZE = 128;

  // ---- the registers behind the clock's bytes
  private static final int REGISTER_A = 0x0a;
  private static final int REGISTER_B = 0x0b;
  private static final int REGISTER_C = 0x0c;
  private static final int REGISTER_D = 0x0d;

  private static final int A_UIP = 0x80;
  private static final int A_DIVIDER = 0x70;
  private static final int A_DIVIDER_32768_HZ = 0x20;
  private static final int A_DIVIDER_RESET = 0x60;
  private static final int A_RATE = 0x0f;

  private static final int B_SET = 0x80;
  private static final int B_INTERRUPTS = 0x70;
  private static final int B_SQWE = 0x08;
  private static final int B_DSE = 0x01;

  private static final int C_IRQF = 0x80;
  private static final int C_PF = 0x40;
  private static final int C_AF = 0x20;
  private static final int C_UF = 0x10;

  private static final int D_VRT = 0x80;

  private static final long SECOND = 1_000_000_000L;

  /** UIP rises 244 microseconds before the update cycle, which takes 1984 with a 32 kHz crystal. */
  private static final long UPDATE_IN_PROGRESS = (244 + 1984) * 1000L;

  private final CmosImage image;
  private final byte[] bytes = new byte[SIZE];
  private final RtcTime time = new RtcTime(bytes);
  private final Event alarmOrUpdate =
      new Event("mc146818.update") {
        @Override
        protected void fire(long due) {
          catchUp();
          schedule();
        }
      };
  private final Event periodic =
      new Event("mc146818.periodic") {
        @Override
        protected void fire(long due) {
          catchUp();
          schedule();
        }
      };

  private VirtualClock clock;
  private UnmodelledAccess unmodelled;
  private SwitchedLine irq8;

  /** Who else hears of interrupts: what wakes the machine. */
  private InterruptLine resume = high -> {};

  private int index;

  /** The instant at which the second in the registers began. */
  private long secondBegan;

  /** The instant from which the divider counts, for periodic interrupts. */
  private long dividerBegan;

  /** Up to this instant PF is accounted for. */
  private long caughtUpTo;

  /** Interrupt enables that a suspend took away. */
  private int suspended;

  /**
   * @param image what POST would have left in CMOS, the start of wall time included
   */
  public Mc146818(CmosImage image) {
    this.image = image;
  }

  @Override
  public void attach(Wiring wiring) {
    clock = wiring.clock();
    unmodelled = wiring.unmodelled();
    irq8 = new SwitchedLine(wiring.irq(IRQ));
    wiring.ports().map(INDEX, 2, 1, this);
  }

  /** RESET# clears interrupt enables and flags and SQWE; the battery keeps all the rest. */
  @Override
  public void reset(ResetKind kind) {
    if (kind == ResetKind.POWER_ON) {
      image.writeTo(bytes);
      bytes[REGISTER_A] = A_DIVIDER_32768_HZ | 0x06;
      bytes[REGISTER_B] = 0x02; // 24 hours, BCD
      bytes[REGISTER_D] = (byte) D_VRT;
      time.set(image.startTime());
      secondBegan = clock.nanos();
      dividerBegan = clock.nanos();
      suspended = 0;
    } else {
      catchUp();
    }
    caughtUpTo = clock.nanos();
    index = 0;
    bytes[REGISTER_B] &= ~(B_INTERRUPTS | B_SQWE);
    bytes[REGISTER_C] = 0;
    driveIrq8();
    schedule();
  }

  /** Connects the chip's output to what wakes the machine, too: RTC_STS of the PIIX4. */
  public void connectResume(InterruptLine line) {
    resume = line;
  }

  /** The wire to IRQ 8. */
  public SwitchedLine irq8() {
    return irq8;
  }

  @Override
  public int in(int port, int size) {
    if (port == INDEX) {
      unmodelled.record("mc146818: read of the index register, which is write-only");
      return 0xff;
    }
    catchUp();
    int value = bytes[index] & 0xff;
    if (index == REGISTER_A) {
      return value | (updateInProgress() ? A_UIP : 0);
    }
    if (index == REGISTER_C) {
      bytes[REGISTER_C] = 0;
      driveIrq8();
      schedule();
    }
    return value;
  }

  @Override
  public void out(int port, int size, int value) {
    if (port == INDEX) {
      index = value & 0x7f; // bit 7 holds back NMI, of which the chipset has no source
      return;
    }
    catchUp();
    switch (index) {
      case REGISTER_A -> writeA(value);
      case REGISTER_B -> writeB(value);
      case REGISTER_C, REGISTER_D ->
          unmodelled.record("mc146818: write to register C or D, which are read-only");
      default -> bytes[index] = (byte) value;
    }
    driveIrq8();
    schedule();
  }

  /** What an index holds, without the side effects of reading it; for tests and debuggers. */
  public int peek(int register) {
    catchUp();
    return bytes[register & SIZE - 1] & 0xff;
  }

  /** Wall time as the registers show it, or the start time while they hold no valid date. */
  public Instant wallTime() {
    catchUp();
    return time.get().orElse(image.startTime());
  }

  /** As the driver does: no interrupts while suspended, since nothing would take them. */
  @Override
  public void suspend(PowerPhase phase) {
    if (phase == PowerPhase.FREEZE) {
      catchUp();
      suspended = bytes[REGISTER_B] & B_INTERRUPTS;
      bytes[REGISTER_B] &= ~B_INTERRUPTS;
      driveIrq8();
      schedule();
    }
  }

  @Override
  public void resume(PowerPhase phase) {
    if (phase == PowerPhase.FREEZE) {
      catchUp();
      bytes[REGISTER_B] |= (byte) suspended;
      suspended = 0;
      driveIrq8();
      schedule();
    }
  }

  @Override
  public String sectionName() {
    return "mc146818";
  }

  @Override
  public void save(Section out) {
    out.put("index", index).put("bytes", bytes).put("secondBegan", secondBegan);
    out.put("dividerBegan", dividerBegan).put("caughtUpTo", caughtUpTo);
    out.put("suspended", suspended).put("irq8.closed", irq8.isClosed());
  }

  @Override
  public void restore(Section in) {
    index = in.getInt("index");
    in.getBytes("bytes", bytes);
    secondBegan = in.getLong("secondBegan");
    dividerBegan = in.getLong("dividerBegan");
    caughtUpTo = in.getLong("caughtUpTo");
    suspended = in.getInt("suspended");
    irq8.restore(in.getBoolean("irq8.closed"));
    irq8.set((bytes[REGISTER_C] & C_IRQF) != 0); // what else hears of it has a state of its own
    schedule();
  }

  @Override
  public String toString() {
    return "mc146818";
  }

  private void writeA(int value) {
    int divider = value & A_DIVIDER;
    boolean wasHeld = dividerHeld();
    bytes[REGISTER_A] = (byte) (value & ~A_UIP);
    if (wasHeld && !dividerHeld()) {
      // "the first update cycle begins one-half second after the divider reset is removed"
      secondBegan = clock.nanos() - SECOND / 2;
      dividerBegan = clock.nanos();
    }
    if (divider != A_DIVIDER_32768_HZ && divider < A_DIVIDER_RESET) {
      unmodelled.record("mc146818 register A: divider for another crystal than 32768 Hz");
    }
  }

  private void writeB(int value) {
    boolean wasSet = halted();
    int written = value;
    if ((value & B_SET) != 0) {
      written &= ~0x10; // "UIE is cleared when SET goes high"
    }
    bytes[REGISTER_B] = (byte) written;
    if (wasSet && !halted()) {
      // The divider has gone on while SET was held: seconds keep their phase.
      long now = clock.nanos();
      secondBegan = now - Math.floorMod(now - secondBegan, SECOND);
    }
    if ((value & (B_SQWE | B_DSE)) != 0) {
      unmodelled.record("mc146818 register B: square wave or daylight saving");
    }
  }

  private boolean dividerHeld() {
    return (bytes[REGISTER_A] & A_DIVIDER) >= A_DIVIDER_RESET;
  }

  /** Whether the time stands still. */
  private boolean halted() {
    return (bytes[REGISTER_B] & B_SET) != 0 || dividerHeld();
  }

  private boolean updateInProgress() {
    return !halted() && secondBegan + SECOND - clock.nanos() <= UPDATE_IN_PROGRESS;
  }

  /** Brings time, alarm and flags to now. */
  private void catchUp() {
    long now = clock.nanos();
    int flags = 0;
    long period = periodNanos();
    if (period != 0
        && Math.floorDiv((now - dividerBegan), period)
            != Math.floorDiv((caughtUpTo - dividerBegan), period)) {
      flags |= C_PF;
    }
    caughtUpTo = now;
    if (!halted()) {
      long seconds = (now - secondBegan) / SECOND;
      if (seconds > 0) {
        flags |= C_UF | (advance(seconds) ? C_AF : 0);
        secondBegan += seconds * SECOND;
      }
    }
    if (flags != 0) {
      bytes[REGISTER_C] |= (byte) flags;
      driveIrq8();
    }
  }

  /** Lets seconds pass; returns whether one of them was the alarm's. */
  private boolean advance(long seconds) {
    if (time.get().isEmpty()) {
      unmodelled.record("mc146818: time goes on from a date that does not exist");
      return false;
    }
    return time.advance(seconds);
  }

  private void schedule() {
    int enabled = bytes[REGISTER_B] & B_INTERRUPTS;
    if ((enabled & (C_AF | C_UF)) != 0 && !halted()) {
      clock.schedule(alarmOrUpdate, secondBegan + SECOND);
    } else {
      clock.cancel(alarmOrUpdate);
    }
    long period = periodNanos();
    if ((enabled & C_PF) != 0 && period != 0) {
      long passed = Math.floorDiv(clock.nanos() - dividerBegan, period);
      clock.schedule(periodic, dividerBegan + (passed + 1) * period);
    } else {
      clock.cancel(periodic);
    }
  }

  private void driveIrq8() {
    boolean wants = (bytes[REGISTER_B] & bytes[REGISTER_C] & B_INTERRUPTS) != 0;
    bytes[REGISTER_C] = (byte) (bytes[REGISTER_C] & ~C_IRQF | (wants ? C_IRQF : 0));
    irq8.set(wants);
    resume.set(wants);
  }

  /** Period of PF with a 32768 Hz crystal, 0 for none: data sheet, table 5. */
  private long periodNanos() {
    int rate = bytes[REGISTER_A] & A_RATE;
    if (rate == 0 || dividerHeld()) {
      return 0;
    }
    int shift = rate < 3 ? rate + 6 : rate - 1;
    return (SECOND << shift) / 32768;
  }
}
