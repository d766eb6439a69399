package dev.biosgateway.itests.conformance.screen;

import static org.junit.jupiter.api.Assertions.fail;

import dev.biosgateway.testkit.host.Qemu;
import dev.biosgateway.x86.screen.ScreenPicture;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The same guest on QEMU, as a boot floppy under SeaBIOS: the guest says on the debug port that a
 * screen stands, the monitor's {@code screendump} takes it, a key lets the guest go on.
 */
final class QemuScreens implements AutoCloseable {
  static final int FLOPPY_SIZE = 1_474_560;
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final char READY = 'R';

  private final Path folder;
  private final Path debugPort;
  private final Process qemu;
  private final OutputStream monitor;
  private int shown;

  /**
   * @param rom the display's BIOS
   * @param folder for the floppy and the dumps
   */
  QemuScreens(Path rom, Path folder) throws IOException {
    this.folder = folder;
    debugPort = folder.resolve("debug-port");
    Path floppy = folder.resolve("floppy.img");
    Files.write(floppy, Arrays.copyOf(Files.readAllBytes(ScreenGuest.IMAGE), FLOPPY_SIZE));
    qemu =
        new ProcessBuilder(
                List.of(
                    Qemu.program().toString(),
                    "-machine",
                    "pc,accel=tcg",
                    "-m",
                    "16",
                    "-nodefaults",
                    "-display",
                    "none",
                    "-device",
                    "VGA,romfile=" + rom,
                    "-drive",
                    "if=floppy,format=raw,file=" + floppy,
                    "-monitor",
                    "stdio",
                    "-chardev",
                    "file,id=debug,path=" + debugPort,
                    "-device",
                    "isa-debugcon,iobase=0xe9,chardev=debug"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("monitor.log").toFile())
            .start();
    monitor = qemu.getOutputStream();
  }

  /** The screen that the guest puts up next. */
  ScreenPicture next() throws IOException {
    if (shown > 0) {
      tell("sendkey a");
    }
    shown++;
    await("the guest to show screen " + shown, () -> readyCount() >= shown);
    return dump();
  }

  /** The same screen once more, at a later instant. */
  ScreenPicture dump() throws IOException {
    Path file = folder.resolve("dump.ppm");
    Files.deleteIfExists(file);
    tell("screendump " + file);
    await("a screendump", () -> Files.exists(file) && PortablePixmap.isComplete(file));
    return PortablePixmap.read(file);
  }

  @Override
  public void close() {
    qemu.destroyForcibly();
  }

  private long readyCount() throws IOException {
    if (!Files.exists(debugPort)) {
      return 0;
    }
    return Files.readString(debugPort, StandardCharsets.ISO_8859_1)
        .chars()
        .filter(c -> c == READY)
        .count();
  }

  private void tell(String command) throws IOException {
    monitor.write((command + "\n").getBytes(StandardCharsets.US_ASCII));
    monitor.flush();
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private void await(String what, Condition condition) throws IOException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.holds()) {
      if (!qemu.isAlive() || System.nanoTime() > end) {
        String log = Files.readString(folder.resolve("monitor.log"), StandardCharsets.ISO_8859_1);
        fail("waited in vain for " + what + ", QEMU says: " + log);
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fail("interrupted while waiting for " + what);
      }
    }
  }
}
