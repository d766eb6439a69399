package dev.biosgateway.x86.device;

/** A wire to an interrupt controller. */
@FunctionalInterface
public interface InterruptLine {

  /** Drives the line high (true) or low. Driving the level it already has does nothing. */
  void set(boolean high);
}
