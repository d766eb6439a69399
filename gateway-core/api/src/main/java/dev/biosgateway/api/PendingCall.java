package dev.biosgateway.api;

import org.osgi.annotation.versioning.ProviderType;
import org.osgi.util.promise.Promise;

/** A call that runs, or waits for its machine, while its caller does other things. */
@ProviderType
public interface PendingCall {
  /** The number under which logs, events and metrics know it; {@link CallResult#id()} as well. */
  long id();

  /**
   * Its result, once there is one. It fails with what {@link Gateway#call} would throw; a call that
   * was cancelled has a result, with {@link StopReason#CANCELLED}.
   */
  Promise<CallResult> result();

  /**
   * Ends it at once: the machine stops between two instructions and goes back to what it was; one
   * that has not begun never begins. Once it has ended this does nothing. May be called by any
   * thread.
   *
   * @param reason for {@link CallResult#reason()}
   */
  void cancel(String reason);
}
