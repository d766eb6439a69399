package dev.biosgateway.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir private Path folder;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void whatAKilledWriterHasLeftIsSweptByTheNextOneAndNothingElse() throws IOException {
    Path file = folder.resolve("session");
    Files.writeString(folder.resolve(".session.123456.part"), "half of a ses");
    Files.writeString(folder.resolve(".sessions.123456.part"), "another file's");
    Files.writeString(folder.resolve("session.old"), "the user's");
    WholeFile.write(file, out -> out.write('x'));
    assertEquals(List.of(".sessions.123456.part", "session", "session.old"), names());
    assertEquals("x", Files.readString(file));
  }

  @Test
  void whoIsStillWritingIsLeftAlone() throws IOException {
    Path file = folder.resolve("session");
    WholeFile.write(
        file,
        slow -> {
          slow.write('1');
          WholeFile.write(file, quick -> quick.write('2'));
          slow.write('1');
        });
    assertEquals("11", Files.readString(file), "the last one to end");
    assertEquals(List.of("session"), names());
  }

  @Test
  void whoFailsLeavesTheFormerFile() throws IOException {
    Path file = folder.resolve("session");
    WholeFile.write(file, out -> out.write('1'));
    assertThrows(
        IOException.class,
        () ->
            WholeFile.write(
                file,
                out -> {
                  out.write('2');
                  throw new IOException("no space left");
                }));
    assertEquals("1", Files.readString(file));
    assertEquals(List.of("session"), names());
  }
}
