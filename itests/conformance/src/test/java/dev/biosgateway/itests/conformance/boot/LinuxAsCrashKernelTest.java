package dev.biosgateway.itests.conformance.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.kexec.KexecLoadRequest;
import dev.biosgateway.api.kexec.KexecMachine;
import dev.biosgateway.api.kexec.KexecOutcome;
import dev.biosgateway.api.kexec.KexecRefusedException;
import dev.biosgateway.api.kexec.LoadedImage;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.kexec.service.KexecMachines;
import dev.biosgateway.testkit.host.Prerequisite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kexec -p: a real Linux lies in memory set aside, relocated, until our host crashes; then it runs
 * there and reads the host's memory as /proc/vmcore, the first 640 K out of their backup.
 */
class LinuxAsCrashKernelTest {
  private static final String COOKIE = "memory-of-the-host-";

  private static final String LOOK =
      """
      hexdump -C -n 20 /proc/vmcore
      kjtest vmcore /proc/vmcore 'memory-of-the-host-'
      echo "within $(grep 'System RAM' /proc/iomem | tr -s ' \\n' ' ')"
      """;

  private static final long BUDGET = 1_000_000_000;

  @TempDir Path folder;

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private static byte[] cookie(String text) {
    return ("\u00c3" + text).getBytes(StandardCharsets.ISO_8859_1); // RET
  }

  @Test
  void readsTheMemoryOfAHostThatCalledNull() throws IOException {
    Path linux = Prerequisite.shared("linux");
    byte[] archive = new InitramfsArchive(linux).script("vmcore", LOOK).bytes();
    try (KexecMachine host =
        new KexecMachines().open(MachineSettings.DEFAULT.withCpu("pentium").withMemory(80 << 20))) {
      host.addSystem(
          "cookie",
          KexecLoadRequest.of(file("cookie", cookie(COOKIE)))
              .withEntry(OptionalLong.of(0x3000000)));
      host.addSystem(
          "low",
          KexecLoadRequest.of(file("low", cookie(COOKIE))).withEntry(OptionalLong.of(0x20000)));
      KexecRefusedException none =
          assertThrows(KexecRefusedException.class, () -> host.crash(BUDGET, Optional.empty()));
      assertEquals("EINVAL", none.errno());
      LoadedImage b =
          host.load(
              KexecLoadRequest.of(linux.resolve("bzImage-i386-fix-lz4"))
                  .withOnCrash(true)
                  .withInitrd(file("initramfs", archive))
                  .withCommandLine("console=ttyS0 quiet kj=vmcore"));
      assertTrue(b.segments().stream().allMatch(s -> s.address() >= 70 << 20), "set aside: " + b);
      KexecOutcome end = host.crash(BUDGET, Optional.of("KJ-DONE"));
      String log = end.console().replace("\r", "");
      assertTrue(end.returned(), () -> end + "\n" + log);
      assertTrue(log.contains("7f 45 4c 46 02"), log);
      assertTrue(log.contains("'" + COOKIE + "' found 2 times"), "high and low: " + log);
      assertTrue(
          log.matches("(?s).*within 0000\\S+ : System RAM 04[0-9a-f]{6}-\\S+ : System RAM.*"), log);
    }
  }
}
