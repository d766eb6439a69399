package dev.biosgateway.kexec.boot;

import dev.biosgateway.api.GatewayException;
import dev.biosgateway.x86.device.ConsoleSink;
import java.io.IOException;
import java.io.OutputStream;

/** What is at the other end of a line: keeps what the guest sends, and passes it on. */
final class SerialTerminal implements ConsoleSink {
  private final StringBuilder text = new StringBuilder();
  private final OutputStream out;
  private boolean unflushed;

  /**
   * @param out null for nobody
   */
  SerialTerminal(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) {
    text.append((char) (b & 0xff));
    if (out != null) {
      try {
        out.write(b);
        unflushed = true;
      } catch (IOException e) {
        throw failed(e);
      }
    }
  }

  /** Lets whoever reads the other end see all there is. */
  void flush() {
    if (unflushed) {
      try {
        out.flush();
      } catch (IOException e) {
        throw failed(e);
      }
      unflushed = false;
    }
  }

  private static GatewayException failed(IOException e) {
    return new GatewayException("what the guest sends cannot be written: " + e.getMessage(), e);
  }

  /** One character a byte. Grows; not to be kept. */
  CharSequence text() {
    return text;
  }
}
