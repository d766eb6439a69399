package dev.biosgateway.itests.conformance.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.boot.BootEnd;
import dev.biosgateway.api.boot.BootGoal;
import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.boot.BootResult;
import dev.biosgateway.api.boot.BootSession;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.testkit.bare.BareBoot;
import dev.biosgateway.testkit.host.Prerequisite;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A distribution's kernel, as Debian's linux-image-686 brings it, to the shell of a busybox: six
 * and a half thousand million instructions a boot, so only when asked for.
 *
 * <p>The folder has {@code vmlinuz}, out of the package, and {@code initramfs.gz}: the packages'
 * {@code /bin/busybox} (busybox-static) and {@code /dev/console}, and an {@code /init} that mounts
 * /proc, /sys and /dev, installs busybox's commands in /bin, and ends in {@code PS1='bb# ' exec sh
 * -i </dev/ttyS0 >/dev/ttyS0 2>&1}; packed by {@code find . | cpio -o -H newc | gzip}.
 */
@EnabledIfSystemProperty(
    named = "biosgateway.debian",
    matches = ".+",
    disabledReason =
        "-Dbiosgateway.debian=FOLDER is not set: apt-get download linux-image-686:i386's image and"
            + " busybox-static:i386, put vmlinuz and an initramfs.gz whose init ends in a shell with"
            + " the prompt \"bb# \" on ttyS0 into a folder")
class DebianKernelTest {
  private static final BootGoal PROMPT =
      BootGoal.until("bb# ").withTimeout(Duration.ofMinutes(60)).withBudget(20_000_000_000L);

  @ParameterizedTest
  @ValueSource(strings = {"pc", "pc-i440fx", "pc-i440fx-hpet"})
  void comesToTheShellAndAnswers(String board) {
    Path folder = Path.of(System.getProperty("biosgateway.debian"));
    BootRequest.Builder request =
        BootRequest.builder()
            .machine(MachineSettings.DEFAULT.withBoard(board).withMemory(128 << 20))
            .kernel(folder.resolve("vmlinuz"))
            .initrd(folder.resolve("initramfs.gz"))
            .commandLine("console=ttyS0 nokaslr");
    if (!board.equals("pc")) {
      request.firmware(Prerequisite.seabios("bios-256k.bin"));
    }
    try (BootSession machine = BareBoot.open(request.build())) {
      BootResult result = machine.run(PROMPT);
      assertEquals(BootEnd.MATCHED, result.end(), () -> result + machine.serialText());
      machine.send("echo $((6 * 7)) $(uname -m)\n".getBytes(StandardCharsets.US_ASCII));
      BootResult answer = machine.run(BootGoal.until("^42 i686").withBudget(2_000_000_000));
      assertTrue(answer.match().isPresent(), () -> answer + machine.serialText());
      boolean hpet = machine.serialText().contains("hpet0: 3 comparators, 64-bit");
      assertEquals(board.endsWith("hpet"), hpet, machine::serialText);
    }
  }
}
