package dev.biosgateway.kexec.load;

/** kexec refuses: the error number Linux would return, and in words what Linux never says. */
public final class KexecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Errno errno;

  /** A refusal; {@code message} names the segment or the step. */
  public KexecException(Errno errno, String message) {
    super(errno + ": " + message);
    this.errno = errno;
  }

  /** A refusal with what caused it. */
  public KexecException(Errno errno, String message, Throwable cause) {
    super(errno + ": " + message, cause);
    this.errno = errno;
  }

  /** EINVAL. */
  public static KexecException invalid(String message) {
    return new KexecException(Errno.EINVAL, message);
  }

  /** The error number. */
  public Errno errno() {
    return errno;
  }
}
