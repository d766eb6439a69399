package dev.biosgateway.plugins.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.api.boot.BootEnd;
import dev.biosgateway.api.boot.BootGoal;
import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.boot.BootResult;
import dev.biosgateway.api.boot.BootSession;
import dev.biosgateway.api.boot.Medium;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.testkit.bare.BareBoot;
import dev.biosgateway.testkit.host.Nasm;
import dev.biosgateway.testkit.host.Prerequisite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The images are what their sources say, and boot. */
class BootImagesTest {
  private static final Path IMAGES = Path.of("src/main/resources/boot");
  private static final MachineSettings PC = MachineSettings.DEFAULT.withBoard("pc-i440fx");
  private static final int DISKETTE = 1_474_560;

  @TempDir private Path folder;

  private static Path image(String name) {
    return IMAGES.resolve(name + ".bin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sector", "disk", "firmware", "kernel"})
  void isWhatItsSourceSays(String name) {
    Nasm.assertAssembles(Path.of("src/main/nasm", name + ".asm"), image(name));
  }

  private static void assertSays(String text, BootRequest request) {
    try (BootSession machine = BareBoot.open(request)) {
      BootResult result = machine.run(BootGoal.until(text).withTimeout(Duration.ofSeconds(60)));
      assertEquals(BootEnd.MATCHED, result.end(), result::toString);
    }
  }

  @Test
  void theSectorSaysWhichDriveItIsFrom() throws IOException {
    Path diskette = folder.resolve("diskette.img");
    Files.write(diskette, Arrays.copyOf(Files.readAllBytes(image("sector")), DISKETTE));
    assertSays(
        "hello from drive A0",
        BootRequest.builder()
            .machine(PC)
            .firmware(Prerequisite.seabios("bios-256k.bin"))
            .floppy(Medium.of(diskette))
            .build());
  }

  @Test
  void theDiskLoadsItsSecondSector() {
    assertSays(
        "hello from the second sector",
        BootRequest.builder()
            .machine(PC)
            .firmware(Prerequisite.seabios("bios-256k.bin"))
            .disk(Medium.of(image("disk")))
            .build());
  }

  @Test
  void theFirmwareStartsAtTheResetVector() {
    assertSays(
        "hello from the reset vector",
        BootRequest.builder().machine(PC).firmware(image("firmware")).build());
  }

  @Test
  void theKernelSaysItsCommandLine() {
    assertSays(
        "hello from a kernel: root=/dev/none",
        BootRequest.builder().kernel(image("kernel")).commandLine("root=/dev/none").build());
  }
}
