package dev.biosgateway.x86.state;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The state of one component: an ordered list of named fields, each a number of up to 64 bits or a
 * block of bytes. Sections compare by value and name their differences, which is what tests and
 * snapshot comparison show.
 */
public final class Section {
  private final String name;
  private String[] fields = new String[16];
  private long[] numbers = new long[16];
  private byte[][] blocks = new byte[16][];
  private int size;
  private int cursor;

  public Section(String name) {
    this.name = Objects.requireNonNull(name, "name");
  }

  public String name() {
    return name;
  }

  /** Forgets all fields, so that the section can be filled again without allocating. */
  public Section clear() {
    Arrays.fill(blocks, 0, size, null);
    size = 0;
    cursor = 0;
    return this;
  }

  /** Starts reading at the first field again. */
  public Section rewind() {
    cursor = 0;
    return this;
  }

  /** Passes fields over, whose values the reader has already. */
  public void skip(int fields) {
    cursor += fields;
  }

  public Section put(String field, long value) {
    grow();
    fields[size] = field;
    numbers[size++] = value;
    return this;
  }

  public Section put(String field, boolean value) {
    return put(field, value ? 1 : 0);
  }

  /** Stores a copy of {@code block}. */
  public Section put(String field, byte[] block) {
    return putShared(field, block.clone());
  }

  /**
   * Stores {@code block} itself. Nobody may change it from now on: the section, and whoever is
   * restored from it, go on using it.
   */
  public Section putShared(String field, byte[] block) {
    grow();
    fields[size] = field;
    numbers[size] = block.length;
    blocks[size++] = block;
    return this;
  }

  /** Stores a copy of {@code values}, 32 bits each. */
  public Section put(String field, int[] values) {
    byte[] block = new byte[values.length * 4];
    for (int i = 0; i < values.length; i++) {
      for (int k = 0; k < 4; k++) {
        block[i * 4 + k] = (byte) (values[i] >>> (8 * k));
      }
    }
    return putShared(field, block);
  }

  public long getLong(String field) {
    int i = next(field, false);
    return numbers[i];
  }

  public int getInt(String field) {
    return (int) getLong(field);
  }

  public boolean getBoolean(String field) {
    return getLong(field) != 0;
  }

  /** Copies the block into {@code into}, whose length must be that of the block. */
  public void getBytes(String field, byte[] into) {
    int i = next(field, true);
    if (blocks[i].length != into.length) {
      throw new StateException(
          "section %s, field %s: holds %d bytes, the component takes %d"
              .formatted(name, field, blocks[i].length, into.length));
    }
    System.arraycopy(blocks[i], 0, into, 0, into.length);
  }

  /** The block itself, of any length: it must not be changed. */
  public byte[] getShared(String field) {
    return blocks[next(field, true)];
  }

  public void getInts(String field, int[] into) {
    byte[] block = new byte[into.length * 4];
    getBytes(field, block);
    for (int i = 0; i < into.length; i++) {
      into[i] =
          (block[i * 4] & 0xff)
              | (block[i * 4 + 1] & 0xff) << 8
              | (block[i * 4 + 2] & 0xff) << 16
              | (block[i * 4 + 3] & 0xff) << 24;
    }
  }

  /** Names of the fields, in order. */
  public List<String> fields() {
    return List.of(Arrays.copyOf(fields, size));
  }

  /**
   * Writes the section: name, number of fields, and for each its name, whether it is a block, and
   * the number or the block with its length before it. The same fields give the same bytes.
   */
  public void writeTo(DataOutput out) throws IOException {
    out.writeUTF(name);
    out.writeInt(size);
    for (int i = 0; i < size; i++) {
      out.writeUTF(fields[i]);
      out.writeBoolean(blocks[i] != null);
      if (blocks[i] == null) {
        out.writeLong(numbers[i]);
      } else {
        out.writeInt(blocks[i].length);
        out.write(blocks[i]);
      }
    }
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @param maxBlock bytes a block may have at most, so that a lying length allocates nothing
   * @throws StateException when a length is negative or above that
   */
  public static Section readFrom(DataInput in, int maxBlock) throws IOException {
    Section section = new Section(in.readUTF());
    int fields = section.checkLength("number of fields", in.readInt(), maxBlock);
    for (int i = 0; i < fields; i++) {
      String field = in.readUTF();
      if (in.readBoolean()) {
        byte[] block = new byte[section.checkLength(field, in.readInt(), maxBlock)];
        in.readFully(block);
        section.putShared(field, block);
      } else {
        section.put(field, in.readLong());
      }
    }
    return section;
  }

  private int checkLength(String field, int length, int max) {
    if (length < 0 || length > max) {
      throw new StateException(
          "section %s, %s: expected a length of 0 to %d, found %d"
              .formatted(name, field, max, length));
    }
    return length;
  }

  /** Readable differences to {@code other}, one a field; empty when both are equal. */
  public List<String> differences(Section other) {
    List<String> out = new ArrayList<>();
    if (!name.equals(other.name) || !fields().equals(other.fields())) {
      out.add("%s: another shape than %s".formatted(name, other.name));
      return out;
    }
    for (int i = 0; i < size; i++) {
      if (blocks[i] != null && other.blocks[i] != null) {
        int at = Arrays.mismatch(blocks[i], other.blocks[i]);
        if (at >= 0) {
          out.add("%s.%s: differs from byte 0x%x on".formatted(name, fields[i], at));
        }
      } else if (numbers[i] != other.numbers[i] || blocks[i] != other.blocks[i]) {
        out.add("%s.%s: 0x%x, other 0x%x".formatted(name, fields[i], numbers[i], other.numbers[i]));
      }
    }
    return out;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Section s && differences(s).isEmpty();
  }

  @Override
  public int hashCode() {
    int h = name.hashCode();
    for (int i = 0; i < size; i++) {
      h = h * 31 + Long.hashCode(numbers[i]) + Arrays.hashCode(blocks[i]);
    }
    return h;
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder(name).append('{');
    for (int i = 0; i < size; i++) {
      s.append(i == 0 ? "" : " ").append(fields[i]).append('=');
      s.append(
          blocks[i] != null ? blocks[i].length + " bytes" : "0x" + Long.toHexString(numbers[i]));
    }
    return s.append('}').toString();
  }

  private void grow() {
    if (size == fields.length) {
      fields = Arrays.copyOf(fields, size * 2);
      numbers = Arrays.copyOf(numbers, size * 2);
      blocks = Arrays.copyOf(blocks, size * 2);
    }
  }

  @SuppressWarnings("StringEquality") // a name is the same object, mostly
  private boolean isNamed(int index, String field) {
    return fields[index] == field || fields[index].equals(field);
  }

  private int next(String field, boolean block) {
    if (cursor >= size || !isNamed(cursor, field) || (blocks[cursor] != null) != block) {
      throw new StateException(
          "section %s: expected field %s%s, found %s"
              .formatted(
                  name,
                  field,
                  block ? " (bytes)" : "",
                  cursor < size ? fields[cursor] : "the end of the section"));
    }
    return cursor++;
  }
}
