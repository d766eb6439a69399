package dev.biosgateway.testkit.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

class PrerequisiteTest {
  @Test
  void fileThatIsThereIsUsed(@TempDir Path folder) {
    assertEquals(folder, Prerequisite.file("biosgateway.none", folder.toString(), "make it"));
  }

  @Test
  void fileThatIsMissingSkipsTheTestAndFailsItOnABuildServer(@TempDir Path folder) {
    String missing = folder.resolve("missing").toString();
    boolean buildServer = Boolean.parseBoolean(System.getenv("CI"));

    Throwable outcome =
        assertThrows(
            Throwable.class, () -> Prerequisite.file("biosgateway.none", missing, "make it"));

    assertSame(
        buildServer ? AssertionFailedError.class : TestAbortedException.class, outcome.getClass());
    assertTrue(outcome.getMessage().contains("make it"), outcome::getMessage);
    assertTrue(outcome.getMessage().contains("-Dbiosgateway.none"), outcome::getMessage);
  }
}
