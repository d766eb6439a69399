package dev.biosgateway.x86;

import dev.biosgateway.x86.device.ConsoleSink;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * What the guest wrote for people to read: kept, up to a limit, and passed on to a listener. A
 * machine's own thread writes and reads it.
 */
public final class Console implements ConsoleSink {
  /** Bytes that are kept; what comes later is counted only. */
  public static final int LIMIT = 1 << 20;

  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private long dropped;
  private ConsoleSink listener = b -> {};

  Console() {}

  @Override
  public void write(int b) {
    if (kept.size() < LIMIT) {
      kept.write(b);
    } else {
      dropped++;
    }
    listener.write(b);
  }

  /** Passes every byte on as it is written, those beyond the limit included. */
  public void setListener(ConsoleSink listener) {
    this.listener = listener;
  }

  /** What was written since the last {@link #clear}, one character a byte. */
  public String text() {
    return kept.toString(StandardCharsets.ISO_8859_1);
  }

  /** Bytes that no longer found room. */
  public long dropped() {
    return dropped;
  }

  public void clear() {
    kept.reset();
    dropped = 0;
  }
}
