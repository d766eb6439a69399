package dev.biosgateway.x86.device.ports;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.device.CpuPins;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;

/**
 * System control port A, 92h (82371SB data sheet, "Port 92 Register"): bit 1 opens the A20 gate, a
 * rising bit 0 resets the CPU.
 */
public final class Port92 implements Device, PortHandler {
  private static final int PORT = 0x92;
  private static final int FAST_INIT = 0x01;
  private static final int FAST_A20 = 0x02;

  private final boolean a20AtReset;
  private PhysicalBus bus;
  private CpuPins cpu;
  private UnmodelledAccess unmodelled;
  private int control;

  /**
   * @param a20AtReset whether a reset leaves the gate open, as POST does, or closed, as the chip
   *     does: a board without firmware wants the former
   */
  public Port92(boolean a20AtReset) {
    this.a20AtReset = a20AtReset;
  }

  @Override
  public void attach(Wiring wiring) {
    bus = wiring.bus();
    cpu = wiring.cpu();
    unmodelled = wiring.unmodelled();
    wiring.ports().map(PORT, 1, 1, this);
  }

  @Override
  public void reset(ResetKind kind) {
    control = a20AtReset ? FAST_A20 : 0;
    bus.setA20(a20AtReset);
  }

  /** Bit 1 is what was written here, whatever else moves the gate. */
  @Override
  public int in(int port, int size) {
    return control;
  }

  @Override
  public void out(int port, int size, int value) {
    if ((value & ~(FAST_A20 | FAST_INIT)) != 0) {
      unmodelled.record("port 92h: bits 2 to 7 (lock, drive lights)");
    }
    boolean initRises = (value & ~control & FAST_INIT) != 0;
    control = value & (FAST_A20 | FAST_INIT);
    bus.setA20((value & FAST_A20) != 0);
    if (initRises) {
      cpu.requestReset(ResetKind.HARD);
    }
  }

  @Override
  public String sectionName() {
    return "port92";
  }

  @Override
  public void save(Section out) {
    out.put("control", control);
  }

  /** The gate itself is part of the bus's section. */
  @Override
  public void restore(Section in) {
    control = in.getInt("control");
  }

  @Override
  public String toString() {
    return "port92";
  }
}
