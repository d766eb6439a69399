package dev.biosgateway.x86.device.rtc;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The ten clock bytes of an MC146818 and the century byte, in whichever of binary and BCD, 12 and
 * 24 hours register B says.
 */
final class RtcTime {
  private static final int SECONDS = 0;
  private static final int SECONDS_ALARM = 1;
  private static final int MINUTES = 2;
  private static final int MINUTES_ALARM = 3;
  private static final int HOURS = 4;
  private static final int HOURS_ALARM = 5;
  private static final int DAY_OF_WEEK = 6;
  private static final int DAY_OF_MONTH = 7;
  private static final int MONTH = 8;
  private static final int YEAR = 9;
  private static final int REGISTER_B = 0x0b;
  static final int CENTURY = 0x32;

  private static final int B_BINARY = 0x04;
  private static final int B_24_HOURS = 0x02;
  private static final int PM = 0x80;

  /** The two highest bits of an alarm byte mean "don't care". */
  private static final int ANY = 0xc0;

  private static final int DAY = 86_400;

  private final byte[] bytes;

  RtcTime(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The time in the registers, as UTC; empty when they hold no date of the calendar. */
  Optional<Instant> get() {
    try {
      int year = decode(bytes[CENTURY], false) * 100 + decode(bytes[YEAR]);
      return Optional.of(
          LocalDateTime.of(
                  year,
                  decode(bytes[MONTH]),
                  decode(bytes[DAY_OF_MONTH]),
                  decodeHours(bytes[HOURS]),
                  decode(bytes[MINUTES]),
                  decode(bytes[SECONDS]))
              .toInstant(ZoneOffset.UTC));
    } catch (DateTimeException noSuchDate) {
      return Optional.empty();
    }
  }

  void set(Instant instant) {
    LocalDateTime t = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    bytes[SECONDS] = encode(t.getSecond());
    bytes[MINUTES] = encode(t.getMinute());
    bytes[HOURS] = encodeHours(t.getHour());
    bytes[DAY_OF_WEEK] = encode(t.getDayOfWeek().getValue() % 7 + 1); // Sunday is 1
    bytes[DAY_OF_MONTH] = encode(t.getDayOfMonth());
    bytes[MONTH] = encode(t.getMonthValue());
    bytes[YEAR] = encode(t.getYear() % 100);
    bytes[CENTURY] = bcd(t.getYear() / 100); // BCD in either mode: it is RAM, not a clock register
  }

  /**
   * Lets {@code seconds} pass.
   *
   * @return whether the alarm matched one of the seconds that began
   */
  boolean advance(long seconds) {
    Instant before = get().orElseThrow();
    int weekday = decode(bytes[DAY_OF_WEEK]);
    Instant after = before.plusSeconds(seconds);
    set(after);
    // The weekday is a counter of its own: what software put there goes on from there.
    long midnights =
        Math.floorDiv(after.getEpochSecond(), DAY) - Math.floorDiv(before.getEpochSecond(), DAY);
    bytes[DAY_OF_WEEK] = encode((int) Math.floorMod(weekday - 1 + midnights, 7L) + 1);
    long first = before.getEpochSecond() + 1;
    for (long i = 0; i < Math.min(seconds, DAY); i++) {
      if (isAlarm((int) Math.floorMod(first + i, (long) DAY))) {
        return true;
      }
    }
    return false;
  }

  private boolean isAlarm(int secondOfDay) {
    return matches(SECONDS_ALARM, encode(secondOfDay % 60))
        && matches(MINUTES_ALARM, encode(secondOfDay / 60 % 60))
        && matches(HOURS_ALARM, encodeHours(secondOfDay / 3600));
  }

  private boolean matches(int alarm, byte value) {
    return (bytes[alarm] & ANY) == ANY || bytes[alarm] == value;
  }

  private boolean binary() {
    return (bytes[REGISTER_B] & B_BINARY) != 0;
  }

  private int decode(byte b) {
    return decode(b, binary());
  }

  private static int decode(byte b, boolean binary) {
    int v = b & 0xff;
    return binary ? v : (v >>> 4) * 10 + (v & 15);
  }

  private byte encode(int value) {
    return binary() ? (byte) value : bcd(value);
  }

  private static byte bcd(int value) {
    return (byte) (value / 10 << 4 | value % 10);
  }

  private int decodeHours(byte b) {
    if ((bytes[REGISTER_B] & B_24_HOURS) != 0) {
      return decode(b);
    }
    int twelve = decode((byte) (b & ~PM)) % 12;
    return (b & PM) != 0 ? twelve + 12 : twelve;
  }

  private byte encodeHours(int hours) {
    if ((bytes[REGISTER_B] & B_24_HOURS) != 0) {
      return encode(hours);
    }
    int twelve = hours % 12 == 0 ? 12 : hours % 12;
    return (byte) (encode(twelve) | (hours >= 12 ? PM : 0));
  }
}
