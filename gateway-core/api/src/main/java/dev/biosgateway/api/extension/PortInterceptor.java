package dev.biosgateway.api.extension;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Stands between guest code and the devices behind ports, while a routine runs: looks on, changes
 * what passes, or answers itself. Register it as a service with the properties {@link #PROGRAM} and
 * {@link #PORTS}. Of several the higher ranked is nearer to the guest. Policies are asked before
 * it.
 */
@ConsumerType
public non-sealed interface PortInterceptor extends Extension {
  /** Service property: its ports, a String: {@code 0x60-0x64, 0x70}. */
  String PORTS = "biosgateway.ports";

  /**
   * A read of which at least one byte is at one of its ports.
   *
   * @param port the first port of the access
   * @param size 1, 2 or 4 bytes
   * @param behind who would have answered
   * @return what the guest gets, zero-extended
   */
  default int in(int port, int size, ExpansionSlot.Responder behind) {
    return behind.read(port, size);
  }

  /** A write; with parameters as {@link #in}. What is not passed on does not happen. */
  default void out(int port, int size, int value, ExpansionSlot.Responder behind) {
    behind.write(port, size, value);
  }
}
