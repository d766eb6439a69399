package dev.biosgateway.api;

/** A request breaks a rule; the message says what was found and what is possible. */
public class InvalidRequestException extends GatewayException {
  private static final long serialVersionUID = 1L;

  /** An error in words. */
  public InvalidRequestException(String message) {
    super(message);
  }

  /** An error in words, with what caused it. */
  public InvalidRequestException(String message, Throwable cause) {
    super(message, cause);
  }
}
