package dev.biosgateway.testkit.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes ISO images with xorriso, for tests that boot from a CD. Found by the system property
 * {@value #PROPERTY}, else as {@code /usr/bin/xorriso}.
 */
public final class IsoMaker {
  /** System property: the program. */
  public static final String PROPERTY = "biosgateway.xorriso";

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
    Path program = Prerequisite.file(PROPERTY, "/usr/bin/xorriso", "install Debian's xorriso");
    List<String> command = new ArrayList<>();
    command.addAll(List.of(program.toString(), "-as", "mkisofs", "-quiet", "-o", iso.toString()));
    command.addAll(List.of(options));
    command.add(folder.toString());
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
