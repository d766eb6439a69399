package dev.biosgateway.api.kexec;

import dev.biosgateway.api.GatewayException;

/** Kexec refuses, with the error number Linux would give and the words Linux does not. */
public final class KexecRefusedException extends GatewayException {
  private static final long serialVersionUID = 1L;

  private final String errno;

  /**
   * A refusal.
   *
   * @param errno its name, for example {@code EADDRNOTAVAIL}
   * @param message that begins with it
   */
  public KexecRefusedException(String errno, String message, Throwable cause) {
    super(message, cause);
    this.errno = errno;
  }

  /** Name of the error number. */
  public String errno() {
    return errno;
  }
}
