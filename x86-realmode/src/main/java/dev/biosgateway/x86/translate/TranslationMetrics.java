package dev.biosgateway.x86.translate;

import java.util.Map;

/**
 * What the translator of a machine has done so far.
 *
 * @param regions pieces of guest code that were translated
 * @param failures pieces that could not be
 * @param forgotten regions whose bytes, or whose mapping, changed
 * @param classBytes bytes of all classes
 * @param largestMethod bytes of the largest method
 * @param compileNanos time it took to write and define the classes, not that of the JVM's compiler
 * @param runs how often a region was entered
 * @param departures how often a region was left, by reason
 */
public record TranslationMetrics(
    int regions,
    int failures,
    int forgotten,
    long classBytes,
    int largestMethod,
    long compileNanos,
    long runs,
    Map<String, Long> departures) {}
