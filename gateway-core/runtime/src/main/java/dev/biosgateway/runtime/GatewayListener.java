package dev.biosgateway.runtime;

import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.Program;

/** Hears what happens in a gateway, on the thread on which it happens. */
interface GatewayListener {
  /**
   * A call has ended.
   *
   * @param waitedNanos how long it waited for its machine
   */
  void callEnded(CallResult result, long waitedNanos);

  /** A program has come, or its state has changed. */
  void programChanged(Program program);

  /** A program has gone with its bundle. */
  void programGone(Program program);
}
