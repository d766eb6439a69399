package dev.biosgateway.api;

/** All machines are in use, and as many callers wait for one as may. Later it may be otherwise. */
public class GatewayBusyException extends GatewayException {
  private static final long serialVersionUID = 1L;

  /** An error in words. */
  public GatewayBusyException(String message) {
    super(message);
  }
}
