package dev.biosgateway.itests.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The library that video drivers run option ROMs with, behind a driver in C that is compiled here.
 *
 * @param build where the compiled driver goes
 */
record LibX86emu(Path build) implements Engine {
  private static final Path HEADER = Path.of("/usr/include/x86emu.h");

  @Override
  public String name() {
    return "libx86emu";
  }

  @Override
  public Optional<String> missing() {
    if (!Files.exists(HEADER)) {
      return Optional.of(HEADER + " is missing: install libx86emu-dev");
    }
    return Programs.missing("gcc", "gcc");
  }

  @Override
  public Running start(GuestImage guest, int iterations, Path folder) throws IOException {
    Path driver = build.resolve("x86emu_guest");
    if (!Files.exists(driver)) {
      Path source = build.resolve("x86emu_guest.c");
      Files.createDirectories(build);
      Files.write(source, Programs.resource("/x86emu_guest.c"));
      Programs.run("gcc", "-O2", "-o", driver.toString(), source.toString(), "-lx86emu");
    }
    Path image = folder.resolve("image");
    Files.write(image, guest.patched(iterations, ENDLESS, GuestImage.PORT_E9));
    Process process =
        Programs.start(driver.toString(), image.toString(), Integer.toString(guest.bits()));
    return new Running(process, process::getInputStream);
  }
}
