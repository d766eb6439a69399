package dev.biosgateway.itests.conformance.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.testkit.host.IsoMaker;
import dev.biosgateway.testkit.host.Prerequisite;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.device.keyboard.Kbc8042;
import dev.biosgateway.x86.media.CdImage;
import dev.biosgateway.x86.media.RawImage;
import dev.biosgateway.x86.screen.ScreenWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * GRUB comes to its menu from a CD and from a hard disk, and boots memtest86+. The screens are left
 * in {@code target/bootloaders}.
 */
class BootLoadersTest {
  private static final Path PICTURES = Path.of("target/bootloaders");
  private static final long LOOK_EVERY = 5_000_000;
  private static final long BUDGET = 2_000_000_000L;

  private static final String MENU =
      """
      set timeout=-1
      menuentry "memory test" { linux16 /boot/memtest.bin }
      menuentry "second entry" { halt }
      """;

  @TempDir static Path folder;
  private static Path iso;

  @BeforeAll
  static void makeTheImage() throws IOException {
    Path memtest =
        Prerequisite.file(
            "biosgateway.memtest", "/boot/memtest86+ia32.bin", "install Debian's memtest86+");
    Path content = folder.resolve("content");
    Files.createDirectories(content.resolve("boot/grub"));
    Files.copy(memtest, content.resolve("boot/memtest.bin"));
    Files.writeString(content.resolve("boot/grub/grub.cfg"), MENU);
    iso = folder.resolve("grub.iso");
    IsoMaker.makeGrub(content, iso);
    Files.createDirectories(PICTURES);
  }

  private static void runUntil(Machine machine, String text, String picture) throws IOException {
    ScreenWatch watch = machine.screen().watch(Pattern.compile(text));
    for (long ran = 0; ran < BUDGET && !watch.found(); ran += LOOK_EVERY) {
      Stop stop = machine.run(LOOK_EVERY);
      assertEquals(Stop.Reason.BUDGET, stop.reason(), () -> stop + "\n" + machine.screen().text());
    }
    Files.write(PICTURES.resolve(picture), machine.screen().png());
    assertTrue(watch.found(), () -> "waited for " + text + ":\n" + machine.screen().text());
  }

  @Test
  void grubBootsFromACdAndStartsMemtest() throws IOException {
    Machine machine =
        new Machine(FirmwarePc.SEABIOS.with(Drives.NONE.withCdrom(CdImage.open(iso))));
    runUntil(machine, "\\*memory test(?s:.)*second entry", "grub-cd.png");
    machine.device(Kbc8042.class).typist().type("\n");
    runUntil(machine, "Memtest86(?s:.)*Test [1-9]\\d?% #", "memtest.png");
    assertTrue(machine.screen().text().orElseThrow().toString().contains("Errors: 0"));
  }

  @Test
  void grubBootsFromAHardDisk() throws IOException {
    try (RawImage disk = RawImage.open(iso)) {
      Machine machine = new Machine(FirmwarePc.SEABIOS.with(Drives.NONE.withDisk(disk)));
      runUntil(machine, "\\*memory test(?s:.)*second entry", "grub-disk.png");
    }
  }
}
