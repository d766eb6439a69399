package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.NoSuchRoutineException;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.boot.BootEnd;
import dev.biosgateway.api.boot.BootGoal;
import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.boot.BootResult;
import dev.biosgateway.api.boot.BootService;
import dev.biosgateway.api.boot.BootSession;
import dev.biosgateway.api.boot.Medium;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.container.GatewayContainer;
import dev.biosgateway.testkit.host.Prerequisite;
import dev.biosgateway.testkit.image.PluginBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** Boot sectors, disks, system ROMs and kernels that plugins bring. */
@GatewayContainer(bundles = "dev.biosgateway.boot-media")
class BootMediaIT extends PluginsTest {
  BootMediaIT(Container container, Gateway gateway) {
    super(container, gateway);
  }

  private BootRequest.Builder with(String... programs) {
    BootRequest.Builder request =
        BootRequest.builder().machine(MachineSettings.DEFAULT.withBoard("pc-i440fx"));
    for (String program : programs) {
      gateway.putInto(request, program);
    }
    return request;
  }

  private void assertSays(String text, BootRequest request) {
    try (BootSession machine = container.awaitService(BootService.class).open(request)) {
      BootResult result = machine.run(BootGoal.until(text).withTimeout(Duration.ofSeconds(60)));
      assertEquals(BootEnd.MATCHED, result.end(), result::toString);
    }
  }

  @Test
  void theyAreProgramsWithTheirStateAndTakeNoMemory() {
    for (String name : List.of("hello-disk", "hello-firmware", "hello-kernel")) {
      Program program = program(name);
      assertEquals(Program.State.MAPPED, program.state(), program::toString);
      assertTrue(program.size().isEmpty(), program::toString);
      assertThrows(NoSuchRoutineException.class, () -> gateway.routine(name));
    }
  }

  @Test
  void aBootSectorIsCalledAsFirmwareCallsIt() {
    CallResult result =
        container
            .awaitRoutine("hello-sector")
            .call(CallRequest.builder().register(Register.DL, 0x81).build());
    assertEquals(StopReason.HALTED, result.stop(), result::toString);
    assertEquals("hello from drive C1\r\n", result.console());
  }

  @Test
  void aSystemRomIsTheFirmwareOfAMachine() {
    assertSays("hello from the reset vector", with("hello-firmware").build());
  }

  @Test
  void aKernelIsBootedWithItsCommandLine() {
    assertSays("hello from a kernel: as small as can be", with("hello-kernel@[1.0,2.0)").build());
  }

  @Test
  void firmwareBootsABootSectorAndADisk() {
    Path bios = Prerequisite.seabios("bios-256k.bin");
    assertSays("hello from drive A0", with("hello-sector").firmware(bios).build());
    assertSays("hello from the second sector", with("hello-disk").firmware(bios).build());
  }

  @Test
  void theFilesAreThereAsLongAsThePluginAndNoLonger() throws BundleException {
    Bundle bundle =
        container.install(
            PluginBundle.named("short-lived", "1.0.0")
                .program("short-lived", "disk-image", new byte[1024])
                .stream());
    Path file = with("short-lived").build().disks().get(0).file();
    assertEquals(1024, file.toFile().length());
    bundle.uninstall();
    assertFalse(Files.exists(file));
    assertThrows(NoSuchRoutineException.class, () -> with("short-lived"));
  }

  @ParameterizedTest
  @CsvSource({
    "disk-image, 1474560, floppy",
    "disk-image, 1228800, floppy",
    "disk-image, 65536, disk",
    "boot-sector, 512, floppy"
  })
  void itLiesInTheDriveOfItsKind(String format, int size, String drive) throws BundleException {
    byte[] image = new byte[size];
    image[510] = 0x55;
    image[511] = (byte) 0xaa;
    Bundle bundle =
        container.install(
            PluginBundle.named("kind", "1.0.0").program("kind", format, image).stream());
    BootRequest request = with("kind").build();
    List<Medium> media = drive.equals("floppy") ? request.floppies() : request.disks();
    assertEquals(1, media.size(), request::toString);
    assertEquals(Medium.Access.COPY_ON_WRITE, media.get(0).access());
    bundle.uninstall();
  }

  @Test
  void aCdIsKnownByItsDescriptorAndMediaHasTheLastWord() throws BundleException {
    byte[] image = new byte[64 * 2048];
    System.arraycopy(new byte[] {1, 'C', 'D', '0', '0', '1'}, 0, image, 0x8000, 6);
    Bundle bundle =
        container.install(
            PluginBundle.named("discs", "1.0.0")
                .program("disc", "disk-image", image)
                .program("no-disc", "disk-image", image)
                .attribute("media", "disk")
                .program("no-drive", "disk-image", image)
                .attribute("media", "tape")
                .stream());
    assertEquals(1, with("disc").build().cdroms().size());
    assertEquals(1, with("no-disc").build().disks().size());
    var error = assertThrows(RuntimeException.class, () -> with("no-drive"));
    assertTrue(error.getMessage().contains("floppy, disk or cdrom"), error.getMessage());
    bundle.uninstall();
  }

  @ParameterizedTest(name = "{0}, {1} bytes: {2}")
  @CsvSource({
    "boot-sector, 512, signature",
    "boot-sector, 1024, size",
    "disk-image, 700, size",
    "system-rom, 1000, size",
    "system-rom, 65536, reset vector",
    "bzimage, 4096, boot_flag"
  })
  void aBrokenOneFailsAndSaysWhy(String format, int size, String field) throws BundleException {
    Bundle bundle =
        container.install(
            PluginBundle.named("broken", "1.0.0")
                .program("broken", format, new byte[size])
                .stream());
    Program program = program("broken");
    assertEquals(Program.State.FAILED, program.state(), program::toString);
    assertTrue(program.reason().orElseThrow().contains(field), program::toString);
    var error = assertThrows(NoSuchRoutineException.class, () -> with("broken"));
    assertTrue(error.getMessage().contains(field), error.getMessage());
    bundle.uninstall();
  }

  @Test
  void whatBootsNothingIsRefusedInWords() {
    var kind = assertThrows(InvalidRequestException.class, () -> with("peek"));
    assertTrue(kind.getMessage().contains("found flat32"), kind.getMessage());
    var version = assertThrows(NoSuchRoutineException.class, () -> with("hello-disk@[2.0,3.0)"));
    assertTrue(version.getMessage().contains("hello-disk 1.0.0"), version.getMessage());
    var range = assertThrows(InvalidRequestException.class, () -> with("hello-disk@new"));
    assertTrue(range.getMessage().contains("expected 1.0 or [1.0,2.0)"), range.getMessage());
  }
}
