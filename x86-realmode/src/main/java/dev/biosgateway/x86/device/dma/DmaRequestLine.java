package dev.biosgateway.x86.device.dma;

/** DREQ: the wire from a device to its channel. */
@FunctionalInterface
public interface DmaRequestLine {

  /**
   * Drives the line. While it is high and the channel is not masked, transfers happen before this
   * returns; a channel that is masked now serves the request when it is let go.
   */
  void set(boolean high);
}
