package dev.biosgateway.x86.device.dma;

/**
 * A device at a DMA channel, as its pins are: while its request line is high it is acknowledged,
 * once for each byte (channels 0 to 3) or word (5 to 7). Called on the machine's thread, from
 * within {@link DmaRequestLine#set} or the guest's write to the controller that lets the channel
 * go.
 */
public interface DmaRequester {

  /** DACK with IOR: gives the next byte or word for memory. */
  int read();

  /** DACK with IOW: takes the next byte or word from memory. */
  void write(int value);

  /** DACK alone, as a channel in verify mode gives it: nobody drives or takes data. */
  void verify();

  /** TC, together with the acknowledge that has just been given: the count has run out. */
  void terminalCount();
}
