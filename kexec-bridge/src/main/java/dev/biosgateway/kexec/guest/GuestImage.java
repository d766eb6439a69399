package dev.biosgateway.kexec.guest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * An image of ours, assembled from {@code src/main/nasm}: its bytes and the offsets of the names it
 * exports. The names come out of the image itself ({@code symbols.inc} has the layout), so no
 * offset is written down twice. Immutable.
 */
public final class GuestImage {
  private static final int TRAILER = 12;
  private static final int MAGIC = 'S' | 'Y' << 8 | 'M' << 16 | 'S' << 24;

  private final String name;
  private final byte[] code;
  private final Map<String, Integer> symbols;

  private GuestImage(String name, byte[] code, Map<String, Integer> symbols) {
    this.name = name;
    this.code = code;
    this.symbols = symbols;
  }

  /**
   * Loads an image out of this bundle.
   *
   * @param name of the assembly source, without its suffix
   * @throws IllegalStateException if the bundle has no such image or it has no valid symbol table
   */
  public static GuestImage named(String name) {
    String resource = name + ".bin";
    try (InputStream in = GuestImage.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("guest image " + resource + " is missing in the bundle");
      }
      return parse(name, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("guest image " + resource, e);
    }
  }

  /**
   * Takes an assembled file apart.
   *
   * @throws IllegalStateException if there is no valid symbol table behind the code
   */
  public static GuestImage parse(String name, byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (file.length < TRAILER || in.getInt(file.length - 4) != MAGIC) {
      throw new IllegalStateException(
          "guest image " + name + ": expected a symbol table that ends with SYMS, found none");
    }
    int size = in.getInt(file.length - TRAILER);
    int count = in.getInt(file.length - TRAILER + 4);
    if (size < 0 || size > file.length - TRAILER) {
      throw new IllegalStateException(
          String.format(
              "guest image %s: size of the code at 0x%x: expected at most 0x%x, found 0x%x",
              name, file.length - TRAILER, file.length - TRAILER, size));
    }
    Map<String, Integer> symbols = new HashMap<>();
    in.position(size);
    for (int i = 0; i < count; i++) {
      int offset = in.getInt();
      byte[] text = new byte[in.get() & 0xff];
      in.get(text);
      symbols.put(new String(text, StandardCharsets.US_ASCII), offset);
    }
    return new GuestImage(name, Arrays.copyOf(file, size), symbols);
  }

  /** Name of the assembly source. */
  public String name() {
    return name;
  }

  /** The code, as a new array. */
  public byte[] code() {
    return code.clone();
  }

  /** Size of the code in bytes. */
  public int size() {
    return code.length;
  }

  /** Whether it exports a name. */
  public boolean exports(String symbol) {
    return symbols.containsKey(symbol);
  }

  /**
   * Offset of an exported name from the start of the code.
   *
   * @throws IllegalArgumentException if the image does not export it
   */
  public int offset(String symbol) {
    Integer offset = symbols.get(symbol);
    if (offset == null) {
      throw new IllegalArgumentException(
          String.format(
              "guest image %s has no symbol %s; it exports %s",
              name, symbol, new TreeSet<>(symbols.keySet())));
    }
    return offset;
  }

  @Override
  public String toString() {
    return name + " (" + code.length + " bytes)";
  }
}
