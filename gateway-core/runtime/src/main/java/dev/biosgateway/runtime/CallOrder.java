package dev.biosgateway.runtime;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.PendingCall;
import dev.biosgateway.api.StopReason;
import java.util.function.Function;
import org.osgi.util.promise.Deferred;
import org.osgi.util.promise.Promise;

/**
 * A call from the moment somebody wants it: waiting, running or over. Who cancels it ends it in
 * whichever of these it is.
 */
final class CallOrder implements PendingCall {
  private final long id;
  private final CallTarget target;
  private final CallRequest request;
  private final Deferred<CallResult> deferred;
  private RunningCall running;
  private String cancelled;

  CallOrder(long id, CallTarget target, CallRequest request, Deferred<CallResult> deferred) {
    this.id = id;
    this.target = target;
    this.request = request;
    this.deferred = deferred;
  }

  @Override
  public long id() {
    return id;
  }

  CallTarget target() {
    return target;
  }

  CallRequest request() {
    return request;
  }

  @Override
  public Promise<CallResult> result() {
    return deferred.getPromise();
  }

  @Override
  public void cancel(String reason) {
    RunningCall begun;
    synchronized (this) {
      if (cancelled == null) {
        cancelled = reason;
      }
      begun = running;
    }
    if (begun != null) {
      begun.stop(StopReason.CANCELLED, reason);
    }
  }

  /** The call begins; one that was cancelled before is stopped as soon as the machine hears it. */
  void begins(RunningCall call) {
    String reason;
    synchronized (this) {
      running = call;
      reason = cancelled;
    }
    if (reason != null) {
      call.stop(StopReason.CANCELLED, reason);
    }
  }

  /** Why it was cancelled; null if it was not. */
  synchronized String cancelled() {
    return cancelled;
  }

  /** The result of a call that was cancelled before it began. */
  CallResult neverBegan() {
    return CallResult.builder(target.text(), StopReason.CANCELLED)
        .reason(cancelled())
        .build()
        .withId(id);
  }

  /** Runs it, unless it is cancelled by now, and gives the promise what comes of it. */
  void run(Function<CallOrder, CallResult> how) {
    CallResult result;
    try {
      result = cancelled() == null ? how.apply(this) : neverBegan();
    } catch (RuntimeException e) {
      deferred.fail(e);
      return;
    }
    deferred.resolve(result);
  }

  /** Ends it before it began. */
  void fail(RuntimeException why) {
    deferred.fail(why);
  }
}
