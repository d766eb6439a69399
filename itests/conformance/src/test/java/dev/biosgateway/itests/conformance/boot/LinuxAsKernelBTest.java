package dev.biosgateway.itests.conformance.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.kexec.KexecLoadRequest;
import dev.biosgateway.api.kexec.KexecMachine;
import dev.biosgateway.api.kexec.KexecOutcome;
import dev.biosgateway.api.kexec.LoadedImage;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.kexec.service.KexecMachines;
import dev.biosgateway.testkit.host.Prerequisite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Linux as kernel B, which our own host loads with its context preserved: Linux finds the
 * host's memory by {@code elfcorehdr=}, reads it as /proc/vmcore, and jumps back to the host by its
 * own kexec; entered again, it goes on.
 */
class LinuxAsKernelBTest {
  private static final String COOKIE = "memory-of-the-host-";

  /** What the init of B does. */
  private static final String LOOK =
      """
      hexdump -C -n 20 /proc/vmcore
      kjtest vmcore /proc/vmcore 'memory-of-the-host-'
      dd if=/proc/vmcore bs=4096 count=2 2>/dev/null | grep -a -o 'KEXEC_JUMP_BACK_ENTRY=0x[0-9a-f]*'
      echo "entry $JB"
      kexec --load-jump-back-helper --entry=$JB
      echo "helper $?"; kjtest drain; kexec -e -x
      echo "B is entered again"; kjtest drain; kexec -e -x
      """;

  private static final long BUDGET = 400_000_000;

  @TempDir Path folder;

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  @Test
  void readsTheHostsMemoryByElfcorehdrAndJumpsBackAgainAndAgain() throws IOException {
    Path linux = Prerequisite.shared("linux");
    byte[] archive = new InitramfsArchive(linux).script("vmcore", LOOK).bytes();
    byte[] cookie = ("\u00c3" + COOKIE).getBytes(StandardCharsets.ISO_8859_1); // RET
    try (KexecMachine host =
        new KexecMachines().open(MachineSettings.DEFAULT.withCpu("pentium").withMemory(64 << 20))) {
      host.addSystem(
          "cookie",
          KexecLoadRequest.of(file("cookie", cookie)).withEntry(OptionalLong.of(0x3000000)));
      LoadedImage b =
          host.load(
              KexecLoadRequest.of(linux.resolve("bzImage-i386-fix-lz4"))
                  .withPreserveContext(true)
                  .within(0x100000, 0x17fffff)
                  .withInitrd(file("initramfs", archive))
                  .withCommandLine("console=ttyS0 quiet kj=vmcore")
                  .withChecks(false));
      assertTrue(b.segments().stream().anyMatch(s -> s.name().equals("elfcorehdr")), b::toString);
      KexecOutcome back = host.execute(BUDGET);
      String log = back.console().replace("\r", "");
      assertTrue(back.returned(), () -> back + "\n" + log);
      assertTrue(log.contains("7f 45 4c 46 02"), log);
      assertTrue(log.contains("'" + COOKIE + "' found 1 times"), log);
      assertTrue(
          log.contains(String.format("KEXEC_JUMP_BACK_ENTRY=0x%08x", b.jumpBackEntry())), log);
      assertTrue(
          log.contains(String.format("entry 0x%x", b.jumpBackEntry())) && log.contains("helper 0"),
          log);
      KexecOutcome again = host.execute(BUDGET);
      assertTrue(again.returned(), again::toString);
      assertTrue(again.console().contains("B is entered again"), again::console);
      assertEquals(2, host.loaded().orElseThrow().jumps());
    }
  }
}
