package dev.biosgateway.kexec.vmcore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A disk that {@code disk_saver.asm} wrote: two places for cores and, in the first two sectors, two
 * records that name one each (PROTOCOL.md, "The saver's disk"). The newest sound record counts.
 */
public final class SaverDisk {
  private static final int SECTOR = 512;
  private static final int PAGE = 4096;
  private static final int MAGIC = 'K' | 'X' << 8 | 'J' << 16 | 'D' << 24;
  private static final int MAJOR = 1;
  private static final int LENGTH = 64;
  private static final int CHECKSUM_AT = 12;

  /**
   * A record.
   *
   * @param generation one more than that of the save before
   * @param jumpBackEntry physical address at which the saved kernel goes on
   * @param offset of the core in the file, in bytes
   * @param bytes of the core
   * @param crc CRC-32 of it, its first page last
   */
  public record Commit(int generation, int jumpBackEntry, long offset, long bytes, int crc) {
    boolean isNewerThan(Commit other) {
      return generation - other.generation > 0; // generations wrap around
    }
  }

  private SaverDisk() {}

  /** Whether a file is such a disk, with a core on it. */
  public static boolean isOne(Path file) throws IOException {
    return newest(file).isPresent();
  }

  /** What was saved last; empty when nothing was. */
  public static Optional<Commit> newest(Path file) throws IOException {
    try (SeekableByteChannel in = Files.newByteChannel(file)) {
      Commit newest = null;
      for (int i = 0; i < 2; i++) {
        Optional<Commit> found = record(read(file, in, i * (long) SECTOR, SECTOR, "record"));
        if (found.isPresent() && (newest == null || found.get().isNewerThan(newest))) {
          newest = found.get();
        }
      }
      return Optional.ofNullable(newest);
    } catch (VmcoreException e) {
      return Optional.empty(); // shorter than two sectors
    }
  }

  private static Optional<Commit> record(byte[] sector) {
    ByteBuffer in = ByteBuffer.wrap(sector).order(ByteOrder.LITTLE_ENDIAN);
    if (in.getInt(0) != MAGIC || in.getShort(4) != MAJOR || in.getInt(8) != LENGTH) {
      return Optional.empty();
    }
    CRC32 crc = new CRC32();
    crc.update(sector, 0, CHECKSUM_AT);
    crc.update(new byte[4]);
    crc.update(sector, CHECKSUM_AT + 4, LENGTH - CHECKSUM_AT - 4);
    if ((int) crc.getValue() != in.getInt(CHECKSUM_AT)) {
      return Optional.empty();
    }
    return Optional.of(
        new Commit(
            in.getInt(16), in.getInt(20), in.getLong(24) * SECTOR, in.getLong(32), in.getInt(40)));
  }

  /**
   * The core that was saved last.
   *
   * @throws VmcoreException if there is none, or it is damaged
   */
  public static byte[] newestCore(Path file) throws IOException {
    Commit commit =
        newest(file)
            .orElseThrow(
                () -> new VmcoreException(file, "record", 0, "a core that was saved", "none"));
    if (commit.bytes < PAGE || commit.bytes > Integer.MAX_VALUE - PAGE) {
      throw new VmcoreException(file, "bytes", 32, "4096 to 2 GB", "" + commit.bytes);
    }
    try (SeekableByteChannel in = Files.newByteChannel(file)) {
      byte[] core = read(file, in, commit.offset, (int) commit.bytes, "core");
      CRC32 crc = new CRC32();
      crc.update(core, PAGE, core.length - PAGE);
      crc.update(core, 0, PAGE);
      if ((int) crc.getValue() != commit.crc) {
        throw new VmcoreException(
            file,
            "CRC-32 of the core",
            commit.offset,
            String.format("0x%08x", commit.crc),
            String.format("0x%08x: the disk is damaged", crc.getValue()));
      }
      return core;
    }
  }

  private static byte[] read(
      Path file, SeekableByteChannel in, long offset, int length, String what) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(length);
    in.position(offset);
    while (out.hasRemaining()) {
      if (in.read(out) < 0) {
        throw new VmcoreException(
            file, what, offset, length + " bytes", "the end after " + out.position());
      }
    }
    return out.array();
  }
}
