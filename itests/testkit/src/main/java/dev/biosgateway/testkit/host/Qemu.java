package dev.biosgateway.testkit.host;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * QEMU's {@code pc} machine with TCG, for tests that compare with it. Found by the system property
 * {@value #PROPERTY}, else as {@code /usr/bin/qemu-system-i386}.
 */
public final class Qemu {
  /** System property: the program. */
  public static final String PROPERTY = "biosgateway.qemu";

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final long LOOK_MILLIS = 20;

  private Qemu() {}

  /** The program; skips the test where it is missing. */
  public static Path program() {
    return Prerequisite.file(
        PROPERTY, "/usr/bin/qemu-system-i386", "install Debian's qemu-system-x86");
  }

  /**
   * Runs a guest until it has written something to a debug port.
   *
   * @param folder for what QEMU writes
   * @param port the debug port
   * @param until ends the run
   * @param options of the machine, added to {@code -machine pc -nodefaults} without a display
   * @return everything written to the port, a character a byte
   * @throws AssertionError with what QEMU said, if it ends before or takes longer than two minutes
   */
  public static String debugPort(Path folder, int port, String until, List<String> options)
      throws IOException {
    Path written = folder.resolve("debug-port");
    Path said = folder.resolve("qemu.log");
    List<String> command = new ArrayList<>();
    command.add(program().toString());
    command.addAll(List.of("-machine", "pc,accel=tcg", "-nodefaults", "-display", "none"));
    command.addAll(List.of("-no-reboot", "-chardev", "file,id=debug,path=" + written));
    command.addAll(List.of("-device", "isa-debugcon,chardev=debug,iobase=" + port));
    command.addAll(options);
    Process qemu =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      long end = System.nanoTime() + PATIENCE_NANOS;
      while (true) {
        boolean over = qemu.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        String log =
            Files.exists(written) ? Files.readString(written, StandardCharsets.ISO_8859_1) : "";
        if (log.contains(until)) {
          return log;
        }
        if (over || System.nanoTime() > end) {
          return fail(
              "expected \"%s\" on port %x, found:%n%s%nQEMU: %s"
                  .formatted(until.strip(), port, log, Files.readString(said)));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while QEMU runs", e);
    } finally {
      qemu.destroyForcibly();
    }
  }
}
