package dev.biosgateway.runtime;

import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.GatewayBusyException;
import dev.biosgateway.api.GatewayClosedException;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.PendingCall;
import dev.biosgateway.api.PolicyRule;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.spi.GuestMachine;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.osgi.util.promise.PromiseFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Brings calls and machines together: each call gets a number, a machine of the right generation,
 * and an end in time. With a pool every call runs on a clone; without one all run on the primary
 * machine, one after the other, which is what a process that lives for one call wants. Safe for use
 * by any number of threads.
 */
final class Dispatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  /** The key of the call's number in the context of log messages. */
  private static final String CONTEXT = "call";

  /** How long a thread for calls nobody waits for stays without one, seconds. */
  private static final long IDLE_THREAD = 10;

  private final PrimaryMachine primary;
  private final MachinePool pool;
  private final Function<RegisteredProgram, Generation> generations;
  private final RunningCalls running;
  private final CallJournal journal;
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicLong threads = new AtomicLong();
  private final ThreadPoolExecutor background;
  private final PromiseFactory promises = new PromiseFactory(PromiseFactory.inlineExecutor());
  private final int queue;
  private volatile boolean closed;

  /**
   * A dispatcher.
   *
   * @param generations the generation for callers of a program that a better one of its name keeps
   *     out of the usual machines; with null, the usual one
   * @param limits sizes of pool and queue
   * @param journal told of every call that has ended
   */
  Dispatcher(
      PrimaryMachine primary,
      Function<RegisteredProgram, Generation> generations,
      GatewayLimits limits,
      RunningCalls running,
      CallJournal journal) {
    this.primary = primary;
    this.generations = generations;
    this.running = running;
    this.journal = journal;
    this.queue = limits.queue();
    this.pool = limits.machines() == 0 ? null : new MachinePool(limits.machines(), limits.queue());
    int width = Math.max(1, limits.machines());
    this.background =
        new ThreadPoolExecutor(
            width,
            width,
            IDLE_THREAD,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(Math.max(1, queue)),
            task -> {
              Thread thread = new Thread(task, "bios-gateway-call-" + threads.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    background.allowCoreThreadTimeOut(true);
  }

  /** The pool; null if calls run on the primary machine. */
  MachinePool pool() {
    return pool;
  }

  /** What the machines that run calls have executed, by name. */
  Map<String, Long> execution() {
    return pool == null ? primary.execution() : pool.execution();
  }

  /** The calls in progress. */
  RunningCalls running() {
    return running;
  }

  /** The next number of a call. */
  long number() {
    return numbers.incrementAndGet();
  }

  /**
   * Calls a target on a machine of the pool.
   *
   * @param standby the program whose own machines are wanted; null for the usual ones
   * @param admission runs before the call, when nothing can take its program away any more unseen;
   *     what it throws is thrown
   * @throws InvalidRequestException if the request wants to keep what it changes
   * @throws GatewayClosedException if the dispatcher closes first
   */
  CallResult call(
      CallTarget target, CallRequest request, RegisteredProgram standby, Runnable admission) {
    requireRollback(request);
    return dispatch(order(target, request), standby, admission);
  }

  /** As {@link #call}, without waiting for it. */
  PendingCall submit(
      CallTarget target, CallRequest request, RegisteredProgram standby, Runnable admission) {
    requireRollback(request);
    return submit(target, request, order -> dispatch(order, standby, admission));
  }

  /** Runs a call on a thread of the dispatcher's own. */
  PendingCall submit(CallTarget target, CallRequest request, Function<CallOrder, CallResult> how) {
    CallOrder order = order(target, request);
    if (closed) {
      throw new GatewayClosedException("the gateway is closed");
    }
    try {
      background.execute(() -> order.run(how));
    } catch (RejectedExecutionException e) {
      if (closed) {
        throw new GatewayClosedException("the gateway is closed");
      }
      throw new GatewayBusyException(
          queue
              + " calls wait already that nobody waits for; try again later, or raise"
              + " biosgateway.queue");
    }
    return order;
  }

  CallOrder order(CallTarget target, CallRequest request) {
    return new CallOrder(number(), target, request, promises.deferred());
  }

  private static void requireRollback(CallRequest request) {
    if (request.isolation() == Isolation.KEEP) {
      throw new InvalidRequestException(
          "Isolation.KEEP wants a machine of the caller's own: open a session"
              + " (Gateway.openSession) and call there");
    }
  }

  private CallResult dispatch(CallOrder order, RegisteredProgram standby, Runnable admission) {
    long asked = System.nanoTime();
    if (pool != null) {
      return pool.lease(
          () -> generations.apply(standby),
          member -> run(order, member.machine(), member.generation(), asked, admission));
    }
    if (standby == null) {
      return primary.lease(machine -> run(order, machine, null, asked, admission));
    }
    Generation generation = generations.apply(standby);
    GuestMachine machine = generation.template().open();
    try {
      return run(order, machine, generation, asked, admission);
    } finally {
      PrimaryMachine.powerOff(machine);
    }
  }

  /**
   * Runs a call on a machine that is the calling thread's.
   *
   * @param asked when the caller wanted it, {@link System#nanoTime}
   */
  CallResult run(
      CallOrder order,
      GuestMachine machine,
      Generation generation,
      long asked,
      Runnable admission) {
    CallRequest request = order.request();
    return running.limited(
        order.id(),
        order.target().text(),
        machine,
        generation,
        request.timeout(),
        call -> {
          admission.run();
          if (order.cancelled() != null) {
            return order.neverBegan();
          }
          Optional<CallResult> refused = refused(order);
          if (refused.isPresent()) {
            journal.ended(refused.get(), System.nanoTime() - asked);
            return refused.get();
          }
          order.begins(call);
          long began = System.nanoTime();
          MDC.put(CONTEXT, Long.toString(order.id()));
          try {
            CallResult result = machine.call(order.target(), request).withId(order.id());
            LOG.debug("Call {}: {}", order.id(), result);
            journal.ended(result, began - asked);
            return result;
          } finally {
            MDC.remove(CONTEXT);
          }
        });
  }

  /**
   * A call of an interrupt that its caller or the configuration denies; a program's own rules are
   * about what its code calls.
   */
  private static Optional<CallResult> refused(CallOrder order) {
    CallPolicy policy = order.request().policy();
    if (policy.layers().isEmpty() || !(order.target() instanceof CallTarget.Interrupt interrupt)) {
      return Optional.empty();
    }
    return policy
        .withoutPrograms()
        .refusal(PolicyRule.Resource.INTERRUPTS, interrupt.vector())
        .map(
            why ->
                CallResult.builder(order.target().text(), StopReason.POLICY)
                    .reason(order.target().text() + ": " + why)
                    .build()
                    .withId(order.id()));
  }

  /** Ends the running calls, refuses those that wait, and powers all machines off. */
  @Override
  public void close() {
    closed = true;
    primary.refuse();
    if (pool != null) {
      pool.refuse();
    }
    Runnable hurry = () -> running.stop(call -> true, StopReason.CANCELLED, "the gateway closes");
    hurry.run();
    // Those that wait run now: to be refused.
    background.shutdownNow().forEach(Runnable::run);
    if (pool != null) {
      pool.close(hurry);
    }
    primary.close(hurry);
    running.close();
  }
}
