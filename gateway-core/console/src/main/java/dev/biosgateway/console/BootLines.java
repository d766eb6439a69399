package dev.biosgateway.console;

import dev.biosgateway.api.InvalidRequestException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files that lines of a machine lead to, for as long as it runs. */
final class BootLines implements AutoCloseable {
  private final List<OutputStream> open = new ArrayList<>();

  /**
   * A file, emptied.
   *
   * @param option for the error
   */
  OutputStream file(String option, String name) {
    try {
      OutputStream out = new BufferedOutputStream(Files.newOutputStream(Path.of(name)));
      open.add(out);
      return out;
    } catch (IOException e) {
      throw new InvalidRequestException(option + ": cannot write " + name + ": " + e, e);
    }
  }

  @Override
  public void close() {
    for (OutputStream out : open) {
      try {
        out.close();
      } catch (IOException e) {
        throw new InvalidRequestException("cannot write what the guest has sent: " + e, e);
      }
    }
  }
}
