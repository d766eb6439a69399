package dev.biosgateway.itests.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Bochs as Debian builds it, with its debugger. The guest's markers leave by COM1 into a named
 * pipe, as port E9h shares standard output with the debugger.
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
      com1: enabled=1, mode=file, dev=%1$s/com1
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
    Files.write(folder.resolve("floppy.img"), guest.floppy(iterations, ENDLESS, GuestImage.COM1));
    Files.writeString(folder.resolve("bochsrc"), CONFIGURATION.formatted(folder));
    Files.writeString(folder.resolve("commands"), "c\n");
    Path com1 = folder.resolve("com1");
    Programs.run("mkfifo", com1.toString());
    Process process =
        new ProcessBuilder(
                PROGRAM,
                "-q",
                "-f",
                folder.resolve("bochsrc").toString(),
                "-rc",
                folder.resolve("commands").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    return new Running(process, () -> Files.newInputStream(com1));
  }
}
