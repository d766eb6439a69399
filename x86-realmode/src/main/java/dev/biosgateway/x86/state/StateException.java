package dev.biosgateway.x86.state;

/** A saved state does not fit the component that should take it. */
public final class StateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StateException(String message) {
    super(message);
  }
}
