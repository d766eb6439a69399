package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.device.CpuPins;
import dev.biosgateway.x86.device.InterruptAcknowledge;
import dev.biosgateway.x86.device.ResetKind;

/** The CPU's side of the pins that devices drive. */
public final class Pins implements CpuPins {
  private final Cpu cpu;
  private ResetKind requestedReset;

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
  public void setInterruptAcknowledge(InterruptAcknowledge acknowledge) {
    cpu.interrupts.setAcknowledge(acknowledge);
  }

  @Override
  public String where() {
    return "%04x:%08x".formatted(cpu.cs.selector, cpu.instructionEip);
  }

  /** The reset that a device asked for, null when none; the machine carries it out. */
  public ResetKind requestedReset() {
    return requestedReset;
  }

  /** Forgets the request, because it has been carried out. */
  public void clearRequestedReset() {
    requestedReset = null;
  }
}
