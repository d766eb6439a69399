package dev.biosgateway.itests.conformance.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.boot.BootEnd;
import dev.biosgateway.api.boot.BootGoal;
import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.boot.BootResult;
import dev.biosgateway.api.boot.BootSession;
import dev.biosgateway.api.boot.Medium;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.testkit.bare.BareBoot;
import dev.biosgateway.testkit.host.IsoMaker;
import dev.biosgateway.testkit.host.Prerequisite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SeaBIOS boots GRUB from a hard disk, keys choose an entry of its menu, and that is a Linux. */
class GrubBootsLinuxTest {
  private static final String MENU =
      """
      set timeout=-1
      menuentry "nothing" { halt }
      menuentry "shared Linux" {
        linux /boot/bzImage console=ttyS0 kj=phys1low
        initrd /boot/initramfs
      }
      """;

  @Test
  void anEntryOfItsMenuIsChosenByKeys(@TempDir Path folder) throws IOException {
    Path linux = Prerequisite.shared("linux");
    Path content = Files.createDirectories(folder.resolve("content/boot/grub")).getParent();
    Files.copy(linux.resolve("bzImage-i386-lz4"), content.resolve("bzImage"));
    Files.copy(linux.resolve("initramfs-i486.cpio"), content.resolve("initramfs"));
    Files.writeString(content.resolve("grub/grub.cfg"), MENU);
    Path disk = folder.resolve("disk.img");
    IsoMaker.makeGrub(content.getParent(), disk);
    BootRequest request =
        BootRequest.builder()
            .machine(
                MachineSettings.DEFAULT
                    .withBoard("pc-i440fx")
                    .withCpu("pentium")
                    .withMemory(64 << 20))
            .firmware(Prerequisite.seabios("bios-256k.bin"))
            .disk(Medium.of(disk))
            .build();
    try (BootSession machine = BareBoot.open(request)) {
      BootGoal menu =
          BootGoal.until("\\*nothing(?s:.)*shared Linux")
              .withTimeout(Duration.ofMinutes(5))
              .withBudget(1_000_000_000);
      BootResult shown = machine.run(menu);
      assertEquals(BootEnd.MATCHED, shown.end(), () -> shown + "\n" + machine.screenText());
      machine.type("<Down>\n");
      BootResult done = machine.run(LinuxGuest.DONE.withBudget(1_000_000_000));
      assertEquals(BootEnd.MATCHED, done.end(), () -> done + "\n" + machine.serialText());
      assertEquals(LinuxGuest.expected("phys1low"), KexecLog.normalise(machine.serialText()));
      assertTrue(machine.serialText().contains("BOOT_IMAGE=/boot/bzImage"), machine::serialText);
    }
  }
}
