package dev.biosgateway.api;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A named piece of guest memory that lives for one call: copied in before, copied out after.
 * Immutable.
 */
public final class CallBuffer {
  /** The largest buffer a far pointer can reach, in bytes: one segment. */
  public static final int MAX_FAR_SIZE = 0x10000;

  /** The largest buffer a flat pointer can reach, in bytes: 16 MiB. */
  public static final int MAX_FLAT_SIZE = 0x1000000;

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,63}");

  private final String name;
  private final BufferPointer pointer;
  private final int size;
  private final byte[] content;

  private CallBuffer(String name, BufferPointer pointer, int size, byte[] content) {
    this.name = name;
    this.pointer = pointer;
    this.size = size;
    this.content = content;
  }

  /**
   * A buffer.
   *
   * @param name letters, digits, {@code _ . -}, starting with a letter or {@code _}, at most 64
   * @param pointer the registers that get its address
   * @param size in bytes, 1 to {@link #MAX_FAR_SIZE} or {@link #MAX_FLAT_SIZE}
   * @param content the first bytes; zeroes follow. At most {@code size} bytes
   * @throws InvalidRequestException if one of these rules is broken
   */
  public static CallBuffer of(String name, BufferPointer pointer, int size, byte... content) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidRequestException(
          "buffer \"" + name + "\": a name is a letter, then letters, digits, _ . or -, up to 64");
    }
    int max = pointer instanceof BufferPointer.Far ? MAX_FAR_SIZE : MAX_FLAT_SIZE;
    if (size < 1 || size > max) {
      throw new InvalidRequestException(
          String.format(
              "buffer %s: %d bytes; %s reaches 1 to %d bytes", name, size, pointer.text(), max));
    }
    if (content.length > size) {
      throw new InvalidRequestException(
          String.format(
              "buffer %s: %d bytes of content do not fit its %d bytes",
              name, content.length, size));
    }
    return new CallBuffer(name, pointer, size, content.clone());
  }

  /** The name under which the result has its bytes. */
  public String name() {
    return name;
  }

  /** The registers that hold its address on entry. */
  public BufferPointer pointer() {
    return pointer;
  }

  /** Size in bytes. */
  public int size() {
    return size;
  }

  /** All {@link #size()} bytes it holds on entry, as a new array. */
  public byte[] content() {
    return Arrays.copyOf(content, size);
  }

  @Override
  public String toString() {
    return pointer.text() + "=" + name + ":" + size;
  }
}
