package dev.biosgateway.api;

/** Nothing of that name can be called; the message lists what can. */
public class NoSuchRoutineException extends GatewayException {
  private static final long serialVersionUID = 1L;

  /** An error in words. */
  public NoSuchRoutineException(String message) {
    super(message);
  }
}
