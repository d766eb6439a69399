package dev.biosgateway.api;

/**
 * How often a call used an I/O port.
 *
 * @param port 0 to 0xffff
 * @param direction as the processor sees it
 * @param count accesses, at least 1
 */
public record PortAccess(int port, Direction direction, long count) {
  /** Direction of an I/O instruction. */
  public enum Direction {
    /** The guest read the port. */
    IN,
    /** The guest wrote the port. */
    OUT
  }
}
