package dev.biosgateway.api.structure;

import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A structure out of a buffer: its fields by name. Immutable. */
public final class Structure {
  private final Layout layout;
  private final byte[] bytes;

  Structure(Layout layout, byte[] bytes) {
    this.layout = layout;
    this.bytes = bytes;
  }

  /** Where its fields are. */
  public Layout layout() {
    return layout;
  }

  /** Whether a field is within the bytes there are. */
  public boolean has(String field) {
    return isThere(field(field));
  }

  private boolean isThere(Field field) {
    return field.offset() + field.size() <= bytes.length;
  }

  /**
   * The unsigned value of a number; of a far pointer, segment and offset as 32 bits.
   *
   * @throws InvalidRequestException if there is no such field, or the bytes end before it
   */
  public long number(String field) {
    return number(required(field));
  }

  private long number(Field field) {
    long value = 0;
    for (int i = Math.min(field.size(), 8) - 1; i >= 0; i--) {
      value = value << 8 | bytes[field.offset() + i] & 0xff;
    }
    return value;
  }

  /**
   * A far pointer.
   *
   * @throws InvalidRequestException as {@link #number}
   */
  public FarPointer pointer(String field) {
    return pointer(required(field));
  }

  private FarPointer pointer(Field field) {
    long value = number(field);
    return new FarPointer((int) (value >>> 16) & 0xffff, (int) value & 0xffff);
  }

  /**
   * A field as people read it.
   *
   * @throws InvalidRequestException as {@link #number}
   */
  public String text(String field) {
    return text(required(field));
  }

  private String text(Field field) {
    return switch (field.kind()) {
      case COUNT -> {
        long value = number(field);
        String name = field.names().get(value);
        String digits = Long.toUnsignedString(value);
        yield name == null ? digits : digits + " (" + name + ")";
      }
      case HEX -> String.format("0x%0" + 2 * field.size() + "x", number(field));
      case BITS -> bits(field);
      case FAR_POINTER -> pointer(field).toString();
      case TEXT -> characters(field);
      case BYTES -> HexFormat.of().formatHex(bytes, field.offset(), field.offset() + field.size());
    };
  }

  private String bits(Field field) {
    long value = number(field);
    List<String> set = new ArrayList<>();
    for (int bit = 0; bit < 8 * field.size(); bit++) {
      long mask = 1L << bit;
      if ((value & mask) != 0) {
        set.add(field.names().getOrDefault(mask, "bit " + bit));
      }
    }
    String hex = String.format("0x%0" + 2 * field.size() + "x", value);
    return set.isEmpty() ? hex : hex + " (" + String.join(", ", set) + ")";
  }

  private String characters(Field field) {
    int end = field.offset();
    while (end < field.offset() + field.size() && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, field.offset(), end - field.offset(), StandardCharsets.ISO_8859_1)
        .strip();
  }

  /** All fields that are there, as people read them, in the order of the layout. */
  public Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Field field : layout.fields()) {
      if (isThere(field)) {
        texts.put(field.name(), text(field));
      }
    }
    return texts;
  }

  /**
   * All fields that are there, as scripts read them: numbers as Long (those of 64 bits as unsigned
   * texts), everything else as text.
   */
  public Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Field field : layout.fields()) {
      if (isThere(field)) {
        values.put(field.name(), value(field));
      }
    }
    return values;
  }

  private Object value(Field field) {
    return switch (field.kind()) {
      case COUNT, BITS ->
          number(field) < 0 ? (Object) Long.toUnsignedString(number(field)) : (Long) number(field);
      case HEX, FAR_POINTER, TEXT, BYTES -> text(field);
    };
  }

  private Field required(String name) {
    Field field = field(name);
    if (!isThere(field)) {
      throw new InvalidRequestException(
          String.format(
              "%s.%s: at offset %d, but there are only %d bytes",
              layout.name(), name, field.offset(), bytes.length));
    }
    return field;
  }

  private Field field(String name) {
    return layout.fields().stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    layout.name()
                        + " has no field \""
                        + name
                        + "\": it has "
                        + layout.fields().stream().map(Field::name).toList()));
  }

  /** {@code e820-entry{base=0x0, ...}}. */
  @Override
  public String toString() {
    return layout.name() + texts();
  }
}
