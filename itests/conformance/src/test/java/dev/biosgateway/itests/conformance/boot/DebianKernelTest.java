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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A distribution's kernel, as Debian's linux-image-686 brings it, to the shell of a busybox: six
 * and a half thousand million instructions, so only when asked for. The folder has {@code vmlinuz}
 * and {@code initramfs.gz}, whose init ends in a shell with the prompt {@code bb# }.
 */
@EnabledIfSystemProperty(named = "biosgateway.debian", matches = ".+")
class DebianKernelTest {
  @Test
  void comesToTheShellAndAnswers() {
    Path folder = Path.of(System.getProperty("biosgateway.debian"));
    BootRequest request =
        BootRequest.builder()
            .machine(MachineSettings.DEFAULT.withMemory(128 << 20))
            .kernel(folder.resolve("vmlinuz"))
            .initrd(folder.resolve("initramfs.gz"))
            .commandLine("console=ttyS0 nokaslr")
            .build();
    BootGoal prompt = BootGoal.until("bb# ").withTimeout(Duration.ofMinutes(30));
    try (BootSession machine = BareBoot.open(request)) {
      BootResult result = machine.run(prompt);
      assertEquals(BootEnd.MATCHED, result.end(), () -> result + machine.serialText());
      machine.send("echo $((6 * 7)) $(uname -m)\n".getBytes(StandardCharsets.US_ASCII));
      BootResult answer = machine.run(BootGoal.until("^42 i686").withBudget(2_000_000_000));
      assertTrue(answer.match().isPresent(), () -> answer + machine.serialText());
    }
  }
}
