package dev.biosgateway.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheFolderTest {
  @TempDir Path tmp;

  /** A folder as a process makes it, with a file of a bundle in it. */
  private Path other(boolean lockFile) throws IOException {
    Path folder = Files.createTempDirectory(tmp, "bios-gateway-");
    Files.createDirectory(folder.resolve("bundle1"));
    Files.writeString(folder.resolve("bundle1/bundle.info"), "1");
    if (lockFile) {
      Files.createFile(folder.resolve("process.lock"));
    }
    return folder;
  }

  private void aProcessEnds() throws IOException {
    CacheFolder own = CacheFolder.create(tmp);
    own.delete();
    assertFalse(Files.exists(own.path()));
  }

  @Test
  void everyProcessHasOneOfItsOwnThatOthersCannotRead() throws IOException {
    Path first = CacheFolder.create(tmp).path();
    assertNotEquals(first, CacheFolder.create(tmp).path());
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(first)));
  }

  @Test
  void whatAKilledProcessLeftIsDeleted() throws IOException {
    Path left = other(true);
    aProcessEnds();
    assertFalse(Files.exists(left));
  }

  @Test
  void whatALivingProcessHoldsStays() throws IOException {
    Path held = other(true);
    try (FileChannel channel =
            FileChannel.open(held.resolve("process.lock"), StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      assertTrue(lock.isValid());
      aProcessEnds();
      assertTrue(Files.exists(held.resolve("bundle1/bundle.info")));
    }
  }

  /** From its first moment to its last a process is taken for a living one. */
  @Test
  void manyProcessesThatBeginAndEndAtATimeLeaveEachOtherAlone() throws Exception {
    ExecutorService processes = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        all.add(
            processes.submit(
                () -> {
                  CacheFolder own = CacheFolder.create(tmp);
                  Files.createDirectory(own.path().resolve("bundle1"));
                  Files.writeString(own.path().resolve("bundle1/bundle.info"), "1");
                  own.delete();
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      processes.shutdownNow();
    }
    try (Stream<Path> left = Files.list(tmp)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void withoutALockFileItsAgeDecides() throws IOException {
    Path starting = other(false);
    Path old = other(false);
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    aProcessEnds();
    assertTrue(Files.exists(starting));
    assertFalse(Files.exists(old));
  }

  @Test
  void nothingElseIsTouched() throws IOException {
    Path elsewhere = Files.createDirectory(tmp.resolve("elsewhere"));
    Files.createFile(elsewhere.resolve("process.lock"));
    Path link = Files.createSymbolicLink(tmp.resolve("bios-gateway-link"), elsewhere);
    Path file = Files.createFile(tmp.resolve("bios-gateway-file"));
    Path another = Files.createDirectory(tmp.resolve("bios-gatewa"));
    aProcessEnds();
    assertTrue(Files.exists(elsewhere.resolve("process.lock")));
    assertTrue(Files.isSymbolicLink(link));
    assertTrue(Files.exists(file));
    assertTrue(Files.exists(another));
  }
}
