package dev.biosgateway.kexec.extension;

import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.spi.ProgramImage;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ranges of ports or physical addresses, as a service property has them: {@code 0x60-0x64, 0x70}.
 *
 * @param ranges at least one
 */
record AddressRanges(List<Range> ranges) {
  private static final String NUMBER = "(0[xX][0-9a-fA-F]{1,8}|[0-9]{1,9})";
  private static final Pattern RANGE =
      Pattern.compile("\\s*" + NUMBER + "(?:\\s*-\\s*" + NUMBER + ")?\\s*");

  /**
   * One of them.
   *
   * @param first the first address
   * @param last the last one, {@code first} or more
   */
  record Range(long first, long last) {
    boolean touches(long address, int size) {
      return address <= last && address + size - 1 >= first;
    }
  }

  /**
   * Reads what the image's attribute says.
   *
   * @param max the highest address
   * @throws ProgramException if it is missing or cannot be read
   */
  static AddressRanges of(ProgramImage image, String attribute, long max) {
    List<Range> ranges = new ArrayList<>();
    String text = image.attributes().get(attribute) instanceof String s ? s : "";
    for (String part : text.split(",", -1)) {
      Matcher words = RANGE.matcher(part);
      long first = words.matches() ? number(words.group(1)) : -1;
      long last = first < 0 || words.group(2) == null ? first : number(words.group(2));
      if (first < 0 || last < first || last > max) {
        throw ProgramException.of(image.name(), attribute)
            .file(image.file())
            .expected(String.format("ranges as 0x60-0x64, 0x70, from 0 to 0x%x", max))
            .found(text.isEmpty() ? "nothing" : "\"" + text + "\"")
            .remedy("correct the service property biosgateway." + attribute)
            .build();
      }
      ranges.add(new Range(first, last));
    }
    return new AddressRanges(List.copyOf(ranges));
  }

  private static long number(String text) {
    return text.length() > 1 && (text.charAt(1) | 0x20) == 'x'
        ? Long.parseLong(text.substring(2), 16)
        : Long.parseLong(text);
  }

  /** Whether any byte of an access lies in one of them. */
  boolean touch(long address, int size) {
    for (Range range : ranges) {
      if (range.touches(address, size)) {
        return true;
      }
    }
    return false;
  }
}
