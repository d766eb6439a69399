package dev.biosgateway.x86.device.uart;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.device.ConsoleSink;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.OpenToOutside;
import dev.biosgateway.x86.device.PowerPhase;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;

/**
 * A PC16550D serial port (National Semiconductor data sheet, June 1995) on eight ports and one
 * interrupt. Characters take the virtual time that divisor and line control give them; what is sent
 * goes to a {@link ConsoleSink}, what {@link #receive} is given arrives at the pace of the line.
 */
public final class Uart16550 implements Device, OpenToOutside, PortHandler {
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
  private static final int IER_BITS = 0x0f;

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
  private static final int FCR_NOT_MODELLED = 0x38;

  private static final int MCR_BITS = 0x1f;
  private static final int MCR_OUT2 = 0x08;
  private static final int MCR_LOOP = 0x10;

  private static final int LSR_DATA_READY = 0x01;
  private static final int LSR_OVERRUN = 0x02;
  private static final int LSR_BREAK = 0x10;
  private static final int LSR_THR_EMPTY = 0x20;
  private static final int LSR_TRANSMITTER_EMPTY = 0x40;

  /** The far end of the cable: CTS, DSR and DCD on, no ring. */
  private static final int MSR_CONNECTED = 0xb0;

  private final String name;
  private final int base;
  private final int irq;
  private final LineControl line = new LineControl();

  private SerialLine far;
  private ConsoleSink sink;
  private VirtualClock clock;
  private UnmodelledAccess unmodelled;
  private InterruptLine interrupt;
  private Transmitter transmitter;
  private Receiver receiver;

  private int ier;
  private boolean fifosEnabled;
  private int mcr;
  private int scr;
  private int modemDeltas;
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
    transmitter =
        new Transmitter(
            name,
            clock,
            line,
            this::sent,
            this::driveInterrupt,
            () -> unmodelled.record(name + ": character sent with divisor 0, the line stands"));
    receiver = new Receiver(name, clock, line, () -> !loopback(), this::driveInterrupt);
    wiring.ports().map(base, 8, 1, this);
  }

  /** Sends what the guest transmits somewhere else than to the console. */
  public void setSink(ConsoleSink sink) {
    this.sink = sink;
  }

  /**
   * Whether what the guest sends takes the virtual time that the divisor gives it, as it does
   * unless this is called. Off, a character is gone before the next instruction, as on a line that
   * leads to a file of the host: a kernel that waits for every character of its log does not wait.
   */
  public void setPaced(boolean on) {
    transmitter.setPaced(on);
  }

  /** Connects the port to a line, in both directions. */
  public void connect(SerialLine cable) {
    far = cable;
    sink = cable::transmit;
  }

  /**
   * Puts characters on the line to this port. May be called by any thread; they arrive when the
   * machine runs next, one a character time.
   */
  public void receive(byte[] characters) {
    receiver.send(characters);
  }

  /** MR: data sheet, table I. The divisor and the scratch register are not affected. */
  @Override
  public void reset(ResetKind kind) {
    if (kind == ResetKind.POWER_ON) {
      line.powerOn();
      scr = 0;
      suspendedIer = 0;
    }
    ier = 0;
    fifosEnabled = false;
    mcr = 0;
    modemDeltas = 0;
    line.reset();
    transmitter.reset();
    receiver.reset();
    driveInterrupt();
  }

  @Override
  public void poll() {
    if (far != null) {
      for (int c = far.receive(); c >= 0; c = far.receive()) {
        receiver.send(c);
      }
    }
    receiver.poll();
  }

  @Override
  public int in(int port, int size) {
    poll();
    int value =
        switch (port - base) {
          case DATA -> line.divisorLatchAccess() ? line.divisor() & 0xff : receiver.read();
          case IER -> line.divisorLatchAccess() ? line.divisor() >>> 8 : ier;
          case IIR_FCR -> readInterruptIdentification();
          case LCR -> line.register();
          case MCR -> mcr;
          case LSR -> readLineStatus();
          case MSR -> readModemStatus();
          case SCR -> scr;
          default -> throw new AssertionError(port);
        };
    driveInterrupt();
    return value;
  }

  @Override
  public void out(int port, int size, int value) {
    switch (port - base) {
      case DATA -> {
        if (line.divisorLatchAccess()) {
          line.setDivisorLow(value);
        } else {
          transmitter.write(value);
        }
      }
      case IER -> {
        if (line.divisorLatchAccess()) {
          line.setDivisorHigh(value);
        } else {
          writeInterruptEnable(value);
        }
      }
      case IIR_FCR -> writeFifoControl(value);
      case LCR -> {
        line.setRegister(value);
        if (line.sendsBreak() && !loopback()) {
          unmodelled.record(name + ": break on the line");
        }
      }
      case MCR -> writeModemControl(value);
      case LSR, MSR -> unmodelled.record(name + ": write of a status register");
      case SCR -> scr = value;
      default -> throw new AssertionError(port);
    }
    driveInterrupt();
  }

  /** Waits, in no time, until everything that was written is on the line. */
  public void drain() {
    transmitter.drain();
    driveInterrupt();
  }

  /** Drains, and then raises no more interrupts. */
  @Override
  public void suspend(PowerPhase phase) {
    if (phase == PowerPhase.FREEZE) {
      drain();
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
    out.put("ier", ier).put("fifosEnabled", fifosEnabled).put("mcr", mcr).put("scr", scr);
    out.put("modemDeltas", modemDeltas).put("suspendedIer", suspendedIer);
    line.save(out);
    transmitter.save(out);
    receiver.save(out);
  }

  /** What is on the line from outside stays there: it is not the port's. */
  @Override
  public void restore(Section in) {
    ier = in.getInt("ier");
    fifosEnabled = in.getBoolean("fifosEnabled");
    mcr = in.getInt("mcr");
    scr = in.getInt("scr");
    modemDeltas = in.getInt("modemDeltas");
    suspendedIer = in.getInt("suspendedIer");
    line.restore(in);
    transmitter.restore(in);
    receiver.restore(in);
    driveInterrupt();
  }

  @Override
  public String toString() {
    return name;
  }

  private void sent(int character) {
    if (loopback()) {
      receiver.accept(character, clock.nanos());
    } else {
      sink.write(character);
    }
  }

  private boolean loopback() {
    return (mcr & MCR_LOOP) != 0;
  }

  private void writeInterruptEnable(int value) {
    if ((value & ~IER_BITS) != 0) {
      unmodelled.record(name + " IER: reserved bits");
    }
    if ((value & ~ier & IER_THR_EMPTY) != 0) {
      transmitter.raiseEmpty();
    }
    ier = value & IER_BITS;
  }

  /** Turning the FIFOs on or off clears both; other bits count only while they are on. */
  private void writeFifoControl(int value) {
    if ((value & FCR_NOT_MODELLED) != 0) {
      unmodelled.record(name + " FCR: DMA mode, reserved bits");
    }
    boolean enable = (value & FCR_ENABLE) != 0;
    boolean changes = enable != fifosEnabled;
    if (changes || enable && (value & FCR_CLEAR_RECEIVER) != 0) {
      receiver.clearFifo();
    }
    if (changes || enable && (value & FCR_CLEAR_TRANSMITTER) != 0) {
      transmitter.clearFifo();
    }
    fifosEnabled = enable;
    transmitter.enableFifo(enable);
    receiver.enableFifo(enable, enable ? value >>> 6 : 0);
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
    if (!loopback()) {
      return MSR_CONNECTED;
    }
    return (mcr & 0x02) << 3 | (mcr & 0x01) << 5 | (mcr & 0x04) << 4 | (mcr & 0x08) << 4;
  }

  private int readModemStatus() {
    int value = modemLines() | modemDeltas;
    modemDeltas = 0;
    return value;
  }

  private int readLineStatus() {
    int value =
        (receiver.dataReady() ? LSR_DATA_READY : 0)
            | (receiver.overrun() ? LSR_OVERRUN : 0)
            | (loopback() && line.sendsBreak() ? LSR_BREAK : 0)
            | (transmitter.holdingEmpty() ? LSR_THR_EMPTY : 0)
            | (transmitter.idle() ? LSR_TRANSMITTER_EMPTY : 0);
    receiver.acknowledgeOverrun();
    return value;
  }

  private int readInterruptIdentification() {
    int id = pendingInterrupt();
    if (id == IIR_THR_EMPTY) {
      transmitter.acknowledgeEmpty();
    }
    return id | (fifosEnabled ? IIR_FIFOS : 0);
  }

  /** Data sheet, table IV: the highest priority first. */
  private int pendingInterrupt() {
    if ((ier & IER_LINE_STATUS) != 0 && receiver.overrun()) {
      return IIR_LINE_STATUS;
    }
    if ((ier & IER_RECEIVED) != 0 && receiver.triggered()) {
      return IIR_RECEIVED;
    }
    if ((ier & IER_RECEIVED) != 0 && receiver.timedOut()) {
      return IIR_TIMEOUT;
    }
    if ((ier & IER_THR_EMPTY) != 0 && transmitter.emptyPending()) {
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
}
