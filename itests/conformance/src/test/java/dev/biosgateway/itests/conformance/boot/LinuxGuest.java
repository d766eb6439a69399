package dev.biosgateway.itests.conformance.boot;

import dev.biosgateway.api.boot.BootGoal;
import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.testkit.host.Prerequisite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The Linux kernel of the shared folder, whose init makes kexec jumps and says how they went. */
final class LinuxGuest {
  static final BootGoal DONE =
      BootGoal.until("^KJ-DONE.*$").withTimeout(Duration.ofMinutes(5)).withBudget(400_000_000);

  private LinuxGuest() {}

  /**
   * A machine that boots it.
   *
   * @param kernel {@code i386} as released, {@code i386-fix} with two mistakes mended
   * @param arguments of its init: {@code kj=TEST,...}
   */
  static BootRequest.Builder request(String kernel, String arguments) {
    return BootRequest.builder()
        .machine(MachineSettings.DEFAULT.withCpu("pentium").withMemory(64 << 20))
        .kernel(Prerequisite.shared("linux").resolve("bzImage-" + kernel + "-lz4"))
        .initrd(Prerequisite.shared("linux").resolve("initramfs-i486.cpio"))
        .commandLine("console=ttyS0 " + arguments);
  }

  /** What QEMU and Bochs printed for these tests. */
  static List<String> expected(String test) throws IOException {
    Path file = Prerequisite.shared("linux").resolve("expected").resolve(test + ".txt");
    return Files.readAllLines(file);
  }
}
