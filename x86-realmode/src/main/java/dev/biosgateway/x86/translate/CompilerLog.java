package dev.biosgateway.x86.translate;

import java.util.Map;

/** Counts what was compiled. Thread-safe: compiling may have a thread of its own. */
final class CompilerLog {
  private int regions;
  private int failures;
  private long classBytes;
  private int largestMethod;
  private long nanos;

  synchronized void compiled(int bytes, int methodBytes, long took) {
    regions++;
    classBytes += bytes;
    largestMethod = Math.max(largestMethod, methodBytes);
    nanos += took;
  }

  synchronized void failed() {
    failures++;
  }

  synchronized TranslationMetrics metrics(int forgotten, long runs, Map<String, Long> departures) {
    return new TranslationMetrics(
        regions, failures, forgotten, classBytes, largestMethod, nanos, runs, departures);
  }
}
