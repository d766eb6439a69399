package dev.biosgateway.api;

import java.util.Map;

/**
 * What a gateway has done since it began, and what it holds now. Counts only grow.
 *
 * @param calls calls that have ended
 * @param instructions guest instructions they retired
 * @param stops how often calls ended for each reason; all reasons are there
 * @param latency how many calls took how long on their machine: by upper bound in nanoseconds,
 *     powers of two, ascending; bounds that no call fell under are left out
 * @param waitedNanos how long calls waited for their machines, all together
 * @param machines machines that may run calls at one time; 0 if they share the primary one
 * @param busy machines in use
 * @param idle machines that wait for calls
 * @param waiting callers that wait for a machine
 * @param leases how often a machine was leased
 * @param refusals callers that were refused because too many waited
 * @param opened machines that were opened for the pool
 * @param sessions sessions that are open
 * @param templateBytes memory that the templates hold
 * @param machineBytes main memory of all machines that are on
 * @param execution what the machines that run calls say about how they executed, by name: {@code
 *     instructions} with the way there and back, and of translated code {@code regions}, how often
 *     they ran and why they were left
 */
public record GatewayMetrics(
    long calls,
    long instructions,
    Map<StopReason, Long> stops,
    Map<Long, Long> latency,
    long waitedNanos,
    int machines,
    int busy,
    int idle,
    int waiting,
    long leases,
    long refusals,
    long opened,
    int sessions,
    long templateBytes,
    long machineBytes,
    Map<String, Long> execution) {

  /**
   * An upper bound of what a share of the calls took, in nanoseconds; 0 if there were none.
   *
   * @param share from 0 to 1: 0.5 for the median, 0.99 for all but the slowest hundredth
   */
  public long latencyOf(double share) {
    long total = latency.values().stream().mapToLong(Long::longValue).sum();
    long wanted = (long) Math.ceil(total * share);
    long seen = 0;
    for (Map.Entry<Long, Long> bucket : latency.entrySet()) {
      seen += bucket.getValue();
      if (seen >= wanted && total > 0) {
        return bucket.getKey();
      }
    }
    return 0;
  }
}
