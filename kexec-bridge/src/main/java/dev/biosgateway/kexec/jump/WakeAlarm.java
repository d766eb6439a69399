package dev.biosgateway.kexec.jump;

import dev.biosgateway.x86.bus.PortMap;
import java.time.Duration;

/**
 * The alarm of the real-time clock (MC146818A data sheet, "Time, Calendar and Alarm Locations"),
 * set as rtcwake(8) sets it: it wakes a machine that is suspended to RAM.
 */
public final class WakeAlarm {
  private static final int INDEX = 0x70;
  private static final int DATA = 0x71;

  // ---- registers of the clock; the alarm's is behind each of the time's
  private static final int SECONDS = 0x00;
  private static final int MINUTES = 0x02;
  private static final int HOURS = 0x04;
  private static final int STATUS_A = 0x0a;
  private static final int STATUS_B = 0x0b;
  private static final int STATUS_C = 0x0c;

  private static final int UPDATE_IN_PROGRESS = 0x80;
  private static final int ALARM_INTERRUPT = 0x20;
  private static final int BINARY = 0x04;
  private static final int HOURS_24 = 0x02;
  private static final int PM = 0x80;

  private static final int DAY = 24 * 60 * 60;

  private final PortMap ports;
  private final boolean binary;
  private final boolean hours24;

  private WakeAlarm(PortMap ports, int statusB) {
    this.ports = ports;
    this.binary = (statusB & BINARY) != 0;
    this.hours24 = (statusB & HOURS_24) != 0;
  }

  /**
   * Sets the alarm and enables its interrupt.
   *
   * @param from now on; 1 second to less than 24 hours, fractions of a second are rounded up
   * @throws IllegalArgumentException for other times, see {@link #requireSettable}
   */
  public static void arm(PortMap ports, Duration from) {
    int seconds = requireSettable(from);
    int statusB = read(ports, STATUS_B);
    new WakeAlarm(ports, statusB).set(seconds);
    read(ports, STATUS_C); // an alarm of the past
    write(ports, STATUS_B, statusB | ALARM_INTERRUPT);
  }

  /**
   * The seconds of a time from now on.
   *
   * @throws IllegalArgumentException for times the clock cannot be set to: it knows no date of an
   *     alarm
   */
  public static int requireSettable(Duration from) {
    long seconds = from.plusNanos(999_999_999).toSeconds();
    if (seconds < 1 || seconds >= DAY) {
      throw new IllegalArgumentException(
          "the clock's alarm: expected 1 second to less than 24 hours, found " + from);
    }
    return (int) seconds;
  }

  private void set(int seconds) {
    // The second that an update is about to begin is over when the registers are read.
    int ahead = (read(ports, STATUS_A) & UPDATE_IN_PROGRESS) != 0 ? 1 : 0;
    int now = number(SECONDS) + 60 * number(MINUTES) + 3600 * hour();
    int then = (now + seconds + ahead) % DAY;
    write(ports, SECONDS + 1, encode(then % 60));
    write(ports, MINUTES + 1, encode(then / 60 % 60));
    write(ports, HOURS + 1, encodeHour(then / 3600));
  }

  private int hour() {
    if (hours24) {
      return number(HOURS);
    }
    int value = read(ports, HOURS);
    return decode(value & ~PM) % 12 + ((value & PM) != 0 ? 12 : 0);
  }

  private int encodeHour(int hour) {
    if (hours24) {
      return encode(hour);
    }
    int twelve = hour % 12 == 0 ? 12 : hour % 12;
    return encode(twelve) | (hour >= 12 ? PM : 0);
  }

  private int number(int register) {
    return decode(read(ports, register));
  }

  private int decode(int value) {
    return binary ? value : (value >>> 4) * 10 + (value & 15);
  }

  private int encode(int value) {
    return binary ? value : value / 10 << 4 | value % 10;
  }

  private static int read(PortMap ports, int register) {
    ports.out(INDEX, 1, register);
    return ports.in(DATA, 1);
  }

  private static void write(PortMap ports, int register, int value) {
    ports.out(INDEX, 1, register);
    ports.out(DATA, 1, value);
  }
}
