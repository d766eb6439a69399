package dev.biosgateway.itests.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** QEMU without KVM, started as {@code guests/README.md} says. */
record QemuTcg() implements Engine {
  private static final String PROGRAM = "qemu-system-i386";

  @Override
  public String name() {
    return "qemu-tcg";
  }

  @Override
  public Optional<String> missing() {
    return Programs.missing(PROGRAM, "qemu-system-x86");
  }

  @Override
  public Running start(GuestImage guest, int iterations, Path folder) throws IOException {
    Path floppy = folder.resolve("floppy.img");
    Files.write(floppy, guest.floppy(iterations, ENDLESS, GuestImage.PORT_E9));
    String drive = "file=" + floppy + ",format=raw,if=floppy";
    String options =
        "-accel tcg,thread=single -machine pc -m 16 -nodefaults -vga std -display none"
            + " -debugcon stdio -boot a -monitor none -serial none -no-reboot";
    Process process = Programs.start(PROGRAM, options, "-drive", drive);
    return new Running(process, process::getInputStream);
  }
}
