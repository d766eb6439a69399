package dev.biosgateway.x86.device;

/**
 * A device that can be pulled again, such as a plugin's. Cards are pulled in reverse order of their
 * plugging, so that a machine without them is exactly what it was before.
 */
public interface ExpansionCard extends Device {
  /**
   * Gives back all that {@link #attach} claimed: ports, regions, lines, functions, events. Must not
   * fail, also where attaching did.
   */
  void pull();
}
