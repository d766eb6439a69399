package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.device.ApicBase;
import dev.biosgateway.x86.device.CpuPins;
import dev.biosgateway.x86.device.InterruptAcknowledge;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.state.Section;

/**
 * The CPU's side of the pins that devices drive: INTR, NMI (SDM vol. 3, 6.3.1), RESET# (9.1), FERR#
 * and IGNNE# (vol. 1, 8.7.2).
 */
public final class Pins implements CpuPins {
  /** In a saved section: nobody asked for a reset. */
  private static final int NO_RESET = -1;

  private final Cpu cpu;
  private ResetKind requestedReset;
  private boolean poweredOff;
  private boolean clockStopped;
  private ApicBase apicBase;
  private InterruptLine ferrLine = high -> {};
  private boolean ferr;
  private boolean ignne;

  Pins(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void setIntr(boolean high) {
    cpu.interrupts.setIntr(high);
  }

  @Override
  public void nmi() {
    cpu.interrupts.nmi();
  }

  @Override
  public void requestReset(ResetKind kind) {
    requestedReset = kind;
    cpu.attend();
  }

  @Override
  public boolean connectApic(ApicBase base) {
    if (!cpu.model.isAtLeast(CpuModel.PENTIUM)) {
      return false;
    }
    apicBase = base;
    return true;
  }

  /** The local APIC's base register, null when there is no local APIC. */
  ApicBase apicBase() {
    return apicBase;
  }

  @Override
  public void powerOff() {
    poweredOff = true;
    cpu.attend();
  }

  @Override
  public void stopClock() {
    clockStopped = true;
    cpu.attend();
  }

  /** Whether no instruction is executed until a reset: suspend to RAM. */
  public boolean clockStopped() {
    return clockStopped;
  }

  @Override
  public void setInterruptAcknowledge(InterruptAcknowledge acknowledge) {
    cpu.interrupts.setAcknowledge(acknowledge);
  }

  @Override
  public void connectFerr(InterruptLine line) {
    ferrLine = line;
    line.set(ferr);
  }

  @Override
  public void setIgnne(boolean active) {
    ignne = active;
  }

  /** Whether FERR# is active. */
  boolean ferr() {
    return ferr;
  }

  void driveFerr(boolean active) {
    if (ferr != active) {
      ferr = active;
      cpu.bus.touched.touchAll();
      ferrLine.set(active);
    }
  }

  boolean ignne() {
    return ignne;
  }

  /** RESET# lets go of FERR#, and the clock runs; IGNNE# is the board's. */
  void reset() {
    driveFerr(false);
    clockStopped = false;
  }

  void save(Section out) {
    out.put("ferr", ferr).put("ignne", ignne);
    out.put("requestedReset", requestedReset == null ? NO_RESET : requestedReset.ordinal());
    out.put("poweredOff", poweredOff).put("clockStopped", clockStopped);
  }

  /** The line itself is restored by the device at its other end. */
  void restore(Section in) {
    ferr = in.getBoolean("ferr");
    ignne = in.getBoolean("ignne");
    int reset = in.getInt("requestedReset");
    requestedReset = reset == NO_RESET ? null : ResetKind.values()[reset];
    poweredOff = in.getBoolean("poweredOff");
    clockStopped = in.getBoolean("clockStopped");
  }

  @Override
  public String where() {
    return "%04x:%08x".formatted(cpu.cs.selector, cpu.retirement.placeEip());
  }

  /** The reset that a device asked for, null when none; the machine carries it out. */
  public ResetKind requestedReset() {
    return requestedReset;
  }

  /** Whether a device has switched the power off. */
  public boolean poweredOff() {
    return poweredOff;
  }

  /** Forgets the requests for a reset, no clock or no power, because the machine comes up again. */
  public void clearRequests() {
    requestedReset = null;
    poweredOff = false;
    clockStopped = false;
  }
}
