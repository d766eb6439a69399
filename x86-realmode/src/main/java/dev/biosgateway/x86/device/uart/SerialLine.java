package dev.biosgateway.x86.device.uart;

/**
 * What a serial port's cable leads to: a file, a pipe, a string, a socket. Called on the machine's
 * thread; must not block.
 */
public interface SerialLine {

  /**
   * Takes a character that the guest sent.
   *
   * @param character 0 to 255
   */
  void transmit(int character);

  /** The next character for the guest, 0 to 255, or -1 when none has come yet. */
  int receive();
}
