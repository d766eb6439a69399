package dev.biosgateway.x86.device.uart;

import dev.biosgateway.x86.state.Section;

/** Line control register and divisor latch: how a character looks on the line, and how long. */
final class LineControl {
  private static final int CRYSTAL_HERTZ = 1_843_200;
  private static final long SECOND = 1_000_000_000L;

  private static final int WORD_LENGTH = 0x03;
  private static final int STOP_BITS = 0x04;
  private static final int PARITY_ENABLE = 0x08;
  private static final int BREAK = 0x40;
  private static final int DLAB = 0x80;

  /** 9600 baud; undefined on the chip until software sets it. */
  private static final int DIVISOR_AT_POWER_ON = 12;

  private int register;
  private int divisor;

  void powerOn() {
    divisor = DIVISOR_AT_POWER_ON;
  }

  void reset() {
    register = 0;
  }

  int register() {
    return register;
  }

  void setRegister(int value) {
    register = value;
  }

  int divisor() {
    return divisor;
  }

  void setDivisorLow(int value) {
    divisor = divisor & 0xff00 | value;
  }

  void setDivisorHigh(int value) {
    divisor = divisor & 0xff | value << 8;
  }

  boolean divisorLatchAccess() {
    return (register & DLAB) != 0;
  }

  boolean sendsBreak() {
    return (register & BREAK) != 0;
  }

  /** Divisor 0 stops the baud generator, and all traffic with it. */
  boolean running() {
    return divisor != 0;
  }

  /** The data bits of a character. */
  int characterMask() {
    return 0xff >>> 3 - (register & WORD_LENGTH);
  }

  /** Start bit, data bits, parity and stop bits at the baud rate. */
  long characterNanos() {
    int dataBits = 5 + (register & WORD_LENGTH);
    int halfStopBits = (register & STOP_BITS) == 0 ? 2 : dataBits == 5 ? 3 : 4;
    int parityHalfBits = (register & PARITY_ENABLE) != 0 ? 2 : 0;
    int halfBits = 2 + 2 * dataBits + parityHalfBits + halfStopBits;
    return halfBits * 8L * divisor * SECOND / CRYSTAL_HERTZ;
  }

  void save(Section out) {
    out.put("lcr", register).put("divisor", divisor);
  }

  void restore(Section in) {
    register = in.getInt("lcr");
    divisor = in.getInt("divisor");
  }
}
