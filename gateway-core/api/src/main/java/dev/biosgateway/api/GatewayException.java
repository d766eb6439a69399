package dev.biosgateway.api;

/** Base of all errors the gateway raises by itself. How a guest ended is a result, not an error. */
public class GatewayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error in words. */
  public GatewayException(String message) {
    super(message);
  }

  /** An error in words, with what caused it. */
  public GatewayException(String message, Throwable cause) {
    super(message, cause);
  }
}
