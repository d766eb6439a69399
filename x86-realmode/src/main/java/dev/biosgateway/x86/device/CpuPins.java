package dev.biosgateway.x86.device;

/** The pins of the CPU that devices drive. */
public interface CpuPins {

  /** INTR; the CPU acknowledges through the {@link InterruptAcknowledge} it was given. */
  void setIntr(boolean high);

  /** NMI, edge triggered: each call is an edge. */
  void nmi();

  /** RESET# or INIT#: the machine resets after the current instruction. */
  void requestReset(ResetKind kind);

  /**
   * Gives the processor its local APIC.
   *
   * @return whether its model has one; a Pentium is the first that does
   */
  boolean connectApic(ApicBase base);

  /** VCC goes away, as when ACPI enters S5: the machine stops after the current instruction. */
  void powerOff();

  /**
   * VCC of the processor alone goes away, as in S3: after the current instruction none is executed
   * until a reset, while time goes on from event to event.
   */
  void stopClock();

  void setInterruptAcknowledge(InterruptAcknowledge acknowledge);

  /** FERR#: what the CPU drives while a floating-point error waits and CR0.NE is 0. */
  void connectFerr(InterruptLine line);

  /** IGNNE#: while high here (active), floating-point errors are ignored when CR0.NE is 0. */
  void setIgnne(boolean active);

  /** Address of the instruction that is being executed, for logs: {@code CS:EIP}. */
  String where();
}
