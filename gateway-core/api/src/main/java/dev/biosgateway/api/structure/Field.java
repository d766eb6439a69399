package dev.biosgateway.api.structure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One field of a {@link Layout}.
 *
 * @param name as the structure's specification has it
 * @param offset of its first byte
 * @param size bytes: 1 to 8 for numbers, 4 for far pointers, any for texts and bytes
 * @param kind how its bytes are read
 * @param names for bits, the name of each mask; for numbers, the name of each value; else empty
 */
public record Field(String name, int offset, int size, Kind kind, Map<Long, String> names) {
  /** How the bytes of a field are read; all numbers are little-endian and unsigned. */
  public enum Kind {
    /** A number that is read in decimal. */
    COUNT,
    /** A number that is read in hexadecimal: an address, an identifier. */
    HEX,
    /** A set of named bits. */
    BITS,
    /** Offset and segment of real mode: {@code c000:1234}. */
    FAR_POINTER,
    /** Characters up to the first zero byte or the end of the field. */
    TEXT,
    /** Bytes as they are. */
    BYTES
  }

  /** Checks the size and copies the names. */
  public Field {
    Objects.requireNonNull(name, "name");
    names = Map.copyOf(names);
    boolean number = kind == Kind.COUNT || kind == Kind.HEX || kind == Kind.BITS;
    if (offset < 0 || size < 1 || number && size > 8 || kind == Kind.FAR_POINTER && size != 4) {
      throw new IllegalArgumentException(name + ": no field of " + size + " bytes at " + offset);
    }
  }

  /** A number read in decimal. */
  public static Field count(String name, int offset, int size) {
    return new Field(name, offset, size, Kind.COUNT, Map.of());
  }

  /** A number read in hexadecimal. */
  public static Field hex(String name, int offset, int size) {
    return new Field(name, offset, size, Kind.HEX, Map.of());
  }

  /** A far pointer. */
  public static Field pointer(String name, int offset) {
    return new Field(name, offset, 4, Kind.FAR_POINTER, Map.of());
  }

  /** Characters. */
  public static Field text(String name, int offset, int size) {
    return new Field(name, offset, size, Kind.TEXT, Map.of());
  }

  /** Bytes. */
  public static Field bytes(String name, int offset, int size) {
    return new Field(name, offset, size, Kind.BYTES, Map.of());
  }

  /** Bits with names, the lowest first; an empty name is a reserved bit. */
  public static Field bits(String name, int offset, int size, String... bits) {
    Map<Long, String> names = new LinkedHashMap<>();
    for (int i = 0; i < bits.length; i++) {
      if (!bits[i].isEmpty()) {
        names.put(1L << i, bits[i]);
      }
    }
    return new Field(name, offset, size, Kind.BITS, names);
  }

  /** A number whose values have names. */
  public static Field choice(String name, int offset, int size, Map<Long, String> values) {
    return new Field(name, offset, size, Kind.COUNT, values);
  }
}
