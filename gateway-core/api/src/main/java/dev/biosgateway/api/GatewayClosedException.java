package dev.biosgateway.api;

/** The gateway, its machine or the routine's plugin has gone; look the service up again. */
public class GatewayClosedException extends GatewayException {
  private static final long serialVersionUID = 1L;

  /** An error in words. */
  public GatewayClosedException(String message) {
    super(message);
  }
}
