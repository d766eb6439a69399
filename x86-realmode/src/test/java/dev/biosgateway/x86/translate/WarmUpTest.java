package dev.biosgateway.x86.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** How long a new region is left to the interpreter, which takes 5 ns an instruction here. */
class WarmUpTest {
  private long now = 1;
  private final WarmUp warmUp = new WarmUp(() -> now);

  private WarmUpTest interpreted() {
    run(1_000_000, 1_000, 1_000);
    now += 500_000;
    return this;
  }

  /** A run from {@code before} on; until when the region is left alone. */
  private long run(long before, long count, long nanos) {
    warmUp.begins(before);
    now += nanos;
    return warmUp.ended(before, before + count);
  }

  @Test
  void aFastRunGoesOnAtOnce() {
    assertEquals(1_102_000, interpreted().run(1_101_000, 1_000, 9_000));
  }

  @Test
  void behindASlowOneTheInterpreterHasFiveTimesAsLong() {
    assertEquals(1_102_000 + 5 * 20_000 / 5, interpreted().run(1_101_000, 1_000, 20_000));
  }

  @Test
  void aHostThatDidSomethingElseCostsNothing() {
    assertEquals(1_102_000, interpreted().run(1_101_000, 1_000, 900_000_000));
  }

  @Test
  void withoutAnythingToCompareNoRunIsSlow() {
    assertEquals(2_000, run(1_000, 1_000, 900_000_000));
  }
}
