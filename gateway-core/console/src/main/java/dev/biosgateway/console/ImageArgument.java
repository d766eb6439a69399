package dev.biosgateway.console;

import dev.biosgateway.api.InvalidRequestException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file and where it is to lie: {@code FILE} or {@code FILE@ADDRESS}.
 *
 * @param file the file
 * @param address physical address, if one is named
 */
record ImageArgument(Path file, OptionalLong address) {
  private static final Pattern TEXT =
      Pattern.compile("(.+)@(0[xX][0-9a-fA-F]+|[0-9][0-9a-fA-F]*[hH]|[0-9]+)", Pattern.DOTALL);

  private static final long ADDRESS_MAX = 0xffffffffL;

  /**
   * Reads it. An {@code @} that no number follows belongs to the file's name.
   *
   * @throws InvalidRequestException if the address has more than 32 bits
   */
  static ImageArgument parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return new ImageArgument(Path.of(text), OptionalLong.empty());
    }
    String what = "address of " + matcher.group(1);
    long address = Numerals.number(what, matcher.group(2));
    if (address > ADDRESS_MAX) {
      throw new InvalidRequestException(
          what + ": " + matcher.group(2) + " is out of range, expected 0 to 0xffffffff");
    }
    return new ImageArgument(Path.of(matcher.group(1)), OptionalLong.of(address));
  }
}
