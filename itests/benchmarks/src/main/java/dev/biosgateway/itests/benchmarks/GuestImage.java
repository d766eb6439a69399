package dev.biosgateway.itests.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A guest program of the frame that {@code guests/README.md} describes: a flat image for physical
 * address 10000h whose header says how long a lap is and how many there are, and which writes a
 * marker when a lap begins and when it ends.
 *
 * @param file the image
 * @param name of the program, without flavour and suffix
 * @param bits 16 for real mode, 32 for flat protected mode
 */
record GuestImage(Path file, String name, int bits) {
  /** Physical load address. */
  static final int ADDRESS = 0x10000;

  private static final int ITERATIONS = 8;
  private static final int LAPS = 16;
  private static final int EXIT = 20;
  private static final int MARKERS = 24;
  private static final int NAME = 40;
  private static final int HEADER = 56;

  /** Markers go to port E9h. */
  static final int PORT_E9 = 1;

  /** A floppy of 1.44 MB, for emulators that boot. */
  private static final int FLOPPY = 1_474_560;

  private static final int SECTOR = 512;

  /** Every {@code name.16.bin} and {@code name.32.bin} of a folder, by name. */
  static List<GuestImage> in(Path folder) throws IOException {
    List<GuestImage> out = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String[] parts = file.getFileName().toString().split("\\.");
        if (parts.length == 3 && parts[2].equals("bin") && parts[1].matches("16|32")) {
          out.add(new GuestImage(file, parts[0], Integer.parseInt(parts[1])));
        }
      }
    }
    return out;
  }

  /** The image of {@code file}, whose name ends in {@code .16.bin} or {@code .32.bin}. */
  static GuestImage of(Path file) {
    String[] parts = file.getFileName().toString().split("\\.");
    if (parts.length != 3 || !parts[1].matches("16|32")) {
      throw new IllegalArgumentException(
          file + ": expected NAME.16.bin or NAME.32.bin, as guests/README.md names them");
    }
    return new GuestImage(file, parts[0], Integer.parseInt(parts[1]));
  }

  /** As people write it: {@code a_sieve.16}. */
  String title() {
    return name + "." + bits;
  }

  /**
   * The image with its header filled in.
   *
   * @param iterations in a lap
   * @param laps how many
   * @param markers {@link #PORT_E9}
   */
  byte[] patched(int iterations, int laps, int markers) throws IOException {
    byte[] image = Files.readAllBytes(file);
    if (image.length < HEADER || image[NAME] == 0) {
      throw new IOException(file + ": no header as guests/README.md describes it");
    }
    ByteBuffer header = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(ITERATIONS, iterations).putInt(LAPS, laps).putInt(EXIT, 0);
    header.put(MARKERS, (byte) markers);
    return image;
  }

  /** A floppy image that boots into this program. */
  byte[] floppy(int iterations, int laps, int markers) throws IOException {
    byte[] out = new byte[FLOPPY];
    byte[] boot = Files.readAllBytes(file.resolveSibling("boot" + bits + ".bin"));
    if (boot.length != SECTOR) {
      throw new IOException("boot" + bits + ".bin: expected 512 bytes, found " + boot.length);
    }
    boot[3] = (byte) markers;
    System.arraycopy(boot, 0, out, 0, SECTOR);
    byte[] image = patched(iterations, laps, markers);
    System.arraycopy(image, 0, out, SECTOR, image.length);
    return out;
  }
}
