package dev.biosgateway.runtime;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that is written, or replaced, as a whole: readers find the former one or the new one. What
 * a writer that was killed has left beside it is swept by the next one; who is still writing holds
 * a lock.
 */
final class WholeFile {
  /** What writes the content. */
  @FunctionalInterface
  interface Content {
    /** Writes all of it. */
    void write(OutputStream out) throws IOException;
  }

  private static final String PART = ".part";

  private WholeFile() {}

  /**
   * Writes a file.
   *
   * @throws IOException what the content threw, or the file system; the former file is there then
   */
  static void write(Path file, Content content) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    String prefix = "." + target.getFileName() + ".";
    sweep(folder, prefix);
    Path part = Files.createTempFile(folder, prefix, PART);
    try {
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE);
          OutputStream out = Channels.newOutputStream(channel)) {
        channel.lock();
        content.write(out);
        channel.force(true);
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void sweep(Path folder, String prefix) throws IOException {
    DirectoryStream.Filter<Path> isPart =
        path -> {
          String name = path.getFileName().toString();
          return name.startsWith(prefix) && name.endsWith(PART);
        };
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, isPart)) {
      for (Path part : parts) {
        if (isAbandoned(part)) {
          Files.deleteIfExists(part);
        }
      }
    }
  }

  /** Whether nobody is writing it: not this process, and no other. */
  private static boolean isAbandoned(Path part) {
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      return channel.tryLock() != null; // which the channel takes with it
    } catch (OverlappingFileLockException | IOException e) {
      return false; // written by another thread, or gone
    }
  }
}
