package dev.biosgateway.x86.state;

import java.util.Arrays;

/**
 * Names of the fields of one part of a component, such as {@code counter0.mode}: a prefix and what
 * the part calls the field. They are asked for in the same order at each save and each restore, so
 * each is put together once and found again without looking. Not thread-safe.
 */
public final class FieldNames {
  private final String prefix;
  private String[] asked = new String[16];
  private String[] full = new String[16];
  private int count;
  private int next;

  /** Names that begin with {@code prefix}. */
  public FieldNames(String prefix) {
    this.prefix = prefix;
  }

  /** The whole name of {@code field}. */
  @SuppressWarnings("StringEquality") // a constant asked for again is the same object
  public String of(String field) {
    for (int tries = 0; tries < count; tries++) {
      int i = next < count ? next : 0;
      next = i + 1;
      if (asked[i] == field) {
        return full[i];
      }
    }
    if (count == asked.length) {
      asked = Arrays.copyOf(asked, count * 2);
      full = Arrays.copyOf(full, count * 2);
    }
    asked[count] = field;
    full[count] = prefix + field;
    next = count + 1;
    return full[count++];
  }
}
