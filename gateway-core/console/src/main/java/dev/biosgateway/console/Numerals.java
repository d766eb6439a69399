package dev.biosgateway.console;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.PortRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How numbers are written on the command line: as in C, or with an assembler's trailing h. */
final class Numerals {
  private static final Pattern HEX = Pattern.compile("0[xX]([0-9a-fA-F]{1,15})");
  private static final Pattern HEX_H = Pattern.compile("([0-9][0-9a-fA-F]{0,14})[hH]");
  private static final Pattern BINARY = Pattern.compile("0[bB]([01]{1,62})");
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,18}");
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m)?");

  private static final Pattern MEMORY = Pattern.compile("([0-9]{1,9})([KMG])");

  private Numerals() {}

  /**
   * Reads {@code 79}, {@code 0x4f}, {@code 4fh} or {@code 0b1001111}.
   *
   * @param what names the number in the error
   */
  static long number(String what, String text) {
    Matcher hex = HEX.matcher(text);
    if (hex.matches()) {
      return Long.parseLong(hex.group(1), 16);
    }
    Matcher suffixed = HEX_H.matcher(text);
    if (suffixed.matches()) {
      return Long.parseLong(suffixed.group(1), 16);
    }
    Matcher binary = BINARY.matcher(text);
    if (binary.matches()) {
      return Long.parseLong(binary.group(1), 2);
    }
    if (DECIMAL.matcher(text).matches()) {
      return Long.parseLong(text);
    }
    throw new InvalidRequestException(
        what + ": \"" + text + "\" is no number; expected 79, 0x4f, 4fh or 0b1001111");
  }

  /** Reads a number that is an {@code int}. */
  static int integer(String what, String text, int min, int max) {
    long value = number(what, text);
    if (value < min || value > max) {
      throw new InvalidRequestException(
          what + ": " + text + " is out of range, expected " + min + " to " + max);
    }
    return (int) value;
  }

  /** Reads a number from 1 on. */
  static long atLeastOne(String what, String text) {
    long value = number(what, text);
    if (value < 1) {
      throw new InvalidRequestException(
          what + ": " + text + " is out of range, expected 1 or more");
    }
    return value;
  }

  /** Reads {@code 640K}, {@code 64M} or {@code 1G}: bytes. */
  static long memory(String what, String text) {
    Matcher matcher = MEMORY.matcher(text.toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new InvalidRequestException(
          what + ": \"" + text + "\" is no size of memory; expected 64M or 1G");
    }
    int shift =
        switch (matcher.group(2)) {
          case "K" -> 10;
          case "M" -> 20;
          default -> 30;
        };
    return Long.parseLong(matcher.group(1)) << shift;
  }

  /** Reads {@code 500ms}, {@code 5s}, {@code 2m}, or seconds without a unit. */
  static Duration duration(String what, String text) {
    Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new InvalidRequestException(
          what + ": \"" + text + "\" is no duration; expected 500ms, 5s or 2m");
    }
    long value = Long.parseLong(matcher.group(1));
    if ("ms".equals(matcher.group(2))) {
      return Duration.ofMillis(value);
    }
    return "m".equals(matcher.group(2)) ? Duration.ofMinutes(value) : Duration.ofSeconds(value);
  }

  /** Reads {@code 0x3c0-0x3df,0x80}. */
  static List<PortRange> ports(String what, String text) {
    List<PortRange> ranges = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String[] bounds = part.split("-", 2);
      int first = integer(what, bounds[0], 0, 0xffff);
      ranges.add(
          new PortRange(first, bounds.length == 1 ? first : integer(what, bounds[1], 0, 0xffff)));
    }
    return ranges;
  }
}
