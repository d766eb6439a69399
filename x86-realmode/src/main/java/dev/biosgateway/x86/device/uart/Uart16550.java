package dev.biosgateway.x86.device.uart;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.device.ConsoleSink;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.PowerPhase;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A PC16550D serial port (National Semiconductor data sheet, June 1995) on eight ports and one
 * interrupt. Characters take the virtual time that divisor and line control give them; what is sent
 * goes to a {@link ConsoleSink}, what {@link #receive} is given arrives at the pace of the line.
 */
public final class Uart16550 implements Device, PortHandler {
  private static final int FIFO = 16;
  private static final int CRYSTAL_HERTZ = 1_843_200;
  private static final long SECOND = 1_000_000_000L;

  // ---- register offsets, DLAB = 0 unless said otherwise
  private static final int DATA = 0; // RBR, THR; DLL with DLAB
  private static final int IER = 1; // DLM with DLAB
  private static final int IIR_FCR = 2;
  private static final int LCR = 3;
  private static final int MCR = 4;
  private static final int LSR = 5;
  private static final int MSR = 6;
  private static final int SCR = 7;

  private static final int IER_RECEIVED = 0x01;
  private static final int IER_THR_EMPTY = 0x02;
  private static final int IER_LINE_STATUS = 0x04;
  private static final int IER_MODEM_STATUS = 0x08;

  private static final int IIR_NONE = 0x01;
  private static final int IIR_MODEM_STATUS = 0x00;
  private static final int IIR_THR_EMPTY = 0x02;
  private static final int IIR_RECEIVED = 0x04;
  private static final int IIR_LINE_STATUS = 0x06;
  private static final int IIR_TIMEOUT = 0x0c;
  private static final int IIR_FIFOS = 0xc0;

  private static final int FCR_ENABLE = 0x01;
  private static final int FCR_CLEAR_RECEIVER = 0x02;
  private static final int FCR_CLEAR_TRANSMITTER = 0x04;
  private static final int FCR_TRIGGER = 0xc0;
  private static final int[] TRIGGER_LEVELS = {1, 4, 8, 14};

  private static final int LCR_BREAK = 0x40;
  private static final int LCR_DLAB = 0x80;

  private static final int MCR_BITS = 0x1f;
  private static final int MCR_OUT2 = 0x08;
  private static final int MCR_LOOP = 0x10;

  private static final int LSR_DATA_READY = 0x01;
  private static final int LSR_OVERRUN = 0x02;
  private static final int LSR_BREAK = 0x10;
  private static final int LSR_ERRORS = 0x1e;
  private static final int LSR_THR_EMPTY = 0x20;
  private static final int LSR_TRANSMITTER_EMPTY = 0x40;

  /** The far end of the cable: CTS, DSR and DCD on, no ring. */
  private static final int MSR_CONNECTED = 0xb0;

  private static final int MSR_DELTAS = 0x0f;

  private final String name;
  private final int base;
  private final int irq;
  private final ConcurrentLinkedQueue<Byte> line = new ConcurrentLinkedQueue<>();
  private final ByteFifo receiver = new ByteFifo(FIFO);
  private final ByteFifo transmitter = new ByteFifo(FIFO);
  private final Event sent =
      new Event("uart.sent") {
        @Override
        protected void fire(long due) {
          characterSent(due);
        }
      };
  private final Event arrives =
      new Event("uart.arrives") {
        @Override
        protected void fire(long due) {
          characterArrives(due);
        }
      };
  private final Event timeout =
      new Event("uart.timeout") {
        @Override
        protected void fire(long due) {
          timedOut = true;
          driveInterrupt();
        }
      };

  private ConsoleSink sink;
  private VirtualClock clock;
  private UnmodelledAccess unmodelled;
  private InterruptLine interrupt;

  private int ier;
  private int fcr;
  private int lcr;
  private int mcr;
  private int scr;
  private int divisor;
  private int lineErrors;
  private int modemDeltas;

  /** What the shift register sends, -1 when it is empty. */
  private int shifting;

  /** Whether "transmitter holding register empty" is an interrupt not yet seen in IIR. */
  private boolean thrEmptyPending;

  private boolean timedOut;
  private int suspendedIer;

  /**
   * @param name for the section and for logs, for example {@code com1}
   * @param base first of eight ports, 3F8h for COM1
   * @param irq 4 for COM1
   */
  public Uart16550(String name, int base, int irq) {
    this.name = name;
    this.base = base;
    this.irq = irq;
  }

  @Override
  public void attach(Wiring wiring) {
    clock = wiring.clock();
    unmodelled = wiring.unmodelled();
    interrupt = wiring.irq(irq);
    if (sink == null) {
      sink = wiring.console();
    }
    wiring.ports().map(base, 8, 1, this);
  }

  /** Sends what the guest transmits somewhere else than to the console. */
  public void setSink(ConsoleSink sink) {
    this.sink = sink;
  }

  /**
   * Puts characters on the line to this port. May be called by any thread; they arrive when the
   * machine runs next, one a character time.
   */
  public void receive(byte[] characters) {
    for (byte b : characters) {
      line.add(b);
    }
  }

  /** MR: data sheet, table I. The divisor and the scratch register are not affected. */
  @Override
  public void reset(ResetKind kind) {
    if (kind == ResetKind.POWER_ON) {
      divisor = 12; // 9600 baud: undefined on the chip
      scr = 0;
      suspendedIer = 0;
    }
    ier = 0;
    fcr = 0;
    lcr = 0;
    mcr = 0;
    lineErrors = 0;
    modemDeltas = 0;
    shifting = -1;
    thrEmptyPending = false;
    timedOut = false;
    receiver.clear();
    transmitter.clear();
    clock.cancel(sent);
    clock.cancel(arrives);
    clock.cancel(timeout);
    driveInterrupt();
  }

  /** Lets characters on the line begin to arrive. */
  @Override
  public void poll() {
    if (!line.isEmpty() && !arrives.isScheduled() && divisor != 0) {
      clock.schedule(arrives, clock.nanos() + characterNanos());
    }
  }

  @Override
  public int in(int port, int size) {
    poll();
    return switch (port - base) {
      case DATA -> dlab() ? divisor & 0xff : readReceiver();
      case IER -> dlab() ? divisor >>> 8 : ier;
      case IIR_FCR -> readInterruptIdentification();
      case LCR -> lcr;
      case MCR -> mcr;
      case LSR -> readLineStatus();
      case MSR -> readModemStatus();
      case SCR -> scr;
      default -> throw new AssertionError(port);
    };
  }

  @Override
  public void out(int port, int size, int value) {
    switch (port - base) {
      case DATA -> {
        if (dlab()) {
          divisor = divisor & 0xff00 | value;
        } else {
          writeTransmitter(value);
        }
      }
      case IER -> {
        if (dlab()) {
          divisor = divisor & 0xff | value << 8;
        } else {
          writeInterruptEnable(value);
        }
      }
      case IIR_FCR -> writeFifoControl(value);
      case LCR -> {
        if ((value & LCR_BREAK) != 0 && (lcr & LCR_BREAK) == 0 && (mcr & MCR_LOOP) == 0) {
          unmodelled.record(name + ": break on the line");
        }
        lcr = value;
      }
      case MCR -> writeModemControl(value);
      case LSR, MSR -> unmodelled.record(name + ": write of a status register");
      case SCR -> scr = value;
      default -> throw new AssertionError(port);
    }
    driveInterrupt();
  }

  /** Waits, in no time, until everything is sent; then raises no more interrupts. */
  @Override
  public void suspend(PowerPhase phase) {
    if (phase == PowerPhase.FREEZE) {
      while (shifting >= 0) {
        characterSent(clock.nanos());
      }
      suspendedIer = ier;
      ier = 0;
      driveInterrupt();
    }
  }

  @Override
  public void resume(PowerPhase phase) {
    if (phase == PowerPhase.FREEZE) {
      ier = suspendedIer;
      suspendedIer = 0;
      driveInterrupt();
    }
  }

  @Override
  public String sectionName() {
    return name;
  }

  @Override
  public void save(Section out) {
    out.put("ier", ier).put("fcr", fcr).put("lcr", lcr).put("mcr", mcr).put("scr", scr);
    out.put("divisor", divisor).put("lineErrors", lineErrors).put("modemDeltas", modemDeltas);
    out.put("shifting", shifting).put("thrEmptyPending", thrEmptyPending);
    out.put("timedOut", timedOut).put("suspendedIer", suspendedIer);
    receiver.save("receiver", out);
    transmitter.save("transmitter", out);
    out.put("sentAt", sent.dueNanos()).put("arrivesAt", arrives.dueNanos());
    out.put("timeoutAt", timeout.dueNanos());
  }

  /** What is on the line from outside stays there: it is not the port's. */
  @Override
  public void restore(Section in) {
    ier = in.getInt("ier");
    fcr = in.getInt("fcr");
    lcr = in.getInt("lcr");
    mcr = in.getInt("mcr");
    scr = in.getInt("scr");
    divisor = in.getInt("divisor");
    lineErrors = in.getInt("lineErrors");
    modemDeltas = in.getInt("modemDeltas");
    shifting = in.getInt("shifting");
    thrEmptyPending = in.getBoolean("thrEmptyPending");
    timedOut = in.getBoolean("timedOut");
    suspendedIer = in.getInt("suspendedIer");
    receiver.restore("receiver", in);
    transmitter.restore("transmitter", in);
    scheduleAgain(sent, in.getLong("sentAt"));
    scheduleAgain(arrives, in.getLong("arrivesAt"));
    scheduleAgain(timeout, in.getLong("timeoutAt"));
    driveInterrupt();
  }

  @Override
  public String toString() {
    return name;
  }

  // ---- transmitter

  private void writeTransmitter(int value) {
    thrEmptyPending = false;
    if (shifting < 0) {
      startShifting(value, clock.nanos());
      thrEmptyPending = true;
    } else if (transmitter.size() < transmitterSize()) {
      transmitter.add(value);
    } else {
      transmitter.replaceLast(value); // THR is overwritten
    }
  }

  private void startShifting(int value, long from) {
    shifting = value;
    if (divisor == 0) {
      unmodelled.record(name + ": character sent with divisor 0, which stops the line");
    } else {
      clock.schedule(sent, from + characterNanos());
    }
  }

  private void characterSent(long at) {
    int character = shifting & characterMask();
    shifting = -1;
    clock.cancel(sent);
    if ((mcr & MCR_LOOP) != 0) {
      accept(character, at);
    } else {
      sink.write(character);
    }
    if (transmitter.size() > 0) {
      startShifting(transmitter.take(), at);
      thrEmptyPending |= transmitter.size() == 0;
    }
    driveInterrupt();
  }

  private int transmitterSize() {
    return (fcr & FCR_ENABLE) != 0 ? FIFO : 1;
  }

  // ---- receiver

  private void characterArrives(long at) {
    Byte character = line.poll();
    if (character != null && (mcr & MCR_LOOP) == 0) {
      accept(character & characterMask(), at);
    }
    if (!line.isEmpty()) {
      clock.schedule(arrives, at + characterNanos());
    }
    driveInterrupt();
  }

  private void accept(int character, long at) {
    if (receiver.size() < receiverSize()) {
      receiver.add(character);
    } else {
      lineErrors |= LSR_OVERRUN;
      if ((fcr & FCR_ENABLE) == 0) {
        receiver.replaceLast(character); // a FIFO keeps what it has, RBR takes the new one
      }
    }
    restartTimeout(at);
  }

  private int readReceiver() {
    int value = receiver.size() > 0 ? receiver.take() : 0;
    timedOut = false;
    restartTimeout(clock.nanos());
    driveInterrupt();
    return value;
  }

  private int receiverSize() {
    return (fcr & FCR_ENABLE) != 0 ? FIFO : 1;
  }

  /** Characters below the trigger level interrupt after four character times without a change. */
  private void restartTimeout(long from) {
    if ((fcr & FCR_ENABLE) != 0 && receiver.size() > 0 && divisor != 0) {
      clock.schedule(timeout, from + 4 * characterNanos());
    } else {
      clock.cancel(timeout);
    }
  }

  private boolean triggered() {
    int level = (fcr & FCR_ENABLE) != 0 ? TRIGGER_LEVELS[(fcr & FCR_TRIGGER) >>> 6] : 1;
    return receiver.size() >= level;
  }

  // ---- registers

  private boolean dlab() {
    return (lcr & LCR_DLAB) != 0;
  }

  private void writeInterruptEnable(int value) {
    if ((value & ~0x0f) != 0) {
      unmodelled.record(name + " IER: reserved bits");
    }
    boolean thrEmptyOn = (value & ~ier & IER_THR_EMPTY) != 0;
    ier = value & 0x0f;
    if (thrEmptyOn && transmitter.size() == 0) {
      thrEmptyPending = true;
    }
  }

  private void writeFifoControl(int value) {
    if ((value & 0x38) != 0) {
      unmodelled.record(name + " FCR: DMA mode, reserved bits");
    }
    boolean changes = ((value ^ fcr) & FCR_ENABLE) != 0;
    if (changes || (value & FCR_ENABLE) != 0 && (value & FCR_CLEAR_RECEIVER) != 0) {
      receiver.clear();
      timedOut = false;
      clock.cancel(timeout);
    }
    if (changes || (value & FCR_ENABLE) != 0 && (value & FCR_CLEAR_TRANSMITTER) != 0) {
      thrEmptyPending |= transmitter.size() > 0;
      transmitter.clear();
    }
    fcr = (value & FCR_ENABLE) != 0 ? value & (FCR_ENABLE | FCR_TRIGGER) : 0;
  }

  private void writeModemControl(int value) {
    if ((value & ~MCR_BITS) != 0) {
      unmodelled.record(name + " MCR: reserved bits");
    }
    int before = modemLines();
    mcr = value & MCR_BITS;
    int after = modemLines();
    modemDeltas |= (before ^ after) >>> 4 & 0x0b; // DCTS, DDSR, DDCD
    modemDeltas |= (before & ~after) >>> 4 & 0x04; // TERI: the trailing edge of RI
  }

  /** CTS, DSR, RI, DCD in bits 4 to 7; in loopback they are RTS, DTR, OUT1, OUT2. */
  private int modemLines() {
    if ((mcr & MCR_LOOP) == 0) {
      return MSR_CONNECTED;
    }
    return (mcr & 0x02) << 3 | (mcr & 0x01) << 5 | (mcr & 0x04) << 4 | (mcr & 0x08) << 4;
  }

  private int readModemStatus() {
    int value = modemLines() | modemDeltas & MSR_DELTAS;
    modemDeltas = 0;
    driveInterrupt();
    return value;
  }

  private int readLineStatus() {
    int value = lineErrors & LSR_ERRORS;
    value |= receiver.size() > 0 ? LSR_DATA_READY : 0;
    value |= transmitter.size() == 0 ? LSR_THR_EMPTY : 0;
    value |= transmitter.size() == 0 && shifting < 0 ? LSR_TRANSMITTER_EMPTY : 0;
    if ((mcr & MCR_LOOP) != 0 && (lcr & LCR_BREAK) != 0) {
      value |= LSR_BREAK;
    }
    lineErrors = 0;
    driveInterrupt();
    return value;
  }

  private int readInterruptIdentification() {
    int id = pendingInterrupt();
    if (id == IIR_THR_EMPTY) {
      thrEmptyPending = false;
      driveInterrupt();
    }
    return id | ((fcr & FCR_ENABLE) != 0 ? IIR_FIFOS : 0);
  }

  /** Data sheet, table IV: priorities. */
  private int pendingInterrupt() {
    if ((ier & IER_LINE_STATUS) != 0 && lineErrors != 0) {
      return IIR_LINE_STATUS;
    }
    if ((ier & IER_RECEIVED) != 0 && triggered()) {
      return IIR_RECEIVED;
    }
    if ((ier & IER_RECEIVED) != 0 && timedOut && receiver.size() > 0) {
      return IIR_TIMEOUT;
    }
    if ((ier & IER_THR_EMPTY) != 0 && thrEmptyPending) {
      return IIR_THR_EMPTY;
    }
    if ((ier & IER_MODEM_STATUS) != 0 && modemDeltas != 0) {
      return IIR_MODEM_STATUS;
    }
    return IIR_NONE;
  }

  /** On a PC, OUT2 connects the interrupt to the controller; in loopback it is off. */
  private void driveInterrupt() {
    boolean connected = (mcr & (MCR_OUT2 | MCR_LOOP)) == MCR_OUT2;
    interrupt.set(connected && pendingInterrupt() != IIR_NONE);
  }

  // ---- time

  private int characterMask() {
    return 0xff >>> 3 - (lcr & 3);
  }

  /** Start bit, data bits, parity, stop bits at the baud rate. */
  private long characterNanos() {
    int dataBits = 5 + (lcr & 3);
    int halfStopBits = (lcr & 4) == 0 ? 2 : dataBits == 5 ? 3 : 4;
    int halfBits = 2 + 2 * dataBits + ((lcr & 8) != 0 ? 2 : 0) + halfStopBits;
    return halfBits * 8L * divisor * SECOND / CRYSTAL_HERTZ;
  }

  private void scheduleAgain(Event event, long due) {
    if (due == Long.MAX_VALUE) {
      clock.cancel(event);
    } else {
      clock.schedule(event, due);
    }
  }
}
