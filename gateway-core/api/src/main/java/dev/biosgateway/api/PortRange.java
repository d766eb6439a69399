package dev.biosgateway.api;

/**
 * An inclusive range of I/O ports.
 *
 * @param first 0 to 0xffff
 * @param last {@code first} to 0xffff
 */
public record PortRange(int first, int last) {
  /**
   * Checks the bounds.
   *
   * @throws InvalidRequestException if they are not ports or in the wrong order
   */
  public PortRange {
    if (first < 0 || last > 0xffff || first > last) {
      throw new InvalidRequestException(
          String.format("ports 0x%x-0x%x: expected 0 <= first <= last <= 0xffff", first, last));
    }
  }

  /** The range of one port. */
  public static PortRange of(int port) {
    return new PortRange(port, port);
  }

  /** Whether the port lies within. */
  public boolean contains(int port) {
    return port >= first && port <= last;
  }

  /** {@code 0x3c0-0x3df}, or {@code 0x80} if it is one port. */
  @Override
  public String toString() {
    return first == last ? String.format("0x%x", first) : String.format("0x%x-0x%x", first, last);
  }
}
