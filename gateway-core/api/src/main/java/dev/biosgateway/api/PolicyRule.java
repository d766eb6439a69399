package dev.biosgateway.api;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One rule of a {@link CallPolicy}, written as one line:
 *
 * <pre>
 * deny ports 0x3c0-0x3df      allow memory 0xa0000-0xbffff     log interrupts 0x13
 * deny msrs *                 deny devices vga                 log ports *
 * quota instructions 1000000  quota memory 64K
 * </pre>
 *
 * @param action what happens to an access that it matches
 * @param resource what is accessed
 * @param first the first number it matches; 0 for devices; with a quota, the quota
 * @param last the last number it matches, {@code first} or more; with a quota, the quota
 * @param device the device's name, for rules about devices; else empty
 */
public record PolicyRule(Action action, Resource resource, long first, long last, String device) {
  private static final Pattern TEXT =
      Pattern.compile("\\s*([a-z]+)\\s+([a-z]+)\\s+(\\S+)\\s*", Pattern.CASE_INSENSITIVE);
  private static final Pattern NUMBER =
      Pattern.compile("(0[xX][0-9a-fA-F]{1,8}|[0-9]{1,18})([KMG]?)");
  private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final String EXPECTED =
      "expected deny|allow|log ports|memory|interrupts|msrs RANGE, deny|allow|log devices NAME, or"
          + " quota instructions|memory NUMBER";

  /** What happens to an access. */
  public enum Action {
    /** It is refused: the call stops with {@link StopReason#POLICY} before it happens. */
    DENY,
    /** It is allowed, and everything of its kind that no rule of the policy allows is refused. */
    ALLOW,
    /** It happens, and is counted in {@link CallResult#logged()}. */
    LOG,
    /** No more than so much of it. */
    QUOTA
  }

  /** What can be accessed. */
  public enum Resource {
    /** I/O ports, 0 to 0xffff. */
    PORTS(0xffffL),
    /** Physical addresses, 0 to 0xffffffff. In a quota: bytes that may be written, in pages. */
    MEMORY(0xffffffffL),
    /** Software interrupts: the vectors of INT n, 0 to 0xff. */
    INTERRUPTS(0xffL),
    /** Model specific registers, by number, 0 to 0xffffffff. */
    MSRS(0xffffffffL),
    /** A device with all its ports and memory, by name. */
    DEVICES(0),
    /** Only in a quota: instructions of the routine. */
    INSTRUCTIONS(0);

    private final long max;

    Resource(long max) {
      this.max = max;
    }

    /** The highest number there is. */
    public long max() {
      return max;
    }

    /** As in a rule: {@code ports}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Checks that the parts go together.
   *
   * @throws InvalidRequestException if they do not
   */
  public PolicyRule {
    Objects.requireNonNull(action, "action");
    Objects.requireNonNull(resource, "resource");
    Objects.requireNonNull(device, "device");
    if (action == Action.QUOTA) {
      if (resource != Resource.INSTRUCTIONS && resource != Resource.MEMORY) {
        throw new InvalidRequestException("a quota is of instructions or of memory");
      }
      if (first < 1 || first != last) {
        throw new InvalidRequestException("quota of " + first + ": expected at least 1");
      }
    } else if (resource == Resource.INSTRUCTIONS) {
      throw new InvalidRequestException("instructions have a quota, no other rule");
    } else if (resource == Resource.DEVICES) {
      if (!DEVICE.matcher(device).matches()) {
        throw new InvalidRequestException("device \"" + device + "\": expected a device's name");
      }
    } else if (first < 0 || last < first || last > resource.max()) {
      throw new InvalidRequestException(
          String.format(
              "%s 0x%x-0x%x: expected 0 <= first <= last <= 0x%x",
              resource.text(), first, last, resource.max()));
    }
  }

  /** A rule about a range. */
  public static PolicyRule of(Action action, Resource resource, long first, long last) {
    return new PolicyRule(action, resource, first, last, "");
  }

  /**
   * Reads a rule.
   *
   * @throws InvalidRequestException that quotes what cannot be read and says what is expected
   */
  public static PolicyRule parse(String text) {
    Matcher words = TEXT.matcher(text);
    if (!words.matches()) {
      throw new InvalidRequestException("rule \"" + text + "\": " + EXPECTED);
    }
    Action action = named(Action.values(), words.group(1), text);
    Resource resource = named(Resource.values(), words.group(2), text);
    String what = words.group(3);
    try {
      if (resource == Resource.DEVICES) {
        return new PolicyRule(action, resource, 0, 0, what);
      }
      if (action == Action.QUOTA) {
        long quota = number(what, text);
        return of(action, resource, quota, quota);
      }
      if (what.equals("*")) {
        return of(action, resource, 0, resource.max());
      }
      int dash = what.indexOf('-');
      long first = number(dash < 0 ? what : what.substring(0, dash), text);
      return of(action, resource, first, dash < 0 ? first : number(what.substring(dash + 1), text));
    } catch (InvalidRequestException e) {
      throw new InvalidRequestException("rule \"" + text.strip() + "\": " + e.getMessage(), e);
    }
  }

  private static <E extends Enum<E>> E named(E[] values, String word, String text) {
    for (E value : values) {
      if (value.name().equalsIgnoreCase(word)) {
        return value;
      }
    }
    throw new InvalidRequestException(
        "rule \"" + text.strip() + "\": \"" + word + "\" is unknown: " + EXPECTED);
  }

  private static long number(String word, String text) {
    Matcher number = NUMBER.matcher(word);
    if (!number.matches()) {
      throw new InvalidRequestException(
          "\"" + word + "\" is no number: expected 0x3c0, 960, 64K or a range of two");
    }
    long value = Long.decode(decimal(number.group(1)));
    return switch (number.group(2)) {
      case "K" -> value << 10;
      case "M" -> value << 20;
      case "G" -> value << 30;
      case "" -> value;
      default -> throw new IllegalStateException(text);
    };
  }

  /** Without leading zeroes, which Long.decode takes for octal. */
  private static String decimal(String digits) {
    return digits.startsWith("0x") || digits.startsWith("0X")
        ? digits
        : digits.replaceFirst("^0+(?=.)", "");
  }

  /** Whether it is about this number. */
  public boolean matches(long number) {
    return number >= first && number <= last;
  }

  /** The rule as {@link #parse} reads it. */
  @Override
  public String toString() {
    String what;
    if (resource == Resource.DEVICES) {
      what = device;
    } else if (action == Action.QUOTA) {
      what = Long.toString(first);
    } else if (first == 0 && last == resource.max()) {
      what = "*";
    } else {
      what = first == last ? String.format("0x%x", first) : String.format("0x%x-0x%x", first, last);
    }
    return action.name().toLowerCase(Locale.ROOT) + " " + resource.text() + " " + what;
  }
}
