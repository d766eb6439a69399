package dev.biosgateway.x86.bus;

/**
 * A device's side of I/O ports. The {@link PortMap} splits an access that is wider than the
 * handler's declared width into narrower ones, low address first, as the ISA bus does.
 */
public interface PortHandler {

  /**
   * @param port 0 to 0xffff
   * @param size 1, 2 or 4 bytes
   * @return the value, zero-extended
   */
  int in(int port, int size);

  /**
   * @param value zero-extended to 32 bits
   */
  void out(int port, int size, int value);
}
