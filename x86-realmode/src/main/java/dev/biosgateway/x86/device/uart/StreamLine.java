package dev.biosgateway.x86.device.uart;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A line to streams of the host: a file, the ends of a pipe, a socket's. A thread of its own reads,
 * so that the machine never waits for input; output is written as it comes.
 */
public final class StreamLine implements SerialLine, AutoCloseable {
  private static final int CHUNK = 4096;

  private final InputStream in;
  private final OutputStream out;
  private final ConcurrentLinkedQueue<Byte> arrived = new ConcurrentLinkedQueue<>();

  /**
   * @param name for the reading thread
   * @param in what the guest receives, until its end
   * @param out what the guest sends
   */
  public StreamLine(String name, InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
    Thread reader = new Thread(this::read, "serial line " + name);
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * A line that writes what the guest sends to a file, in place of what was in it.
   *
   * @throws IOException when the file cannot be written
   */
  public static StreamLine toFile(Path file) throws IOException {
    return new StreamLine(
        file.toString(), InputStream.nullInputStream(), Files.newOutputStream(file));
  }

  /**
   * @throws UncheckedIOException when the host cannot take it
   */
  @Override
  public void transmit(int character) {
    try {
      out.write(character);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("serial line: the host does not take what is sent", e);
    }
  }

  @Override
  public int receive() {
    Byte next = arrived.poll();
    return next == null ? -1 : next & 0xff;
  }

  /** Closes both streams; the reading thread ends. */
  @Override
  public void close() throws IOException {
    try (out) {
      in.close();
    }
  }

  private void read() {
    byte[] chunk = new byte[CHUNK];
    try {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        for (int i = 0; i < n; i++) {
          arrived.add(chunk[i]);
        }
      }
    } catch (IOException closed) {
      // The other side has gone, or we have closed the line: nothing more arrives.
      return;
    }
  }
}
