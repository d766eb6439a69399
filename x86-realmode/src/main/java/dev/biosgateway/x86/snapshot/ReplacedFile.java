package dev.biosgateway.x86.snapshot;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that is replaced in one step: whoever is killed while writing leaves the former file, or
 * none, and perhaps one beside it that ends in {@code .part}, which the next one to write sweeps.
 * Who is still writing holds a lock on it.
 */
public final class ReplacedFile {
  /** What writes the content. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it to an empty file. */
    void write(FileChannel channel) throws IOException;
  }

  private static final String PART = ".part";

  private ReplacedFile() {}

  /**
   * Writes a file in place of what is there. When it comes back, content and name are on the disk.
   *
   * @throws IOException what the content threw, or the file system; the former file is there then
   */
  public static void write(Path file, Content content) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    String prefix = target.getFileName() + ".";
    sweep(folder, prefix);
    Path part = Files.createTempFile(folder, prefix, PART);
    try {
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        channel.lock();
        content.write(channel);
        channel.force(true);
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(part);
      throw e;
    }
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true); // the new name is on the disk too
    } catch (IOException e) {
      // Folders cannot be opened everywhere; then the name is as safe as the system makes it.
      return;
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

  private static boolean isAbandoned(Path part) {
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      return channel.tryLock() != null; // which the channel takes with it
    } catch (OverlappingFileLockException | IOException e) {
      return false; // another thread of this process is writing it, or it is gone
    }
  }
}
