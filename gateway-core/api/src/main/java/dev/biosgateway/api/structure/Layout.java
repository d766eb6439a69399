package dev.biosgateway.api.structure;

import dev.biosgateway.api.InvalidRequestException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Where the fields of a structure are. Immutable.
 *
 * @param name as {@link Layouts#named} finds it: {@code vbe-info}
 * @param source the specification it is from
 * @param repeats whether a buffer holds one after the other, as far as it reaches
 * @param fields in ascending order
 */
public record Layout(String name, String source, boolean repeats, List<Field> fields) {
  /** Copies the list. */
  public Layout {
    Objects.requireNonNull(name, "name");
    fields = List.copyOf(fields);
  }

  static Layout of(String name, String source, Field... fields) {
    return new Layout(name, source, false, Arrays.asList(fields));
  }

  static Layout repeating(String name, String source, Field... fields) {
    return new Layout(name, source, true, Arrays.asList(fields));
  }

  /** Bytes of one structure with all its fields. */
  public int size() {
    return fields.stream().mapToInt(field -> field.offset() + field.size()).max().orElse(0);
  }

  /**
   * Reads a structure. Fields that lie wholly behind the end of the bytes are left out: older
   * firmware fills shorter structures.
   *
   * @throws InvalidRequestException if not even the first field is there
   */
  public Structure read(byte[] bytes) {
    return read(bytes, 0);
  }

  /**
   * Reads a structure that begins within the bytes.
   *
   * @throws InvalidRequestException if not even the first field is there
   */
  public Structure read(byte[] bytes, int at) {
    if (at < 0 || at + fields.get(0).offset() + fields.get(0).size() > bytes.length) {
      throw new InvalidRequestException(
          String.format(
              "%s at offset %d: expected at least %d bytes, found %d",
              name, at, fields.get(0).size(), Math.max(0, bytes.length - at)));
    }
    return new Structure(this, Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size())));
  }
}
