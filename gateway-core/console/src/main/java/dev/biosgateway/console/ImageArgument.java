package dev.biosgateway.console;

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

  /** Reads it. An {@code @} that no number follows belongs to the file's name. */
  static ImageArgument parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    return matcher.matches()
        ? new ImageArgument(
            Path.of(matcher.group(1)),
            OptionalLong.of(Numerals.number("address of " + matcher.group(1), matcher.group(2))))
        : new ImageArgument(Path.of(text), OptionalLong.empty());
  }
}
