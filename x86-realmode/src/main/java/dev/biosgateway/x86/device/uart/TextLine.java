package dev.biosgateway.x86.device.uart;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A line into the program: what the guest sends is a text, what is typed reaches the guest. */
public final class TextLine implements SerialLine {
  private final StringBuffer sent = new StringBuffer();
  private final ConcurrentLinkedQueue<Byte> typed = new ConcurrentLinkedQueue<>();

  /** Types text, one byte a character; any thread. */
  public void type(String text) {
    for (byte b : text.getBytes(StandardCharsets.ISO_8859_1)) {
      typed.add(b);
    }
  }

  /** What the guest has sent, one character a byte; any thread. */
  public String text() {
    return sent.toString();
  }

  @Override
  public void transmit(int character) {
    sent.append((char) character);
  }

  @Override
  public int receive() {
    Byte next = typed.poll();
    return next == null ? -1 : next & 0xff;
  }
}
