package dev.biosgateway.x86.bus;

/** Decides before a port access reaches a device; how a call's port policy is enforced. */
@FunctionalInterface
public interface PortFilter {

  /**
   * @param port the first port of the access
   * @param size 1, 2 or 4 bytes
   * @return null to let it pass, or the reason why not: the run stops before the access
   */
  String deny(int port, int size, boolean out);
}
