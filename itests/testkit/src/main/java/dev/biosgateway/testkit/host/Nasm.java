package dev.biosgateway.testkit.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The assembler, for the test that an image in the repository is what its source says. Found by the
 * system property {@value #PROPERTY}, else as {@code nasm} on the search path.
 */
public final class Nasm {
  /** System property: the assembler's executable. */
  public static final String PROPERTY = "biosgateway.nasm";

  private Nasm() {}

  /**
   * Assembles a source to a flat binary; it may include its neighbours.
   *
   * @param options further options, as {@code -Iinclude/}
   * @throws AssertionError with the assembler's messages if it refuses the source
   */
  public static byte[] assemble(Path source, String... options) {
    try {
      Path image = Files.createTempFile("nasm-", ".bin");
      try {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty(PROPERTY, "nasm"));
        command.addAll(List.of("-f", "bin", "-o", image.toString()));
        command.add("-I" + source.toAbsolutePath().getParent() + File.separator);
        command.addAll(List.of(options));
        command.add(source.toString());
        run(command);
        return Files.readAllBytes(image);
      } finally {
        Files.deleteIfExists(image);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot assemble " + source, e);
    }
  }

  /** Checks that an image is exactly what the assembler makes of its source. */
  public static void assertAssembles(Path source, Path image, String... options) {
    byte[] assembled = assemble(source, options);
    try {
      assertArrayEquals(
          assembled,
          Files.readAllBytes(image),
          () -> image + " is not what " + source + " says: assemble it again");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + image, e);
    }
  }

  private static void run(List<String> command) throws IOException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      Prerequisite.missing(
          command.get(0) + " does not start (" + e.getMessage() + "): install Debian's nasm");
      throw e;
    }
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ":\n" + said);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while assembling", e);
    }
  }
}
