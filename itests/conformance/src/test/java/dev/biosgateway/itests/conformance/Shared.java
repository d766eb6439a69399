package dev.biosgateway.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds test material outside the repository: by a system property of its own, or under {@code
 * biosgateway.shared}. Without it a test is skipped and says why; where {@code CI} is true it
 * fails.
 */
final class Shared {
  private Shared() {}

  /** The folder that {@code property} names, or else {@code name} under the shared folder. */
  static Path folder(String property, String name) {
    String given = System.getProperty(property, "");
    Path folder =
        given.isEmpty()
            ? Path.of(System.getProperty("biosgateway.shared", "../../../shared"), name)
            : Path.of(given);
    String reason = "no folder %s (set -D%s=DIR)".formatted(folder.toAbsolutePath(), property);
    if (Boolean.parseBoolean(System.getenv("CI"))) {
      assertTrue(Files.isDirectory(folder), reason);
    }
    assumeTrue(Files.isDirectory(folder), reason);
    return folder;
  }
}
