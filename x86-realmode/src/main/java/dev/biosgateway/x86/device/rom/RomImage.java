package dev.biosgateway.x86.device.rom;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/** The contents of a ROM, and what to call it in messages. Immutable; safe for any thread. */
public final class RomImage {
  private static final int POINTER_TO_PCIR = 0x18;
  private static final byte[] PCIR = {'P', 'C', 'I', 'R'};

  private final String name;
  private final byte[] bytes;

  /**
   * @param bytes copied
   * @throws IllegalArgumentException when there are none
   */
  public RomImage(String name, byte[] bytes) {
    this.name = Objects.requireNonNull(name, "name");
    this.bytes = bytes.clone();
    if (bytes.length == 0) {
      throw new IllegalArgumentException(
          "ROM image %s: expected bytes, found none".formatted(name));
    }
  }

  /**
   * Reads a file; its last path element becomes the name.
   *
   * @throws IOException when it cannot be read
   */
  public static RomImage read(Path file) throws IOException {
    return new RomImage(file.getFileName().toString(), Files.readAllBytes(file));
  }

  public String name() {
    return name;
  }

  public int size() {
    return bytes.length;
  }

  /**
   * Whether it is an expansion ROM for PCI: an option ROM with a PCI data structure (PCI Local Bus
   * Specification 2.1, 6.3.1).
   */
  public boolean isForPci() {
    if (bytes.length < POINTER_TO_PCIR + 2
        || (bytes[0] & 0xff) != 0x55
        || (bytes[1] & 0xff) != 0xaa) {
      return false;
    }
    int at = bytes[POINTER_TO_PCIR] & 0xff | (bytes[POINTER_TO_PCIR + 1] & 0xff) << 8;
    return at + PCIR.length <= bytes.length
        && Arrays.equals(bytes, at, at + PCIR.length, PCIR, 0, PCIR.length);
  }

  /** A copy of the contents. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof RomImage r && name.equals(r.name) && Arrays.equals(bytes, r.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "%s (%d bytes)".formatted(name, bytes.length);
  }
}
