package dev.biosgateway.x86.bus;

/**
 * A {@link PortFilter}, a {@link MemoryGuard} or a limit refused an access. Stops the run; the
 * instruction has not happened.
 */
public final class AccessDeniedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AccessDeniedException(String reason) {
    super(reason, null, false, false);
  }
}
