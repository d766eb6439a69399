package dev.biosgateway.x86.snapshot;

import dev.biosgateway.x86.board.Fitting;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * A {@link MachineImage} in a file. All numbers are big-endian.
 *
 * <pre>
 *   0  8 bytes   BIOSGWMI
 *   8  u32       version, 1
 *   c  ...       content ({@link ImageContent}), compressed as RFC 1950 has it
 *   n-28h  u64   length of the file
 *   n-20h  32    SHA-256 of everything before
 * </pre>
 *
 * <p>A file is replaced in one step: whoever is killed while writing leaves the former file, or
 * none, and perhaps one beside it that ends in {@code .part}.
 */
public final class MachineImageFile {
  private static final byte[] MAGIC = {'B', 'I', 'O', 'S', 'G', 'W', 'M', 'I'};
  private static final int VERSION = 1;
  private static final int HEADER = 12;
  private static final int SHA = 32;
  private static final int TRAILER = 8 + SHA;
  private static final int BUFFER = 1 << 16;

  private MachineImageFile() {}

  /**
   * Writes an image, in place of what is there.
   *
   * @throws dev.biosgateway.x86.state.StateException when the image cannot be rebuilt from a file:
   *     its CPUID and MSRs are answered by an object of this process
   */
  public static void write(MachineImage image, Path file) throws IOException {
    ReplacedFile.write(file, channel -> writeTo(image, channel));
  }

  private static void writeTo(MachineImage image, FileChannel channel) throws IOException {
    MessageDigest sha = sha256();
    OutputStream plain =
        new BufferedOutputStream(
            new DigestOutputStream(Channels.newOutputStream(channel), sha), BUFFER);
    DataOutputStream out = new DataOutputStream(plain);
    out.write(MAGIC);
    out.writeInt(VERSION);
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      DeflaterOutputStream compressed = new DeflaterOutputStream(out, deflater, BUFFER);
      DataOutputStream content = new DataOutputStream(new BufferedOutputStream(compressed, BUFFER));
      ImageContent.write(image, content);
      content.flush();
      compressed.finish();
    } finally {
      deflater.end();
    }
    out.flush();
    out.writeLong(channel.position() + TRAILER);
    out.flush();
    out.write(sha.digest());
    out.flush();
  }

  /** Reads an image of a machine without media; its lines and debug ports lead nowhere. */
  public static MachineImage read(Path file) throws IOException {
    return read(file, UnaryOperator.identity());
  }

  /**
   * Reads an image.
   *
   * @param connect gets what was in the machine's sockets, without media and with lines that lead
   *     nowhere, and gives it back with the media that were there, and with lines as wanted
   * @throws ImageFormatException when the file is not an image, is damaged, is of another version,
   *     names a board or a processor that do not exist, or was taken with other media
   */
  public static MachineImage read(Path file, UnaryOperator<Fitting> connect) throws IOException {
    checkFrame(file);
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(HEADER);
      InputStream inflated = new InflaterInputStream(new BufferedInputStream(in, BUFFER));
      return new ImageContent(file, new BufferedInputStream(inflated, BUFFER), connect).read();
    }
  }

  private static void checkFrame(Path file) throws IOException {
    long size = Files.size(file);
    MessageDigest sha = sha256();
    try (DataInputStream in =
        new DataInputStream(
            new DigestInputStream(
                new BufferedInputStream(Files.newInputStream(file), BUFFER), sha))) {
      byte[] magic = in.readNBytes(MAGIC.length);
      if (!Arrays.equals(magic, MAGIC)) {
        throw new ImageFormatException(
            file, "magic", 0, text(MAGIC), magic.length < 8 ? "the end of the file" : text(magic));
      }
      if (size < HEADER + TRAILER) {
        throw new ImageFormatException(
            file, "length", size, "at least " + (HEADER + TRAILER) + " bytes", size + " bytes");
      }
      int version = in.readInt();
      if (version != VERSION) {
        throw new ImageFormatException(file, "version", 8, "" + VERSION, "" + version);
      }
      byte[] passing = new byte[BUFFER];
      for (long left = size - HEADER - TRAILER; left > 0; ) {
        int n = (int) Math.min(left, passing.length);
        in.readFully(passing, 0, n);
        left -= n;
      }
      long length = in.readLong();
      byte[] computed = sha.digest();
      if (length != size) {
        throw new ImageFormatException(
            file, "length", size - TRAILER, size + ", the size of the file", "" + length);
      }
      if (!Arrays.equals(computed, in.readNBytes(SHA))) {
        throw new ImageFormatException(
            file, "SHA-256", size - SHA, "that of the content", "another: the file is damaged");
      }
    }
  }

  private static String text(byte[] bytes) {
    StringBuilder out = new StringBuilder();
    for (byte b : bytes) {
      out.append(b >= ' ' && b < 0x7f ? (char) b : '.');
    }
    return out.toString();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
