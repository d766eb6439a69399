package dev.biosgateway.x86.device;

/** A device with inputs for the interrupt requests of others. */
public interface InterruptController {

  /**
   * The wire to an input.
   *
   * @throws IllegalArgumentException when there is no such input
   */
  InterruptLine irq(int irq);

  /** Takes the wire away that {@link #irq} laid last. */
  void cut();
}
