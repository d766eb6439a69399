package dev.biosgateway.testkit.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes ISO images for tests that boot from a CD: with xorriso, found by the system property
 * {@value #PROPERTY}, else as {@code /usr/bin/xorriso}, or with GRUB's {@code grub-mkrescue}, found
 * by {@value #GRUB_PROPERTY}, else as {@code /usr/bin/grub-mkrescue}.
 */
public final class IsoMaker {
  /** System property: the program. */
  public static final String PROPERTY = "biosgateway.xorriso";

  /** System property: GRUB's program for rescue images. */
  public static final String GRUB_PROPERTY = "biosgateway.grub";

  private IsoMaker() {}

  /**
   * Makes an image of a folder.
   *
   * @param folder what the CD holds
   * @param iso the image to be written
   * @param options as of mkisofs, for example {@code -b}, {@code boot.img}
   * @throws AssertionError with what xorriso said, if it fails
   */
  public static void make(Path folder, Path iso, String... options) throws IOException {
    Path program = xorriso();
    List<String> command = new ArrayList<>();
    command.addAll(List.of(program.toString(), "-as", "mkisofs", "-quiet", "-o", iso.toString()));
    command.addAll(List.of(options));
    command.add(folder.toString());
    run(command);
  }

  /**
   * Makes an image that boots GRUB from a CD or, written to a disk, from there.
   *
   * @param folder what it holds, {@code boot/grub/grub.cfg} among it
   * @param iso the image to be written
   * @throws AssertionError with what grub-mkrescue said, if it fails
   */
  public static void makeGrub(Path folder, Path iso) throws IOException {
    Path program =
        Prerequisite.file(GRUB_PROPERTY, "/usr/bin/grub-mkrescue", "install Debian's grub-common");
    Path modules =
        Prerequisite.file(
            "biosgateway.grub.modules", "/usr/lib/grub/i386-pc", "install Debian's grub-pc-bin");
    run(
        List.of(
            program.toString(),
            "--directory=" + modules,
            "--xorriso=" + xorriso(),
            "-o",
            iso.toString(),
            folder.toString()));
  }

  private static Path xorriso() {
    return Prerequisite.file(PROPERTY, "/usr/bin/xorriso", "install Debian's xorriso");
  }

  private static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ":\n" + said);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while xorriso works", e);
    }
  }
}
