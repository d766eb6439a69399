package dev.biosgateway.itests.conformance.screen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.itests.conformance.media.FirmwarePc;
import dev.biosgateway.testkit.host.Nasm;
import dev.biosgateway.testkit.host.Prerequisite;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.device.keyboard.Kbc8042;
import dev.biosgateway.x86.media.MemoryImage;
import dev.biosgateway.x86.screen.ScreenPicture;
import dev.biosgateway.x86.screen.TextScreen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Screens of all kinds beside what QEMU's {@code screendump} says of the same guest, dot by dot.
 * Both pictures of every scene are left in {@code target/screens}, to be looked at.
 */
class ScreensTest {
  private static final Path PICTURES = Path.of("target/screens");
  private static final int CURSOR_TRIES = 50;
  private static final long SLICE = 1_000_000;
  private static final int SLICES = 300;

  @Test
  void theGuestIsWhatItsSourceSays() {
    Nasm.assertAssembles(ScreenGuest.SOURCE, ScreenGuest.IMAGE);
  }

  @Test
  void screensOfSeaVgaBios(@TempDir Path folder) throws IOException {
    screensAreThoseOfQemu(Prerequisite.seabios("vgabios-stdvga.bin"), PICTURES, folder);
  }

  @Test
  void screensOfTheLgplVgaBios(@TempDir Path folder) throws IOException {
    Path rom =
        Prerequisite.file(
            "biosgateway.vgabios", "/usr/share/vgabios/vgabios.bin", "install Debian's vgabios");
    screensAreThoseOfQemu(rom, PICTURES.resolve("lgpl"), folder);
  }

  /** One boot, all scenes: what a scene leaves behind is not seen in the next. */
  @Test
  void screensOfAMachineThatBootsThem() throws IOException {
    byte[] floppy = Arrays.copyOf(Files.readAllBytes(ScreenGuest.IMAGE), QemuScreens.FLOPPY_SIZE);
    Drives drives = Drives.NONE.withFloppy(new MemoryImage("screens", floppy));
    Machine machine = new Machine(FirmwarePc.SEABIOS.with(drives));
    Path rom = Prerequisite.seabios("vgabios-stdvga.bin");
    for (Scene scene : Scene.values()) {
      runUntilReady(machine, scene.ordinal() + 1);
      if (!scene.has(Difference.BLINKING_CURSOR)) {
        ScreenPicture alone = ScreenGuest.show(rom, scene.ordinal()).screen().picture();
        assertEquals(alone, machine.screen().picture(), scene::name);
      }
      machine.device(Kbc8042.class).typist().type("a");
    }
  }

  private static void runUntilReady(Machine machine, int screens) {
    for (int slices = 0; machine.console().text().length() < screens; slices++) {
      assertTrue(
          slices < SLICES, () -> "waited for screen " + screens + ": " + machine.screen().text());
      machine.run(SLICE);
    }
  }

  private static void screensAreThoseOfQemu(Path rom, Path pictures, Path folder)
      throws IOException {
    Files.createDirectories(pictures);
    List<String> wrong = new ArrayList<>();
    try (QemuScreens qemu = new QemuScreens(rom, folder)) {
      for (Scene scene : Scene.values()) {
        Machine machine = ScreenGuest.show(rom, scene.ordinal());
        ScreenPicture ours = machine.screen().picture();
        ScreenPicture theirs = qemu.next();
        String finding = compare(scene, machine, ours, theirs);
        for (int i = 0; scene.has(Difference.BLINKING_CURSOR) && i < CURSOR_TRIES; i++) {
          if (!finding.isEmpty()) {
            theirs = qemu.dump();
            finding = compare(scene, machine, ours, theirs);
          }
        }
        Files.write(pictures.resolve(scene.fileName() + ".png"), ours.png());
        Files.write(pictures.resolve(scene.fileName() + "-qemu.png"), theirs.png());
        if (!finding.isEmpty()) {
          wrong.add(finding);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  /** Nothing when both show the same, but for what the scene names; else what is different. */
  private static String compare(
      Scene scene, Machine machine, ScreenPicture ours, ScreenPicture theirs) {
    ScreenPicture a = ours;
    ScreenPicture b = theirs;
    for (Difference d : scene.differences()) {
      a = d.ours(a);
      b = d.theirs(b);
    }
    if (a.width() != b.width() || a.height() != b.height()) {
      return "%s: %s, QEMU %s".formatted(scene, a, b);
    }
    TextScreen text = machine.screen().text().orElse(null);
    int different = 0;
    String first = "";
    for (int y = 0; y < a.height(); y++) {
      for (int x = 0; x < a.width(); x++) {
        if (!same(scene, text, x, y, a.argb(x, y), b.argb(x, y))) {
          if (different++ == 0) {
            first = "(%d, %d) %08x, QEMU %08x".formatted(x, y, a.argb(x, y), b.argb(x, y));
          }
        }
      }
    }
    return different == 0 ? "" : "%s: %d dots, from %s on".formatted(scene, different, first);
  }

  private static boolean same(Scene scene, TextScreen text, int x, int y, int a, int b) {
    int ours = a;
    int theirs = b;
    for (Difference d : scene.differences()) {
      if (!d.counts(x, y, text)) {
        return true;
      }
      ours = d.color(ours);
      theirs = d.color(theirs);
    }
    return ours == theirs;
  }
}
