package dev.biosgateway.x86.device.uart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a serial port's cable can lead to. */
class SerialLineTest {
  private static final int COM1 = 0x3f8;
  private static final long CHARACTER = 2_000_000;
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private final DeviceBench bench = new DeviceBench();

  private Uart16550 connect(SerialLine line) {
    Uart16550 port = new Uart16550("com1", COM1, 4);
    port.connect(line);
    bench.plug(port);
    bench.out(COM1 + 3, 0x03); // 8N1; 9600 baud from power-on
    return port;
  }

  private void send(String text) {
    for (char c : text.toCharArray()) {
      bench.out(COM1, c);
      bench.runFor(CHARACTER);
    }
  }

  /** What the guest receives, waiting for as many characters as are expected. */
  private String receive(Uart16550 port, int count) throws InterruptedException {
    StringBuilder out = new StringBuilder();
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (out.length() < count && System.nanoTime() < end) {
      port.poll();
      bench.runFor(CHARACTER / 4); // no FIFO here: look before the next one comes
      if ((bench.in(COM1 + 5) & 1) != 0) {
        out.append((char) bench.in(COM1));
      } else {
        Thread.sleep(1);
      }
    }
    return out.toString();
  }

  @Test
  void aText() throws InterruptedException {
    TextLine line = new TextLine();
    Uart16550 port = connect(line);
    send("login: ");
    assertEquals("login: ", line.text());
    line.type("root\r\u00e9");
    assertEquals("root\r\u00e9", receive(port, 6));
  }

  @Test
  void aFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("serial.log");
    Files.writeString(file, "of yesterday");
    try (StreamLine line = StreamLine.toFile(file)) {
      connect(line);
      send("one\n");
      assertEquals("one\n", Files.readString(file));
    }
  }

  @Test
  void aPipe() throws IOException, InterruptedException {
    PipedOutputStream toGuest = new PipedOutputStream();
    PipedInputStream fromGuest = new PipedInputStream();
    try (StreamLine line =
        new StreamLine("pipe", new PipedInputStream(toGuest), new PipedOutputStream(fromGuest))) {
      Uart16550 port = connect(line);
      send("hi");
      assertEquals('h', fromGuest.read());
      assertEquals('i', fromGuest.read());
      toGuest.write(new byte[] {'y', 'o'});
      toGuest.flush();
      assertEquals("yo", receive(port, 2));
    }
  }

  @Test
  void aTcpPortOfTheLoopbackInterface() throws IOException, InterruptedException {
    try (TcpLine line = new TcpLine(0)) {
      Uart16550 port = connect(line);
      send("lost"); // nobody is there
      try (Socket peer = new Socket(InetAddress.getLoopbackAddress(), line.port())) {
        peer.getOutputStream().write("ab".getBytes(StandardCharsets.US_ASCII));
        assertEquals("ab", receive(port, 2));
        send("cd");
        assertEquals('c', peer.getInputStream().read());
        assertEquals('d', peer.getInputStream().read());
      }
      assertTrue(line.port() > 0);
    }
  }
}
