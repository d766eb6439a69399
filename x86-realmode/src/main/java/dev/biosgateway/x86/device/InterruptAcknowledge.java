package dev.biosgateway.x86.device;

/** The interrupt controller's answer to the CPU's two INTA cycles. */
@FunctionalInterface
public interface InterruptAcknowledge {

  /** Returns the vector, 0 to 255, and marks the request as in service. */
  int acknowledge();
}
