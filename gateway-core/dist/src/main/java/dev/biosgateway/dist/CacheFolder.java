package dev.biosgateway.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The bundle cache of one process: a folder of its own in the system's temporary folder, so that
 * any number of processes run side by side. The process deletes it at its end, and with it what
 * processes have left behind that were killed. Those are told from living ones by the lock on
 * {@code process.lock}, which a process holds from before the file has its name until all else is
 * deleted: the kernel lets go of it when a process ends, however it ends. Felix's own lock does not
 * serve: it is free while a process starts and while it cleans up.
 *
 * @param path the folder
 * @param lock the open lock file
 */
record CacheFolder(Path path, FileChannel lock) {
  private static final String PREFIX = "bios-gateway-";
  private static final String LOCK = "process.lock";

  /** A folder without a lock may belong to a process that is about to take it, for so long. */
  private static final Duration UNLOCKED_GRACE = Duration.ofHours(1);

  /**
   * Makes a folder that nobody else can read.
   *
   * @param parent the system's temporary folder
   * @throws IOException if that cannot be written
   */
  static CacheFolder create(Path parent) throws IOException {
    boolean posix = parent.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] mine =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
            }
            : new FileAttribute<?>[0];
    while (true) {
      // The name need not be a secret, which would cost a random generator: creating is atomic.
      Path path = parent.resolve(PREFIX + Long.toHexString(System.nanoTime()));
      try {
        return new CacheFolder(Files.createDirectory(path, mine), lock(path));
      } catch (FileAlreadyExistsException e) {
        continue;
      }
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    Path unnamed = folder.resolve(LOCK + ".new");
    FileChannel channel =
        FileChannel.open(unnamed, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    channel.lock(); // until the channel is closed
    Files.move(unnamed, folder.resolve(LOCK), StandardCopyOption.ATOMIC_MOVE);
    return channel;
  }

  /** Deletes the folder, and those beside it whose processes have gone without doing so. */
  void delete() throws IOException {
    Path file = path.resolve(LOCK);
    try {
      deleteAll(path, file);
    } finally {
      lock.close();
    }
    // From here on another process may take the folder for one that was left, and be quicker.
    Files.deleteIfExists(file);
    Files.deleteIfExists(path);
    try (DirectoryStream<Path> others = Files.newDirectoryStream(path.getParent(), PREFIX + "*")) {
      for (Path other : others) {
        if (Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS) && isLeft(other)) {
          deleteLeft(other);
        }
      }
    }
  }

  private static boolean isLeft(Path folder) {
    Path file = folder.resolve(LOCK);
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        FileTime changed = Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS);
        return changed.toInstant().isBefore(Instant.now().minus(UNLOCKED_GRACE));
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        return lock != null;
      }
    } catch (OverlappingFileLockException e) {
      return false; // of a framework in this process
    } catch (IOException e) {
      return false; // another user's, or another process deletes it right now
    }
  }

  private static void deleteLeft(Path folder) {
    try {
      deleteAll(folder, null);
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // Another process was quicker, or the next one tries again.
    }
  }

  /** Deletes what is in the folder, but for one file. */
  private static void deleteAll(Path folder, Path but) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(file -> !file.equals(folder) && !file.equals(but))
          .sorted(Comparator.reverseOrder())
          .forEach(CacheFolder::deleteOne);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void deleteOne(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
