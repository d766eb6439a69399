package dev.biosgateway.x86.device.ports;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.device.CpuPins;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;

/**
 * How a PC takes floating-point errors while CR0.NE is 0 (82371SB data sheet, "Coprocessor Error
 * Register"): FERR# raises IRQ 13 and keeps it; a write to port F0h takes it back and activates
 * IGNNE#, until the CPU lets go of FERR#.
 */
public final class CoprocessorError implements Device, PortHandler {
  private static final int PORT = 0xf0;
  private static final int IRQ = 13;

  private CpuPins cpu;
  private InterruptLine irq13;
  private UnmodelledAccess unmodelled;
  private boolean ferr;
  private boolean interrupt;
  private boolean ignne;

  @Override
  public void attach(Wiring wiring) {
    cpu = wiring.cpu();
    irq13 = wiring.irq(IRQ);
    unmodelled = wiring.unmodelled();
    wiring.ports().map(PORT, 1, 1, this);
    cpu.connectFerr(this::ferr);
  }

  @Override
  public void reset(ResetKind kind) {
    interrupt = false;
    ignne = false;
    drive();
  }

  @Override
  public int in(int port, int size) {
    unmodelled.record("port F0h: read of a write-only register");
    return 0xff;
  }

  @Override
  public void out(int port, int size, int value) {
    interrupt = false;
    ignne = ferr;
    drive();
  }

  @Override
  public String sectionName() {
    return "coprocessorError";
  }

  @Override
  public void save(Section out) {
    out.put("ferr", ferr).put("interrupt", interrupt).put("ignne", ignne);
  }

  @Override
  public void restore(Section in) {
    ferr = in.getBoolean("ferr");
    interrupt = in.getBoolean("interrupt");
    ignne = in.getBoolean("ignne");
    drive();
  }

  @Override
  public String toString() {
    return "coprocessorError";
  }

  private void ferr(boolean active) {
    ferr = active;
    if (active && !ignne) {
      interrupt = true;
    } else if (!active) {
      ignne = false;
    }
    drive();
  }

  private void drive() {
    irq13.set(interrupt);
    cpu.setIgnne(ignne);
  }
}
