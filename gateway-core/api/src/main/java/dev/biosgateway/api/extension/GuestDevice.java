package dev.biosgateway.api.extension;

import org.osgi.annotation.versioning.ConsumerType;

/** One device in one machine. Called by one thread at a time. */
@ConsumerType
public interface GuestDevice {
  /** Puts every register into its documented state after a reset. */
  void reset();

  /** Writes every field that decides what the device does next, always in the same order. */
  void save(DeviceState out);

  /**
   * Reads the fields in the order in which {@link #save} wrote them. Timers and the levels of
   * interrupt lines are the slot's own and are restored by it.
   */
  void restore(DeviceState in);
}
