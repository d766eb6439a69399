package dev.biosgateway.x86.bus;

/**
 * Stands between the CPU and the devices behind ports: what it passes on to {@link
 * PortMap#readDevice} and {@link PortMap#writeDevice} is what they see. Asked after the {@link
 * PortFilter}, for whole accesses of the CPU.
 */
public interface PortInterposer {
  /**
   * Whether an access is its business.
   *
   * @param port the first port of the access
   * @param size 1, 2 or 4 bytes
   */
  boolean interposes(int port, int size);

  /** What a read of the guest gets, zero-extended; with parameters as {@link PortHandler#in}. */
  int in(int port, int size);

  /** Takes a write of the guest; with parameters as {@link PortHandler#out}. */
  void out(int port, int size, int value);
}
