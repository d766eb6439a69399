package dev.biosgateway.testkit.host;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Something outside of the repository that a test cannot do without. Where it is missing the test
 * is skipped and says why; where the environment says {@code CI=true} it fails, since a build
 * server that skips tests proves nothing.
 */
public final class Prerequisite {
  private Prerequisite() {}

  /**
   * A file or folder that must be there.
   *
   * @param property system property that names it
   * @param standardPlace where it is if the property is not set
   * @param remedy what to do if it is missing, as {@code install Debian's package seabios}
   */
  public static Path file(String property, String standardPlace, String remedy) {
    Path file = Path.of(System.getProperty(property, standardPlace));
    if (!Files.exists(file)) {
      missing(file + " is not there: " + remedy + ", or name another by -D" + property);
    }
    return file;
  }

  /**
   * A display ROM of Debian's package {@code seabios}: in the folder that the property {@code
   * biosgateway.seabios} names, else in {@code /usr/share/seabios}.
   *
   * @param rom file name, as {@code vgabios-stdvga.bin}
   */
  public static Path seabios(String rom) {
    return in("biosgateway.seabios", "/usr/share/seabios", rom, "install Debian's seabios");
  }

  /**
   * Test material that lies beside the repository: in the folder that the property {@code
   * biosgateway.shared} names, which the build sets to {@code ../shared}.
   *
   * @param path relative to that folder
   */
  public static Path shared(String path) {
    return in("biosgateway.shared", "../shared", path, "put the material there");
  }

  private static Path in(String property, String standardPlace, String path, String remedy) {
    Path file = Path.of(System.getProperty(property, standardPlace)).resolve(path);
    if (!Files.exists(file)) {
      missing(file + " is not there: " + remedy + ", or name its folder by -D" + property);
    }
    return file;
  }

  /** Skips the test for a reason, or fails it where nothing may be missing. */
  static void missing(String reason) {
    if (Boolean.parseBoolean(System.getenv("CI"))) {
      Assertions.fail(reason);
    }
    Assumptions.abort(reason);
  }
}
