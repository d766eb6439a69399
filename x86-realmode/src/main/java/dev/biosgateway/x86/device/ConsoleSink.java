package dev.biosgateway.x86.device;

/** Takes what the guest writes for people to read. */
@FunctionalInterface
public interface ConsoleSink {

  /**
   * @param b one byte, 0 to 255
   */
  void write(int b);
}
