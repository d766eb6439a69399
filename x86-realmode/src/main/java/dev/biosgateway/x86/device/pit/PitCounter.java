package dev.biosgateway.x86.device.pit;

import dev.biosgateway.x86.state.FieldNames;
import dev.biosgateway.x86.state.Section;

/**
 * One counter of an 8254 (Intel 8254 data sheet, order 231164), in closed form: instead of counting
 * it remembers the CLK pulse at which its counting element was loaded, from which the count and OUT
 * at any pulse follow.
 *
 * <p>Instants are CLK pulses since power-on. Every method first brings the counter up to the pulse
 * it is given; pulses never go backwards.
 */
final class PitCounter {
  static final long NEVER = Long.MAX_VALUE;

  /** RW bits of the control word. */
  private static final int LSB_ONLY = 1;

  private static final int MSB_ONLY = 2;
  private static final int LSB_THEN_MSB = 3;

  private final Runnable illegalCount;
  private final FieldNames names;
  private int mode;
  private boolean bcd;
  private int readWrite;
  private boolean gate;

  /** The count in the counting element when it was last loaded, 2 to 65536 (10000 in BCD). */
  private int initial;

  /**
   * The pulse at which the counting element was loaded; moved on by the time spent with gate low.
   */
  private long origin;

  /** Whether the counting element has been loaded since the control word was written. */
  private boolean loaded;

  /** In modes 0, 2, 3 and 4 with gate low, counting stands still at {@link #elapsed}. */
  private boolean paused;

  private long elapsed;

  /** The count register CR: what the next load takes. */
  private int countRegister;

  private boolean countWritten;

  /** When CR goes to the counting element, {@link #NEVER} when a trigger has to come first. */
  private long loadAt;

  private int lowByte;
  private boolean expectMsb;
  private boolean readMsb;

  private boolean countLatched;
  private int countLatch;
  private boolean statusLatched;
  private int statusLatch;

  /**
   * @param illegalCount called when a count is written that the data sheet forbids: 1 in modes 2
   *     and 3, taken for 2
   */
  PitCounter(int number, Runnable illegalCount) {
    this.illegalCount = illegalCount;
    this.names = new FieldNames("counter" + number + ".");
  }

  void powerOn(boolean gateLevel) {
    mode = 0;
    bcd = false;
    readWrite = LSB_THEN_MSB;
    gate = gateLevel;
    forgetCount();
    initial = 0x10000;
    countRegister = 0x10000;
    lowByte = 0;
    countLatched = false;
    statusLatched = false;
  }

  /** Control word: programs the counter and stops it until a count is written. */
  void program(int controlWord) {
    int m = controlWord >>> 1 & 7;
    mode = m > 5 ? m & 3 : m; // 110 and 111 are modes 2 and 3
    bcd = (controlWord & 1) != 0;
    readWrite = controlWord >>> 4 & 3;
    countLatched = false;
    statusLatched = false;
    forgetCount();
  }

  /** Control word with RW = 00, and read-back: holds the count until it is read. */
  void latchCount(long now) {
    if (!countLatched) {
      countLatch = count(now);
      countLatched = true;
    }
  }

  /** Read-back: holds the status byte until it is read. */
  void latchStatus(long now) {
    if (!statusLatched) {
      boolean out = out(now);
      boolean nullCount = !loaded || countWritten;
      statusLatch =
          (out ? 0x80 : 0) | (nullCount ? 0x40 : 0) | readWrite << 4 | mode << 1 | (bcd ? 1 : 0);
      statusLatched = true;
    }
  }

  int read(long now) {
    if (statusLatched) {
      statusLatched = false;
      return statusLatch;
    }
    int value = countLatched ? countLatch : count(now);
    boolean msb = readWrite == MSB_ONLY || (readWrite == LSB_THEN_MSB && readMsb);
    readMsb = readWrite == LSB_THEN_MSB && !readMsb;
    if (!readMsb) {
      countLatched = false;
    }
    return msb ? value >>> 8 & 0xff : value & 0xff;
  }

  void write(long now, int value) {
    settle(now);
    switch (readWrite) {
      case LSB_ONLY -> newCount(now, value);
      case MSB_ONLY -> newCount(now, value << 8);
      case LSB_THEN_MSB -> {
        if (expectMsb) {
          newCount(now, lowByte | value << 8);
        } else {
          lowByte = value;
          if (mode == 0) {
            // "Writing the first byte disables counting. OUT is set low immediately."
            loaded = false;
            loadAt = NEVER;
          }
        }
        expectMsb = !expectMsb;
      }
      default -> throw new AssertionError(readWrite); // 00 is the latch command
    }
  }

  void setGate(long now, boolean high) {
    settle(now);
    boolean rises = high && !gate;
    gate = high;
    switch (mode) {
      case 0, 4 -> pause(now, !high);
      case 1, 5 -> {
        if (rises && (loaded || countWritten)) {
          loadAt = now + 1;
        }
      }
      default -> { // 2 and 3: gate low stops and forces OUT high, the rising edge starts anew
        if (rises && (loaded || countWritten)) {
          loadAt = now + 1;
        } else {
          pause(now, !high);
        }
      }
    }
  }

  boolean gate() {
    return gate;
  }

  /** Level of OUT at pulse {@code now}. */
  boolean out(long now) {
    settle(now);
    if (!loaded || (paused && (mode == 2 || mode == 3))) {
      return mode != 0;
    }
    long t = elapsedAt(now);
    return switch (mode) {
      case 0 -> t >= initial;
      case 1 -> t >= initial;
      case 2 -> t % initial != initial - 1;
      case 3 -> t % initial < initial + 1 >>> 1;
      case 4, 5 -> t != initial;
      default -> throw new AssertionError(mode);
    };
  }

  /** The next pulse after {@code now} at which OUT may have another level than now. */
  long nextEdge(long now) {
    settle(now);
    long next = loadAt;
    if (!loaded || paused) {
      return next;
    }
    long t = elapsedAt(now);
    long phase = t % initial;
    long after =
        switch (mode) {
          case 0, 1 -> t < initial ? initial - t : NEVER;
          case 2 -> phase < initial - 1 ? initial - 1 - phase : 1;
          case 3 -> {
            long high = initial + 1 >>> 1;
            yield phase < high ? high - phase : initial - phase;
          }
          case 4, 5 -> t > initial ? NEVER : t < initial ? initial - t : 1;
          default -> throw new AssertionError(mode);
        };
    return after == NEVER ? next : Math.min(next, now + after);
  }

  void save(Section out) {
    out.put(names.of("mode"), mode).put(names.of("bcd"), bcd).put(names.of("rw"), readWrite);
    out.put(names.of("gate"), gate)
        .put(names.of("initial"), initial)
        .put(names.of("origin"), origin);
    out.put(names.of("loaded"), loaded).put(names.of("paused"), paused);
    out.put(names.of("elapsed"), elapsed);
    out.put(names.of("cr"), countRegister).put(names.of("crWritten"), countWritten);
    out.put(names.of("loadAt"), loadAt).put(names.of("lowByte"), lowByte);
    out.put(names.of("expectMsb"), expectMsb).put(names.of("readMsb"), readMsb);
    out.put(names.of("countLatched"), countLatched).put(names.of("countLatch"), countLatch);
    out.put(names.of("statusLatched"), statusLatched).put(names.of("statusLatch"), statusLatch);
  }

  void restore(Section in) {
    mode = in.getInt(names.of("mode"));
    bcd = in.getBoolean(names.of("bcd"));
    readWrite = in.getInt(names.of("rw"));
    gate = in.getBoolean(names.of("gate"));
    initial = in.getInt(names.of("initial"));
    origin = in.getLong(names.of("origin"));
    loaded = in.getBoolean(names.of("loaded"));
    paused = in.getBoolean(names.of("paused"));
    elapsed = in.getLong(names.of("elapsed"));
    countRegister = in.getInt(names.of("cr"));
    countWritten = in.getBoolean(names.of("crWritten"));
    loadAt = in.getLong(names.of("loadAt"));
    lowByte = in.getInt(names.of("lowByte"));
    expectMsb = in.getBoolean(names.of("expectMsb"));
    readMsb = in.getBoolean(names.of("readMsb"));
    countLatched = in.getBoolean(names.of("countLatched"));
    countLatch = in.getInt(names.of("countLatch"));
    statusLatched = in.getBoolean(names.of("statusLatched"));
    statusLatch = in.getInt(names.of("statusLatch"));
  }

  private void forgetCount() {
    loaded = false;
    paused = stoppedByGate();
    elapsed = 0;
    origin = 0;
    countWritten = false;
    loadAt = NEVER;
    expectMsb = false;
    readMsb = false;
  }

  private void newCount(long now, int written) {
    int value = bcd ? fromBcd(written) : written;
    countRegister = value == 0 ? bcd ? 10000 : 0x10000 : value;
    if (countRegister == 1 && (mode == 2 || mode == 3)) {
      countRegister = 2;
      illegalCount.run();
    }
    countWritten = true;
    switch (mode) {
      case 0, 4 -> loadAt = now + 1;
      case 1, 5 -> {} // waits for the trigger
      default -> {
        if (!loaded) {
          loadAt = now + 1;
        } else if (!paused && loadAt == NEVER) {
          // Mode 2 takes it at the end of the period, mode 3 at the end of the half-cycle.
          long phase = elapsedAt(now) % initial;
          long half = initial + 1 >>> 1;
          loadAt = now + (mode == 3 && phase < half ? half - phase : initial - phase);
        }
      }
    }
  }

  private void pause(long now, boolean stop) {
    if (stop == paused) {
      return;
    }
    if (stop) {
      elapsed = loaded ? elapsedAt(now) : 0;
    } else {
      origin = now - elapsed;
    }
    paused = stop;
  }

  private boolean stoppedByGate() {
    return !gate && mode != 1 && mode != 5;
  }

  /** Lets CR go to the counting element when its pulse has come. */
  private void settle(long now) {
    if (now < loadAt) {
      return;
    }
    // In mode 3 a count taken at the middle of the period begins with OUT low.
    boolean atLowHalf =
        mode == 3 && loaded && !paused && elapsedAt(loadAt) % initial == initial + 1 >>> 1;
    initial = countRegister;
    origin = atLowHalf ? loadAt - (initial + 1 >>> 1) : loadAt;
    elapsed = 0;
    loaded = true;
    paused = stoppedByGate();
    countWritten = false;
    loadAt = NEVER;
  }

  private long elapsedAt(long now) {
    return paused ? elapsed : now - origin;
  }

  /** The counting element as it reads: 16 bits, or four decimal digits. */
  private int count(long now) {
    settle(now);
    if (!loaded) {
      return asRead(countRegister);
    }
    long t = elapsedAt(now);
    return asRead(
        switch (mode) {
          case 2 -> initial - (int) (t % initial);
          case 3 -> {
            int phase = (int) (t % initial);
            int half = initial + 1 >>> 1;
            yield (initial & ~1) - 2 * (phase < half ? phase : phase - half);
          }
          default -> (int) Math.floorMod(initial - t, bcd ? 10000L : 0x10000L);
        });
  }

  private int asRead(int value) {
    if (!bcd) {
      return value & 0xffff;
    }
    int v = value % 10000;
    return v / 1000 << 12 | v / 100 % 10 << 8 | v / 10 % 10 << 4 | v % 10;
  }

  private static int fromBcd(int v) {
    return (v >>> 12 & 15) * 1000 + (v >>> 8 & 15) * 100 + (v >>> 4 & 15) * 10 + (v & 15);
  }
}
