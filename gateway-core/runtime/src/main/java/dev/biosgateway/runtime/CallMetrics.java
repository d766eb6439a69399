package dev.biosgateway.runtime;

import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.StopReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts calls as they end. Safe for use by any number of threads; they do not wait for another.
 */
final class CallMetrics implements CallJournal {
  private final LongAdder calls = new LongAdder();
  private final LongAdder instructions = new LongAdder();
  private final LongAdder waited = new LongAdder();
  private final LongAdder[] stops = adders(StopReason.values().length);

  /** By the number of bits that the nanoseconds of a call have. */
  private final LongAdder[] latency = adders(Long.SIZE);

  private static LongAdder[] adders(int count) {
    LongAdder[] adders = new LongAdder[count];
    for (int i = 0; i < count; i++) {
      adders[i] = new LongAdder();
    }
    return adders;
  }

  @Override
  public void ended(CallResult result, long waitedNanos) {
    calls.increment();
    instructions.add(result.instructions());
    waited.add(waitedNanos);
    stops[result.stop().ordinal()].increment();
    long nanos = Math.max(0, result.elapsed().toNanos());
    latency[Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos | 1)].increment();
  }

  long calls() {
    return calls.sum();
  }

  long instructions() {
    return instructions.sum();
  }

  long waitedNanos() {
    return waited.sum();
  }

  Map<StopReason, Long> stops() {
    Map<StopReason, Long> counts = new EnumMap<>(StopReason.class);
    for (StopReason reason : StopReason.values()) {
      counts.put(reason, stops[reason.ordinal()].sum());
    }
    return counts;
  }

  Map<Long, Long> latency() {
    Map<Long, Long> counts = new TreeMap<>();
    for (int bits = 0; bits < Long.SIZE - 2; bits++) {
      long count = latency[bits].sum();
      if (count > 0) {
        counts.put(2L << bits, count);
      }
    }
    return counts;
  }
}
