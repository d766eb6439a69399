package dev.biosgateway.x86.device.parallel;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.device.ConsoleSink;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;

/**
 * A parallel port with a printer that is always ready (FDC37C665 data sheet, "Parallel Port", in
 * its standard and bidirectional modes): data, status and control. The printer takes the data when
 * the strobe begins; it is busy until it has acknowledged them by a pulse, as the Centronics
 * interface wants it (IEEE 1284, compatibility mode).
 */
public final class ParallelPort implements Device, PortHandler {
  private static final int DATA = 0;
  private static final int STATUS = 1;
  private static final int CONTROL = 2;
  private static final int REGISTERS = 3;

  // ---- status, as the lines are: BUSY is inverted, the acknowledge and error lines are active low
  private static final int NOT_BUSY = 0x80;
  private static final int NO_ACKNOWLEDGE = 0x40;
  private static final int SELECTED = 0x10;
  private static final int NO_ERROR = 0x08;

  // ---- control
  private static final int STROBE = 0x01;
  private static final int INTERRUPT_ENABLE = 0x10;
  private static final int DIRECTION_IN = 0x20;
  private static final int WRITABLE = 0x3f;
  private static final int ALWAYS_ONE = 0xc0;

  /** From the strobe to the acknowledge pulse, and how long that is. */
  private static final long PRINTING_NANOS = 10_000;

  private static final long ACKNOWLEDGE_NANOS = 5_000;

  /** Nobody drives the data lines towards the port. */
  private static final int OPEN_LINES = 0xff;

  private final String name;
  private final int base;
  private final int irqNumber;
  private ConsoleSink printer;
  private InterruptLine irq;
  private UnmodelledAccess unmodelled;
  private VirtualClock clock;
  private final Event printerMoves;
  private int data;
  private int control;
  private boolean busy;
  private boolean acknowledging;

  /**
   * @param name of the section, as {@code lpt1}
   * @param base of three ports, 378h for LPT1
   * @param irqNumber 7 for LPT1
   */
  public ParallelPort(String name, int base, int irqNumber) {
    this.name = name;
    this.base = base;
    this.irqNumber = irqNumber;
    printerMoves =
        new Event(name + ".printer") {
          @Override
          protected void fire(long due) {
            if (acknowledging) {
              acknowledging = false;
              busy = false;
            } else {
              acknowledging = true;
              clock.schedule(this, due + ACKNOWLEDGE_NANOS);
            }
            driveInterrupt();
          }
        };
  }

  /** Prints to {@code sink}; without one, what is printed goes to the machine's console. */
  public ParallelPort connect(ConsoleSink sink) {
    printer = sink;
    return this;
  }

  @Override
  public void attach(Wiring wiring) {
    if (printer == null) {
      printer = wiring.console();
    }
    irq = wiring.irq(irqNumber);
    unmodelled = wiring.unmodelled();
    clock = wiring.clock();
    wiring.ports().map(base, REGISTERS, 1, this);
  }

  @Override
  public void reset(ResetKind kind) {
    data = 0;
    control = 0;
    busy = false;
    acknowledging = false;
    clock.cancel(printerMoves);
    driveInterrupt();
  }

  @Override
  public int in(int port, int size) {
    return switch (port - base) {
      case DATA -> (control & DIRECTION_IN) != 0 ? OPEN_LINES : data;
      case STATUS -> status();
      case CONTROL -> ALWAYS_ONE | control;
      default -> throw new IllegalArgumentException("port %x of %s".formatted(port, name));
    };
  }

  @Override
  public void out(int port, int size, int value) {
    switch (port - base) {
      case DATA -> data = value & 0xff;
      case STATUS -> unmodelled.record(name + ": write of the status register, which is read-only");
      case CONTROL -> writeControl(value & WRITABLE);
      default -> throw new IllegalArgumentException("port %x of %s".formatted(port, name));
    }
  }

  private int status() {
    return SELECTED | NO_ERROR | (busy ? 0 : NOT_BUSY) | (acknowledging ? 0 : NO_ACKNOWLEDGE);
  }

  private void writeControl(int value) {
    boolean strobeBegins = (value & ~control & STROBE) != 0;
    control = value;
    if (strobeBegins && (value & DIRECTION_IN) == 0) {
      if (busy) {
        unmodelled.record(name + ": strobe while the printer is busy, which it does not hear");
      } else {
        printer.write(data);
        busy = true;
        clock.schedule(printerMoves, clock.nanos() + PRINTING_NANOS);
      }
    }
    driveInterrupt();
  }

  /** The interrupt is the acknowledge line, let through by bit 4 of the control register. */
  private void driveInterrupt() {
    irq.set(acknowledging && (control & INTERRUPT_ENABLE) != 0);
  }

  @Override
  public String sectionName() {
    return name;
  }

  @Override
  public void save(Section out) {
    out.put("data", data);
    out.put("control", control);
    out.put("busy", busy);
    out.put("acknowledging", acknowledging);
    out.put("printer.due", printerMoves.dueNanos());
  }

  @Override
  public void restore(Section in) {
    data = in.getInt("data");
    control = in.getInt("control");
    busy = in.getBoolean("busy");
    acknowledging = in.getBoolean("acknowledging");
    clock.scheduleAgain(printerMoves, in.getLong("printer.due"));
    driveInterrupt();
  }

  @Override
  public String toString() {
    return name;
  }
}
