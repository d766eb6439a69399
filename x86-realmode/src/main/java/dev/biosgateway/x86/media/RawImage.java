package dev.biosgateway.x86.media;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file that holds a medium byte by byte; where it ends within a sector, the rest of that sector
 * is zeros. Safe for use by several threads, so that many machines can read one file.
 */
public final class RawImage implements BlockImage, Closeable {
  /** What becomes of what the guest writes. */
  public enum Access {
    /** It stays in the machine's state; the file is only read. The default. */
    COPY_ON_WRITE,
    /** The guest finds the medium write protected. */
    READ_ONLY,
    /** It goes into the file at once, and no rollback brings back what was there. */
    WRITE_THROUGH
  }

  private final String name;
  private final Access access;
  private final RandomAccessFile file;
  private final long size;

  /** Bytes the file has: grows when the end of its last sector is written. */
  private long stored;

  private RawImage(String name, Access access, RandomAccessFile file, long stored, long size) {
    this.name = name;
    this.access = access;
    this.file = file;
    this.stored = stored;
    this.size = size;
  }

  /**
   * Opens a file so that nothing is lost: copy-on-write.
   *
   * @throws ImageException when the file cannot be read or is empty
   */
  public static RawImage open(Path path) {
    return open(path, Access.COPY_ON_WRITE);
  }

  /**
   * Opens a file. One that is written through is locked for as long as it is open.
   *
   * @throws ImageException when the file cannot be read, or not written, is empty, or is locked by
   *     another
   */
  public static RawImage open(Path path, Access access) {
    return open(path, access, SECTOR);
  }

  static RawImage open(Path path, Access access, int unit) {
    String name = path.toString();
    if (!Files.isRegularFile(path)) {
      throw new ImageException(
          "image %s: expected a file, found %s"
              .formatted(name, Files.isDirectory(path) ? "a folder" : "none"));
    }
    boolean writes = access == Access.WRITE_THROUGH;
    RandomAccessFile file = null;
    try {
      file = new RandomAccessFile(path.toFile(), writes ? "rw" : "r");
      long stored = file.length();
      long sectors = (stored + SECTOR - 1) / SECTOR;
      long size = ImageIdentity.requireSize(name, sectors * SECTOR, unit);
      if (writes) {
        lock(name, file);
      }
      return new RawImage(name, access, file, stored, size);
    } catch (IOException e) {
      throw closing(file, new ImageException("image %s: cannot open it".formatted(name), e));
    } catch (ImageException e) {
      throw closing(file, e);
    }
  }

  private static void lock(String name, RandomAccessFile file) throws IOException {
    FileLock lock;
    try {
      lock = file.getChannel().tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new ImageException(
          "image %s: another machine writes it; end that one, or open it copy-on-write"
              .formatted(name));
    }
  }

  private static ImageException closing(RandomAccessFile file, ImageException reason) {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        reason.addSuppressed(e);
      }
    }
    return reason;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public boolean readOnly() {
    return access != Access.WRITE_THROUGH;
  }

  @Override
  public void read(long offset, byte[] into, int at, int length) {
    ImageIdentity.requireRange(this, offset, length);
    try {
      synchronized (file) {
        int there = (int) Math.max(0, Math.min(length, stored - offset));
        file.seek(offset);
        file.readFully(into, at, there);
        Arrays.fill(into, at + there, at + length, (byte) 0);
      }
    } catch (IOException e) {
      throw new ImageException("image %s: cannot read at %d".formatted(name, offset), e);
    }
  }

  @Override
  public void write(long offset, byte[] from, int at, int length) {
    if (readOnly()) {
      throw ImageIdentity.protectedImage(this);
    }
    ImageIdentity.requireRange(this, offset, length);
    try {
      synchronized (file) {
        file.seek(offset);
        file.write(from, at, length);
        stored = Math.max(stored, offset + length);
      }
    } catch (IOException e) {
      throw new ImageException("image %s: cannot write at %d".formatted(name, offset), e);
    }
  }

  @Override
  public void flush() {
    if (!readOnly()) {
      try {
        file.getFD().sync();
      } catch (IOException e) {
        throw new ImageException("image %s: cannot flush".formatted(name), e);
      }
    }
  }

  @Override
  public BlockImage forMachine() {
    return access == Access.COPY_ON_WRITE ? new OverlayImage(this) : this;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  @Override
  public String toString() {
    return name;
  }
}
