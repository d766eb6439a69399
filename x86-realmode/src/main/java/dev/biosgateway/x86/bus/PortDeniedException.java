package dev.biosgateway.x86.bus;

/** A {@link PortFilter} refused an access. Stops the run; the instruction has not happened. */
public final class PortDeniedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PortDeniedException(String reason) {
    super(reason, null, false, false);
  }
}
