package dev.biosgateway.itests.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Bochs as Debian builds it, with its debugger, which is told to go on and shows the instruction at
 * reset before it does; the guest's markers follow on standard output.
 */
record Bochs() implements Engine {
  private static final String PROGRAM = "bochs";

  private static final String CONFIGURATION =
      """
      display_library: rfb, options="timeout=0"
      romimage: file=/usr/share/bochs/BIOS-bochs-latest
      vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
      megs: 16
      boot: floppy
      floppya: 1_44=%1$s/floppy.img, status=inserted
      port_e9_hack: enabled=1
      cpu: count=1, ips=100000000, reset_on_triple_fault=0
      clock: sync=none
      log: %1$s/log
      panic: action=fatal
      error: action=ignore
      info: action=ignore
      """;

  @Override
  public String name() {
    return "bochs-debian";
  }

  @Override
  public Optional<String> missing() {
    return Programs.missing(PROGRAM, "bochs, bochs-term and bochsbios");
  }

  @Override
  public Running start(GuestImage guest, int iterations, Path folder) throws IOException {
    Files.write(
        folder.resolve("floppy.img"), guest.floppy(iterations, ENDLESS, GuestImage.PORT_E9));
    Files.writeString(folder.resolve("bochsrc"), CONFIGURATION.formatted(folder));
    Files.writeString(folder.resolve("commands"), "c\n");
    Process process =
        new ProcessBuilder(
                PROGRAM,
                "-q",
                "-f",
                folder.resolve("bochsrc").toString(),
                "-rc",
                folder.resolve("commands").toString())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new Running(process, () -> behindGreeting(process.getInputStream()));
  }

  /** Skips what the debugger says: up to the line after the one that names time 0. */
  private static InputStream behindGreeting(InputStream out) throws IOException {
    for (String line = line(out); !line.startsWith("Next at t=0"); line = line(out)) {
      // Banner, version, licence.
    }
    line(out);
    return out;
  }

  private static String line(InputStream out) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = out.read(); b != '\n'; b = out.read()) {
      if (b < 0) {
        throw new IOException("ended with: " + line);
      }
      line.append((char) b);
    }
    return line.toString();
  }
}
