package dev.biosgateway.x86.media;

import java.io.IOException;

/**
 * An image cannot be used as asked: not readable, of a size no medium has, write protected, or the
 * host failed while reading or writing. The text names the file, what was expected and what was
 * found.
 */
public final class ImageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ImageException(String message) {
    super(message);
  }

  ImageException(String message, IOException cause) {
    super(message + ": " + cause, cause);
  }
}
