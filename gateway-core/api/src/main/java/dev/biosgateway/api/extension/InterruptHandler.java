package dev.biosgateway.api.extension;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * An interrupt handler in Java: register it as a service with the properties {@link #PROGRAM} and
 * {@link #VECTOR}, and it is a program like any other, with its state, its ranking ({@code
 * service.ranking}) and its routine service. In guest memory it is a small option ROM whose handler
 * leads here: INT n goes through the guest's own vector table, guest code can hook the vector, call
 * the handler it found there, and be called by it.
 *
 * <p>All machines of a gateway share one handler, so it is safe for use by any number of threads;
 * what it keeps in Java is not rolled back with the guest. It returns soon: the guest, its timeout
 * and whoever cancels it wait for it.
 */
@ConsumerType
@FunctionalInterface
public interface InterruptHandler {
  /** Service property: the program's name, a String. */
  String PROGRAM = "biosgateway.program";

  /** Service property: the vector, an Integer from 0 to 255. */
  String VECTOR = "biosgateway.vector";

  /** Service property: the program's version, a String; the bundle's if it is left out. */
  String VERSION = "biosgateway.version";

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
