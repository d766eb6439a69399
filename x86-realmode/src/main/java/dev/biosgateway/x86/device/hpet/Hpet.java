package dev.biosgateway.x86.device.hpet;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.Region;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.SwitchedLine;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.device.apic.IoApic;
import dev.biosgateway.x86.device.pit.Pit8254;
import dev.biosgateway.x86.device.rtc.Mc146818;
import dev.biosgateway.x86.state.Section;

/**
 * A high precision event timer at FED00000h (IA-PC HPET specification 1.0a): a counter of 64 bits
 * and three timers, each of which can be periodic. They lead to inputs 20 to 23 of the IO-APIC, as
 * those of Intel's south bridges do; on the legacy replacement route timer 0 has IRQ 0 in place of
 * the 8254, and timer 1 IRQ 8 in place of the RTC.
 */
public final class Hpet implements Device, Region {
  /** Physical address of its registers. */
  public static final int BASE = 0xfed0_0000;

  /** Bytes of its registers. */
  public static final int SIZE = 0x400;

  private static final int TIMERS = 3;
  private static final int INTEL = 0x8086;

  /** Revision 1, the number of the last timer, 64 bits, legacy route, vendor. */
  public static final int IDENTIFICATION = INTEL << 16 | 1 << 15 | 1 << 13 | TIMERS - 1 << 8 | 1;

  private static final int CAPABILITIES = 0x000;
  private static final int CONFIGURATION = 0x010;
  private static final int STATUS = 0x020;
  private static final int COUNTER = 0x0f0;
  private static final int FIRST_TIMER = 0x100;
  private static final int TIMER_STRIDE = 0x20;
  private static final int TIMER_CONFIGURATION = 0x00;
  private static final int TIMER_COMPARATOR = 0x08;

  private static final int ENABLE = 1;
  private static final int LEGACY = 2;

  private static final int FIRST_INPUT = 20;
  private static final int INPUTS = 4;
  private static final int ROUTES = (1 << INPUTS) - 1 << FIRST_INPUT;

  private static final int LEGACY_LINES = 2;
  private static final int TIMER_IRQ = 0;
  private static final int RTC_IRQ = 8;

  private final HpetTimer[] timers = new HpetTimer[TIMERS];

  /** IRQ 0 and IRQ 8, then the inputs of the IO-APIC. */
  private final InterruptLine[] lines = new InterruptLine[LEGACY_LINES + INPUTS];

  /**
   * Lines that an edge-triggered timer has driven high, a bit for each: they stay so until its next
   * edge, since an 8259A forgets a request that is gone before it is acknowledged.
   */
  private int edges;

  private HpetCounter counter;
  private UnmodelledAccess unmodelled;
  private SwitchedLine timerLine;
  private SwitchedLine rtcLine;
  private int configuration;

  /** Timers whose level-triggered interrupt waits to be acknowledged, a bit for each. */
  private int status;

  @Override
  public void attach(Wiring wiring) {
    unmodelled = wiring.unmodelled();
    counter = new HpetCounter(wiring.clock());
    for (int i = 0; i < TIMERS; i++) {
      timers[i] = new HpetTimer(i, ROUTES, wiring.clock(), counter, unmodelled, this::interrupt);
    }
    IoApic ioApic = wiring.device(IoApic.class);
    for (int i = 0; i < INPUTS; i++) {
      lines[LEGACY_LINES + i] = ioApic.input(FIRST_INPUT + i);
    }
    timerLine = wiring.device(Pit8254.class).irq0();
    rtcLine = wiring.device(Mc146818.class).irq8();
    lines[0] = wiring.irq(TIMER_IRQ);
    lines[1] = wiring.irq(RTC_IRQ);
    wiring.bus().map(BASE, PhysicalBus.PAGE, this);
  }

  @Override
  public void reset(ResetKind kind) {
    configuration = 0;
    status = 0;
    edges = 0;
    counter.reset();
    for (HpetTimer timer : timers) {
      timer.reset();
    }
    applyLegacyRoute();
    driveLines();
  }

  @Override
  public String name() {
    return "hpet";
  }

  @Override
  public int read(int offset, int size) {
    int shift = 8 * (offset & 7);
    long value = readRegister(offset & ~7) >>> shift;
    return (int) (size == 4 ? value : value & (1L << 8 * size) - 1);
  }

  private long readRegister(int register) {
    int timer = register - FIRST_TIMER >> 5;
    if (timer >= 0 && timer < TIMERS) {
      return switch (register & TIMER_STRIDE - 1) {
        case TIMER_CONFIGURATION -> timers[timer].configuration();
        case TIMER_COMPARATOR -> timers[timer].comparator();
        default -> nothing("hpet: read of register %03Xh", register);
      };
    }
    return switch (register) {
      case CAPABILITIES -> HpetCounter.PERIOD << 32 | IDENTIFICATION & 0xffff_ffffL;
      case CONFIGURATION -> configuration;
      case STATUS -> status;
      case COUNTER -> counter.value();
      default -> nothing("hpet: read of register %03Xh", register);
    };
  }

  private long nothing(String what, int register) {
    unmodelled.record(what, register);
    return 0;
  }

  /** Registers are written in 32 bits at a time; 64 bits come as two such. */
  @Override
  public void write(int offset, int size, int value) {
    if (size != 4 || (offset & 3) != 0) {
      unmodelled.record("hpet: write at %03Xh of other than 32 bits", offset);
      return;
    }
    int shift = 8 * (offset & 4);
    writeRegister(offset & ~7, (value & 0xffff_ffffL) << shift, 0xffff_ffffL << shift);
  }

  private void writeRegister(int register, long value, long bits) {
    int number = register - FIRST_TIMER >> 5;
    if (number >= 0 && number < TIMERS) {
      writeTimer(timers[number], register, value, bits);
      return;
    }
    boolean low = (bits & 1) != 0;
    switch (register) {
      case CONFIGURATION -> {
        if (low) {
          configure((int) value & (ENABLE | LEGACY));
        }
      }
      case STATUS -> {
        status &= low ? (int) ~value : -1;
        driveLines();
      }
      case COUNTER -> {
        if (counter.running()) {
          unmodelled.record("hpet: write of the counter while it runs");
        }
        counter.set(counter.value() & ~bits | value);
        scheduleAll();
      }
      default -> nothing("hpet: write of register %03Xh", register);
    }
  }

  private void writeTimer(HpetTimer timer, int register, long value, long bits) {
    switch (register & TIMER_STRIDE - 1) {
      case TIMER_CONFIGURATION -> {
        if ((bits & 1) != 0) {
          timer.writeConfiguration(value);
          edges &= ~(1 << line(timer));
          driveLines();
        }
      }
      case TIMER_COMPARATOR -> timer.writeComparator(value, bits);
      default -> nothing("hpet: write of register %03Xh", register);
    }
  }

  private void configure(int value) {
    configuration = value;
    counter.run((value & ENABLE) != 0);
    applyLegacyRoute();
    scheduleAll();
    edges = 0;
    driveLines();
  }

  private boolean legacy() {
    return (configuration & LEGACY) != 0;
  }

  private void applyLegacyRoute() {
    timerLine.setClosed(!legacy());
    rtcLine.setClosed(!legacy());
  }

  private void scheduleAll() {
    for (HpetTimer timer : timers) {
      timer.schedule();
    }
  }

  private void interrupt(HpetTimer timer) {
    if (timer.levelTriggered()) {
      status |= 1 << timer.number();
      driveLines();
    } else {
      edges &= ~(1 << line(timer));
      driveLines();
      edges |= 1 << line(timer);
      driveLines();
    }
  }

  private void driveLines() {
    int high = edges;
    for (HpetTimer timer : timers) {
      boolean waits = (status >>> timer.number() & 1) != 0;
      if (waits && timer.levelTriggered() && timer.enabled() && counter.running()) {
        high |= 1 << line(timer);
      }
    }
    for (int i = 0; i < lines.length; i++) {
      lines[i].set((high >>> i & 1) != 0);
    }
  }

  /** Which of the lines a timer's interrupt goes to; one beyond them when it can go nowhere. */
  private int line(HpetTimer timer) {
    if (legacy() && timer.number() < LEGACY_LINES) {
      return timer.number();
    }
    int input = timer.route() - FIRST_INPUT;
    return input >= 0 && input < INPUTS ? LEGACY_LINES + input : lines.length;
  }

  @Override
  public String sectionName() {
    return "hpet";
  }

  @Override
  public void save(Section out) {
    out.put("configuration", configuration).put("status", status).put("edges", edges);
    counter.save(out);
    for (HpetTimer timer : timers) {
      timer.save(out);
    }
  }

  /** Lines and switches are the state of those they lead to. */
  @Override
  public void restore(Section in) {
    configuration = in.getInt("configuration");
    status = in.getInt("status");
    edges = in.getInt("edges");
    counter.restore(in);
    for (HpetTimer timer : timers) {
      timer.restore(in);
    }
  }

  @Override
  public String toString() {
    return "hpet";
  }
}
