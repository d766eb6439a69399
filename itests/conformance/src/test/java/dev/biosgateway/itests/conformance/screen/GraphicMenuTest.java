package dev.biosgateway.itests.conformance.screen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.itests.conformance.media.FirmwarePc;
import dev.biosgateway.testkit.host.IsoMaker;
import dev.biosgateway.testkit.host.Prerequisite;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.media.CdImage;
import dev.biosgateway.x86.screen.ScreenPicture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * GRUB finds a VBE mode of SeaVGABIOS, sets it and draws its menu into the framebuffer. The picture
 * is left in {@code target/screens}.
 */
class GraphicMenuTest {
  private static final Path PICTURES = Path.of("target/screens");
  private static final long LOOK_EVERY = 10_000_000;
  private static final long BUDGET = 800_000_000;

  private static final int LIGHT_GREY = 0xffa8a8a8;

  /** The bar over the chosen entry: most of a line of 640, 16 lines high. */
  private static final int BAR = 9_000;

  private static final String MENU =
      """
      set timeout=-1
      loadfont unicode
      set gfxmode=640x480x32
      insmod all_video
      insmod gfxterm
      terminal_output gfxterm
      menuentry "One" { true }
      menuentry "Two" { true }
      """;

  @Test
  void grubDrawsItsMenu(@TempDir Path folder) throws IOException {
    Path font =
        Prerequisite.file(
            "biosgateway.grub.font", "/usr/share/grub/unicode.pf2", "install Debian's grub-common");
    Path content = folder.resolve("content");
    Path grub = Files.createDirectories(content.resolve("boot/grub"));
    Files.copy(font, Files.createDirectories(grub.resolve("fonts")).resolve("unicode.pf2"));
    Files.writeString(grub.resolve("grub.cfg"), MENU);
    Path iso = folder.resolve("grub.iso");
    IsoMaker.makeGrub(content, iso);
    Drives drives = Drives.NONE.withCdrom(CdImage.open(iso));
    Machine machine = new Machine(FirmwarePc.SEABIOS.with(drives));
    for (long ran = 0; ran < BUDGET && !showsBar(machine); ran += LOOK_EVERY) {
      machine.run(LOOK_EVERY);
    }
    Files.createDirectories(PICTURES);
    Files.write(PICTURES.resolve("grub.png"), machine.screen().png());
    assertTrue(showsBar(machine), () -> "no menu; the text screen: " + machine.screen().text());
    ScreenPicture picture = machine.screen().picture();
    assertEquals("640 x 480", picture.toString());
  }

  private static boolean showsBar(Machine machine) {
    return machine.screen().text().isEmpty()
        && Arrays.stream(machine.screen().picture().pixels()).filter(p -> p == LIGHT_GREY).count()
            > BAR;
  }
}
