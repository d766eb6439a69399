package dev.biosgateway.api.spi;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * The service that opens machines. Implemented by the kexec bridge. Safe for use by all threads.
 */
@ConsumerType
public interface MachineProvider {
  /**
   * Powers a machine on.
   *
   * @throws IllegalArgumentException if the board or the processor model is unknown; the message
   *     lists those that exist
   */
  GuestMachine open(MachineSettings settings);
}
