package dev.biosgateway.api;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real mode address: segment and offset, 16 bits each.
 *
 * @param segment 0 to 0xffff
 * @param offset 0 to 0xffff
 */
public record FarPointer(int segment, int offset) {
  private static final Pattern TEXT =
      Pattern.compile("(?:0x)?([0-9a-fA-F]{1,4}):(?:0x)?([0-9a-fA-F]{1,4})");

  /**
   * Checks both halves.
   *
   * @throws InvalidRequestException if a half does not fit 16 bits
   */
  public FarPointer {
    if ((segment & ~0xffff) != 0 || (offset & ~0xffff) != 0) {
      throw new InvalidRequestException(
          String.format("%x:%x: segment and offset hold 0 to 0xffff each", segment, offset));
    }
  }

  /**
   * Reads {@code c000:0003}: both halves hexadecimal, with or without {@code 0x}.
   *
   * @throws InvalidRequestException if the text is anything else
   */
  public static FarPointer parse(String text) {
    Matcher matcher = TEXT.matcher(text.trim());
    if (!matcher.matches()) {
      throw new InvalidRequestException(
          "\"" + text + "\" is no far address: expected SEGMENT:OFFSET in hexadecimal (c000:0003)");
    }
    return new FarPointer(
        Integer.parseInt(matcher.group(1), 16), Integer.parseInt(matcher.group(2), 16));
  }

  /** The linear address, segment * 16 + offset: 0 to 0x10ffef. A20 is not applied. */
  public int linear() {
    return (segment << 4) + offset;
  }

  /** {@code c000:0003}. */
  @Override
  public String toString() {
    return String.format("%04x:%04x", segment, offset);
  }
}
