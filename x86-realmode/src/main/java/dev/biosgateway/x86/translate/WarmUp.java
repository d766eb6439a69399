package dev.biosgateway.x86.translate;

import java.util.function.LongSupplier;

/**
 * Keeps a new region from costing more than it gives: until the JVM has compiled its code, that is
 * executed byte by byte, many times slower than the interpreter's. So the first runs are timed;
 * behind a slow one the interpreter has the guest several times as long. Who executes changes
 * nothing but the time it takes.
 *
 * <p>One for each machine, on its thread.
 */
final class WarmUp {
  /** How many times as long as a slow run the interpreter has the guest behind it. */
  private static final int INTERPRETED = 5;

  /** A run is slow when it takes so many times as long as the interpreter would. */
  private static final int SLOW = 2;

  /**
   * Time after which the host has done something else meanwhile: no run of a new region is that
   * long, see {@link Region#share}.
   */
  private static final long LONGEST_NANOS = 5_000_000;

  /** Time after which what was measured counts half. */
  private static final long MEMORY_NANOS = 20_000_000;

  private final LongSupplier nanoTime;
  private long interpreted;
  private long interpretedNanos;
  private long leftAt;
  private long leftNanos;
  private long beginNanos;

  /**
   * @param nanoTime the host's clock
   */
  WarmUp(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A new region is about to run, at that count of retired instructions. */
  void begins(long instructions) {
    beginNanos = nanoTime.getAsLong();
    if (leftNanos != 0 && instructions > leftAt) {
      interpreted += instructions - leftAt;
      interpretedNanos += beginNanos - leftNanos;
      if (interpretedNanos > MEMORY_NANOS) {
        interpreted >>= 1;
        interpretedNanos >>= 1;
      }
    }
  }

  /** It has run; until how many instructions have retired it is to be left alone. */
  long ended(long before, long instructions) {
    leftNanos = nanoTime.getAsLong();
    leftAt = instructions;
    long took = leftNanos - beginNanos;
    long asInterpreted = nanos(instructions - before);
    boolean comparable = interpretedNanos > 0 && took < LONGEST_NANOS;
    boolean slow = comparable && took > SLOW * asInterpreted;
    return slow ? instructions + interpreted * INTERPRETED * took / interpretedNanos : instructions;
  }

  private long nanos(long instructions) {
    return instructions * interpretedNanos / Math.max(1, interpreted);
  }
}
