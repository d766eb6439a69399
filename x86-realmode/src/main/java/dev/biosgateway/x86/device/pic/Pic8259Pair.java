package dev.biosgateway.x86.device.pic;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.InterruptAcknowledge;
import dev.biosgateway.x86.device.InterruptController;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.WiredOr;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;
import java.util.ArrayList;
import java.util.List;

/**
 * The two interrupt controllers of a PC/AT: the master at ports 20h and 21h drives the CPU's INTR,
 * the slave at A0h and A1h drives the master's IR2; ELCR at 4D0h and 4D1h.
 *
 * <p>At power-on everything is masked, since no firmware has given vectors to the inputs yet.
 */
public final class Pic8259Pair
    implements Device, InterruptController, InterruptAcknowledge, PortHandler {
  private static final int MASTER = 0x20;
  private static final int SLAVE = 0xa0;
  private static final int ELCR_MASTER = 0x4d0;
  private static final int ELCR_SLAVE = 0x4d1;
  private static final int CASCADE = 2;

  private final WiredOr inputs = new WiredOr(16, this::level);
  private final List<WiredOr.Listener> taps = new ArrayList<>();
  private Pic8259 master;
  private Pic8259 slave;
  private InterruptLine output;

  @Override
  public void attach(Wiring wiring) {
    // 82371SB (PIIX3) data sheet, "ELCR1, ELCR2": IRQ 0, 1, 2, 8 and 13 can only be edge triggered.
    master = new Pic8259("master", 0xf8, wiring.unmodelled());
    slave = new Pic8259("slave", 0xde, wiring.unmodelled());
    output = wiring.cpu()::setIntr;
    inputs.beforeChange(wiring.bus().touched::touchAll);
    wiring.ports().map(MASTER, 2, 1, this);
    wiring.ports().map(SLAVE, 2, 1, this);
    wiring.ports().map(ELCR_MASTER, 2, 1, this);
    wiring.cpu().setInterruptAcknowledge(this);
  }

  @Override
  public void reset(ResetKind kind) {
    master.powerOn();
    slave.powerOn();
    propagate();
  }

  /** Inputs are 0 to 15 without 2, which is the cascade. Each call lays a new wire. */
  @Override
  public InterruptLine irq(int irq) {
    if (irq < 0 || irq > 15 || irq == CASCADE) {
      throw new IllegalArgumentException("irq: expected 0, 1, 3 .. 15, found " + irq);
    }
    return inputs.wire(irq);
  }

  @Override
  public void cut() {
    inputs.cut();
  }

  /** Tells another interrupt controller of the levels of all inputs, as they change. */
  public void tap(WiredOr.Listener other) {
    taps.add(other);
  }

  /** Leads INT of the master to something else than the CPU's INTR, such as a local APIC. */
  public void connectOutput(InterruptLine line) {
    output = line;
    line.set(master.requests());
  }

  @Override
  public int in(int port, int size) {
    int value =
        switch (port) {
          case ELCR_MASTER -> master.elcr();
          case ELCR_SLAVE -> slave.elcr();
          default -> chip(port).in((port & 1) != 0);
        };
    propagate(); // a poll is an acknowledge
    return value;
  }

  @Override
  public void out(int port, int size, int value) {
    switch (port) {
      case ELCR_MASTER -> master.setElcr(value);
      case ELCR_SLAVE -> slave.setElcr(value);
      default -> chip(port).out((port & 1) != 0, value);
    }
    propagate();
  }

  @Override
  public String sectionName() {
    return "pic8259";
  }

  @Override
  public void save(Section out) {
    inputs.save("inputs", out);
    master.save(out);
    slave.save(out);
  }

  @Override
  public void restore(Section in) {
    inputs.restore("inputs", in);
    master.restore(in);
    slave.restore(in);
    output.set(master.requests());
  }

  @Override
  public String toString() {
    return "pic8259";
  }

  private Pic8259 chip(int port) {
    return port < SLAVE ? master : slave;
  }

  private void propagate() {
    master.drive(CASCADE, slave.requests());
    output.set(master.requests());
  }

  private void level(int irq, boolean high) {
    if (irq < 8) {
      master.drive(irq, high);
    } else {
      slave.drive(irq - 8, high);
    }
    propagate();
    for (WiredOr.Listener tap : taps) {
      tap.level(irq, high);
    }
  }

  /** The two INTA cycles. */
  @Override
  public int acknowledge() {
    int input = master.acknowledge();
    int vector;
    if (input < 0) {
      vector = master.vector(7);
    } else if (master.cascades(input)) {
      int slaveInput = slave.acknowledge();
      vector = slave.vector(slaveInput < 0 ? 7 : slaveInput);
    } else {
      vector = master.vector(input);
    }
    propagate();
    return vector;
  }
}
