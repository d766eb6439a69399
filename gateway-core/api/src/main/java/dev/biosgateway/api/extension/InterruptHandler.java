package dev.biosgateway.api.extension;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * An interrupt handler in Java: register it as a service with the properties {@link #PROGRAM} and
 * {@link #VECTOR}, and it is a program like any other, with its state, its ranking ({@code
 * service.ranking}) and its routine service. In guest memory it is a small option ROM whose handler
 * leads here: INT n goes through the guest's own vector table, guest code can hook the vector, call
 * the handler it found there, and be called by it.
 *
 * <p>What it keeps in Java is not rolled back with the guest.
 */
@ConsumerType
@FunctionalInterface
public non-sealed interface InterruptHandler extends Extension {
  /** Service property: the vector, an Integer from 0 to 255. */
  String VECTOR = "biosgateway.vector";

  /** How the guest goes on. */
  enum Outcome {
    /** It returns to whoever called the interrupt. */
    DONE,
    /** It goes on in the handler that had the vector before; if there was none, it returns. */
    CHAIN
  }

  /**
   * Handles an interrupt. What it throws ends the call with a fault that says so.
   *
   * @param guest the guest at the handler's entry; not to be used afterwards
   */
  Outcome handle(InterruptedGuest guest);
}
