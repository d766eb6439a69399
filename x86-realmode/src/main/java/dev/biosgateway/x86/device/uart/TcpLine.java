package dev.biosgateway.x86.device.uart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A line to whoever connects to a TCP port of the loopback interface, one peer after the other.
 * While nobody is connected, what the guest sends is lost, as on a cable that is not plugged in.
 */
public final class TcpLine implements SerialLine, AutoCloseable {
  private static final int ONE_WAITS = 1;

  private final ServerSocket server;
  private volatile StreamLine peer;

  /**
   * Listens.
   *
   * @param port 1 to 65535, or 0 for any that is free
   * @throws IOException when the port cannot be had
   */
  public TcpLine(int port) throws IOException {
    server = new ServerSocket();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ONE_WAITS);
    Thread acceptor = new Thread(this::accept, "serial line tcp " + port());
    acceptor.setDaemon(true);
    acceptor.start();
  }

  /** The port that it listens on. */
  public int port() {
    return server.getLocalPort();
  }

  @Override
  public void transmit(int character) {
    StreamLine connected = peer;
    if (connected == null) {
      return;
    }
    try {
      connected.transmit(character);
    } catch (UncheckedIOException gone) {
      peer = null;
    }
  }

  @Override
  public int receive() {
    StreamLine connected = peer;
    return connected == null ? -1 : connected.receive();
  }

  /** Stops listening, and hangs up. */
  @Override
  public void close() throws IOException {
    server.close();
    StreamLine connected = peer;
    if (connected != null) {
      connected.close();
    }
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        peer = new StreamLine("tcp " + port(), socket.getInputStream(), socket.getOutputStream());
      }
    } catch (IOException closed) {
      // The line was closed: nobody else can connect.
      return;
    }
  }
}
