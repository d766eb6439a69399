package dev.biosgateway.runtime;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.spi.GuestMachine;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * All calls in progress, and the watchdog that ends those whose time is up. The watchdog sleeps
 * until the earliest deadline, so that a call costs it nothing but an entry in a set. Safe for use
 * by any number of threads.
 */
final class RunningCalls implements AutoCloseable {
  /** The watchdog's longest sleep: as long as the longest timeout, nanoseconds. */
  private static final long LONGEST = CallRequest.MAX_TIMEOUT.toNanos();

  /** How long a machine is given to heed a stop before it is given up, nanoseconds. */
  private static final long HEED = 5_000_000_000L;

  /** How often a drain looks, nanoseconds. */
  private static final long DRAIN_POLL = 1_000_000;

  private final Set<RunningCall> running = ConcurrentHashMap.newKeySet();
  private volatile Thread watchdog;

  /** When the watchdog looks again by itself, {@link System#nanoTime}. */
  private volatile long wakesAt;

  private volatile boolean closed;

  /**
   * Runs something on a machine that the calling thread has for itself, and ends it when its time
   * is up.
   *
   * @param generation what the machine is a clone of; null for the primary machine
   */
  <T> T limited(
      long id,
      String target,
      GuestMachine machine,
      Generation generation,
      Duration limit,
      Function<RunningCall, T> use) {
    RunningCall call = new RunningCall(id, target, machine, generation, limit);
    running.add(call);
    watch(call);
    try {
      return use.apply(call);
    } finally {
      call.over();
      running.remove(call);
    }
  }

  private void watch(RunningCall call) {
    Thread thread = watchdog;
    if (thread == null) {
      thread = start();
    }
    if (call.deadline() - wakesAt < 0) {
      LockSupport.unpark(thread);
    }
  }

  private synchronized Thread start() {
    if (watchdog == null) {
      Thread thread = new Thread(this::watchdog, "bios-gateway-watchdog");
      thread.setDaemon(true);
      wakesAt = System.nanoTime();
      watchdog = thread;
      thread.start();
    }
    return watchdog;
  }

  private void watchdog() {
    while (!closed) {
      // Before the calls are looked at: one that begins meanwhile compares with this and wakes us.
      long now = System.nanoTime();
      long sleep = LONGEST;
      wakesAt = now + sleep;
      for (RunningCall call : running) {
        sleep = Math.min(sleep, call.look(now));
      }
      wakesAt = now + sleep;
      LockSupport.parkNanos(this, sleep);
    }
  }

  /** The calls in progress, in no order. */
  List<RunningCall> list() {
    return List.copyOf(running);
  }

  /** Asks all matching calls to end. */
  void stop(Predicate<RunningCall> which, StopReason stop, String reason) {
    running.stream().filter(which).forEach(call -> call.stop(stop, reason));
    LockSupport.unpark(watchdog);
  }

  /**
   * Waits until the matching calls that run now have ended; those that have not at the deadline are
   * stopped.
   *
   * @return whether all have ended: false only if a machine heeds no stop
   */
  boolean drain(Predicate<RunningCall> which, Duration patience, String reason) {
    List<RunningCall> leaving = running.stream().filter(which).toList();
    if (leaving.isEmpty()) {
      return true;
    }
    long end = System.nanoTime() + patience.toNanos();
    long last = end + HEED;
    while (leaving.stream().anyMatch(running::contains)) {
      long now = System.nanoTime();
      if (now - last > 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      if (now - end >= 0) {
        leaving.forEach(call -> call.stop(StopReason.CANCELLED, reason));
      }
      LockSupport.parkNanos(this, DRAIN_POLL);
    }
    return true;
  }

  /** Ends the watchdog. */
  @Override
  public void close() {
    closed = true;
    Thread thread = watchdog;
    if (thread != null) {
      LockSupport.unpark(thread);
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
