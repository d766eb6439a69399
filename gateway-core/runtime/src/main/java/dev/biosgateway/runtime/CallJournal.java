package dev.biosgateway.runtime;

import dev.biosgateway.api.CallResult;

/** Hears of every call that has ended, on the thread that ran it. */
@FunctionalInterface
interface CallJournal {
  /**
   * A call has ended.
   *
   * @param waitedNanos how long it waited for its machine
   */
  void ended(CallResult result, long waitedNanos);
}
