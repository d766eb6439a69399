package dev.biosgateway.x86.device.acpi;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.device.CpuPins;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/**
 * The 64 ports of the PIIX4's power management (82371AB data sheet, 7.2): the ACPI event block with
 * its interrupt, the control block that switches the power off, the timer, and the general purpose,
 * global and device registers, which keep what is written.
 */
final class PmRegisters implements PortHandler {
  static final int PORTS = 64;

  static final int STATUS = 0x00;
  private static final int ENABLE = 0x02;
  static final int CONTROL = 0x04;
  static final int TIMER = 0x08;
  static final int GENERAL_STATUS = 0x0c;
  private static final int PROCESSOR_CONTROL = 0x10;
  private static final int THROTTLE = 0x10;
  private static final int LEVEL_2 = 0x14;
  private static final int LEVEL_3 = 0x15;
  private static final int GLOBAL_STATUS = 0x18;
  private static final int DEVICE_STATUS = 0x1c;
  private static final int GENERAL_INPUT = 0x30;

  private static final int TIMER_OVERFLOW = 0x0001;
  private static final int POWER_BUTTON = 0x0100;
  private static final int CLOCK = 0x0400;
  private static final int WAKE = 0x8000;
  private static final int STATUS_CLEARABLE = 0x8d31;
  private static final int ENABLE_BITS = 0x0521;

  private static final int SCI_ENABLE = 0x0001;
  private static final int CONTROL_BITS = 0x1c07;
  private static final int SUSPEND_TYPE_SHIFT = 10;
  private static final int SUSPEND_TYPE = 7;
  private static final int SUSPEND_ENABLE = 0x2000;

  /** Suspend types of the PIIX4: soft off, suspend to RAM, power-on suspend in three depths. */
  private static final int SOFT_OFF = 0;

  private static final int SUSPEND_TO_RAM = 1;

  private final VirtualClock clock;
  private final UnmodelledAccess unmodelled;
  private final InterruptLine sci;
  private final CpuPins cpu;
  private final PmTimer timer;
  private final Event overflow =
      new Event("piix4-pm.timer") {
        @Override
        protected void fire(long due) {
          update();
        }
      };

  private int status;
  private int enable;
  private int control;

  /** Changes of the timer's sign that the status register knows of. */
  private long seenSignChanges;

  private boolean suspended;

  /** The machine sleeps: suspend to RAM. */
  private boolean asleep;

  /** The level of the real-time clock's interrupt: its rise is the event. */
  private boolean clockLevel;

  /** The registers that only keep what is written, from 0Ch on. */
  private final byte[] kept = new byte[PORTS];

  PmRegisters(VirtualClock clock, UnmodelledAccess unmodelled, InterruptLine sci, CpuPins cpu) {
    this.clock = clock;
    this.unmodelled = unmodelled;
    this.sci = sci;
    this.cpu = cpu;
    timer = new PmTimer(clock);
  }

  /** A reset out of suspend to RAM leaves the wake status for firmware to see. */
  void reset(ResetKind kind) {
    status = kind == ResetKind.POWER_ON ? 0 : status & WAKE;
    enable = 0;
    control = 0;
    suspended = false;
    asleep = false;
    Arrays.fill(kept, (byte) 0);
    seenSignChanges = timer.signChanges();
    update();
  }

  void setSciEnabled(boolean on) {
    control = on ? control | SCI_ENABLE : control & ~SCI_ENABLE;
    update();
  }

  void pressPowerButton() {
    happens(POWER_BUTTON);
  }

  /** The real-time clock's interrupt has that level now. */
  void clockInterrupt(boolean high) {
    boolean rises = high && !clockLevel;
    clockLevel = high;
    if (rises) {
      happens(CLOCK);
    }
  }

  private void happens(int event) {
    status |= event;
    update();
    if (asleep && (enable & event) != 0) {
      asleep = false;
      status |= WAKE;
      cpu.requestReset(ResetKind.HARD);
    }
  }

  void suspend() {
    suspended = true;
    update();
  }

  void resume() {
    suspended = false;
    update();
  }

  @Override
  public int in(int offset, int size) {
    update();
    int value = 0;
    for (int i = 0; i < size; i++) {
      value |= readByte(offset + i) << 8 * i;
    }
    return value;
  }

  @Override
  public void out(int offset, int size, int value) {
    for (int i = 0; i < size; i++) {
      writeByte(offset + i, value >>> 8 * i & 0xff);
    }
    update();
    if (offset <= CONTROL + 1 && offset + size > CONTROL + 1 && (control & SUSPEND_ENABLE) != 0) {
      suspendNow();
    }
  }

  void save(Section out) {
    out.put("pmStatus", status).put("pmEnable", enable).put("pmControl", control);
    out.put("seenSignChanges", seenSignChanges).put("suspended", suspended).put("kept", kept);
    out.put("asleep", asleep).put("clockLevel", clockLevel);
  }

  void restore(Section in) {
    status = in.getInt("pmStatus");
    enable = in.getInt("pmEnable");
    control = in.getInt("pmControl");
    seenSignChanges = in.getLong("seenSignChanges");
    suspended = in.getBoolean("suspended");
    in.getBytes("kept", kept);
    asleep = in.getBoolean("asleep");
    clockLevel = in.getBoolean("clockLevel");
    update();
  }

  private int readByte(int at) {
    int shift = 8 * (at & 1);
    return switch (at & ~1) {
      case STATUS -> status >>> shift & 0xff;
      case ENABLE -> enable >>> shift & 0xff;
      case CONTROL -> control >>> shift & 0xff;
      case TIMER, TIMER + 2 -> timer.value() >>> 8 * (at & 3) & 0xff;
      // Reading LVL2 or LVL3 would stop the clock: the CPU then waits for an interrupt, as in HLT.
      case LEVEL_2 -> {
        unmodelled.record("piix4-pm: entry into C%d", at == LEVEL_3 ? 3 : 2);
        yield 0;
      }
      case GENERAL_INPUT, GENERAL_INPUT + 2 -> 0xff; // inputs nobody drives are pulled up
      default -> kept[at] & 0xff;
    };
  }

  private void writeByte(int at, int value) {
    int shift = 8 * (at & 1);
    int mask = 0xff << shift;
    int bits = value << shift;
    switch (at & ~1) {
      case STATUS -> status &= ~(bits & STATUS_CLEARABLE);
      case ENABLE -> enable = enable & ~mask | bits & ENABLE_BITS;
      case CONTROL -> control = control & ~mask | bits & (CONTROL_BITS | SUSPEND_ENABLE);
      case TIMER, TIMER + 2, LEVEL_2, GENERAL_INPUT, GENERAL_INPUT + 2 ->
          unmodelled.record("piix4-pm: write of read-only port %02Xh", at);
      case GENERAL_STATUS, GLOBAL_STATUS, DEVICE_STATUS, DEVICE_STATUS + 2 ->
          kept[at] &= (byte) ~value;
      default -> {
        if (at == PROCESSOR_CONTROL && (value & THROTTLE) != 0) {
          unmodelled.record("piix4-pm: clock throttling");
        }
        kept[at] = (byte) value; // enables of events that never happen here are kept
      }
    }
  }

  /** SUS_EN was written: the machine goes to sleep as SUS_TYP says. */
  private void suspendNow() {
    control &= ~SUSPEND_ENABLE; // reads 0 always
    int type = control >>> SUSPEND_TYPE_SHIFT & SUSPEND_TYPE;
    switch (type) {
      case SOFT_OFF -> cpu.powerOff();
      // Memory is kept; an enabled event ends it, and the CPU comes up from reset.
      case SUSPEND_TO_RAM -> {
        asleep = true;
        cpu.stopClock();
        if ((status & enable & (POWER_BUTTON | CLOCK)) != 0) {
          happens(status & enable & (POWER_BUTTON | CLOCK));
        }
      }
      default -> unmodelled.record("piix4-pm: suspend type %d", type);
    }
  }

  /** Brings the timer's status bit to now, drives SCI, and has the next overflow announced. */
  private void update() {
    long changes = timer.signChanges();
    if (changes != seenSignChanges) {
      status |= TIMER_OVERFLOW;
      seenSignChanges = changes;
    }
    boolean pending = (status & enable & ENABLE_BITS) != 0;
    sci.set(pending && (control & SCI_ENABLE) != 0 && !suspended);
    if ((enable & TIMER_OVERFLOW) != 0 && (status & TIMER_OVERFLOW) == 0) {
      clock.schedule(overflow, timer.nextSignChange());
    } else {
      clock.cancel(overflow);
    }
  }
}
