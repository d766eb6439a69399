package dev.biosgateway.api.extension;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A device in Java, as an expansion card: register it as a service with the property {@link
 * #PROGRAM}, which is also the device's name in policies ({@code deny devices NAME}), in
 * requirements ({@code (device=NAME)}) and in saved states, and therefore has no dot. It is plugged
 * in before all ROMs, so that their inits find it, and pulled when the service goes.
 *
 * <p>Each machine has a device of its own: {@link #plugInto} builds one for every machine of the
 * pool and for every session. What a device does to the guest is rolled back with the guest; so is
 * what it keeps in fields, where {@link GuestDevice#save} and {@link GuestDevice#restore} say them.
 */
@ConsumerType
@FunctionalInterface
public non-sealed interface DeviceModel extends Extension {
  /**
   * Builds a device and claims what it answers. It is reset next.
   *
   * @param slot of the machine the device is for; to be kept for timers, interrupts and memory
   * @throws dev.biosgateway.api.InvalidRequestException out of the slot, where ports or memory are
   *     not free or the board lacks something: the program has failed then, with these words
   */
  GuestDevice plugInto(ExpansionSlot slot);
}
