package dev.biosgateway.runtime;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.GatewayClosedException;
import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.spi.GuestMachine;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases the machine: one user at a time, in the order in which they came, each limited in time.
 * The machine is powered on for its first user. If it fails in a way its contract does not know, it
 * is replaced by a new one for the next user. Safe for use by any number of threads.
 */
final class Dispatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  /** How long a call is given to heed a stop before it is told again, milliseconds. */
  private static final long STOP_AGAIN = 20;

  private final Supplier<GuestMachine> power;
  private final Consumer<GuestMachine> poweredOn;
  private final ReentrantLock lease = new ReentrantLock(true);
  private final ScheduledThreadPoolExecutor watchdog;

  private volatile boolean closed;
  private volatile GuestMachine machine;

  /**
   * A dispatcher without a machine yet.
   *
   * @param power opens a machine
   * @param poweredOn told of every new machine, before its first user gets it
   */
  Dispatcher(Supplier<GuestMachine> power, Consumer<GuestMachine> poweredOn) {
    this.power = power;
    this.poweredOn = poweredOn;
    this.watchdog =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "bios-gateway-watchdog");
              thread.setDaemon(true);
              return thread;
            });
    watchdog.setRemoveOnCancelPolicy(true);
  }

  /**
   * Calls a target once the machine is free.
   *
   * @param admission runs when the machine is free, before the call; what it throws is thrown
   * @throws GatewayClosedException if the dispatcher closes first
   */
  CallResult call(CallTarget target, CallRequest request, Runnable admission) {
    return lease(
        leased -> {
          admission.run();
          CallResult result = limited(leased, request.timeout(), m -> m.call(target, request));
          LOG.debug("{}", result);
          return result;
        });
  }

  /**
   * Powers the machine on, if it is off.
   *
   * @param anew whether another takes the place of one that is on
   * @throws InvalidRequestException if there is none with the settings; nothing has changed then
   */
  void power(boolean anew) {
    lease(() -> anew ? replaced() : powered());
  }

  /**
   * Uses the machine alone.
   *
   * @throws GatewayClosedException if the dispatcher closes first
   * @throws GatewayException if the calling thread is interrupted while it waits, or if the machine
   *     fails
   */
  <T> T lease(Function<GuestMachine, T> use) {
    return lease(() -> use.apply(powered()));
  }

  private <T> T lease(Supplier<T> use) {
    try {
      lease.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GatewayException("interrupted while waiting for the machine", e);
    }
    try {
      if (closed) {
        throw new GatewayClosedException("the gateway is closed");
      }
      return use.get();
    } catch (GatewayException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      LOG.warn("The machine failed and will be replaced", e);
      discard();
      throw new GatewayException("the machine failed and was replaced by a new one: " + e, e);
    } finally {
      lease.unlock();
    }
  }

  /**
   * Runs something on a machine that is leased, and stops it when the time is up. It goes on saying
   * so, since a machine that is only about to begin does not hear it.
   */
  <T> T limited(GuestMachine leased, Duration limit, Function<GuestMachine, T> use) {
    Alarm alarm = new Alarm(leased, limit);
    ScheduledFuture<?> pending =
        watchdog.scheduleWithFixedDelay(
            alarm,
            limit.toNanos(),
            TimeUnit.MILLISECONDS.toNanos(STOP_AGAIN),
            TimeUnit.NANOSECONDS);
    try {
      return use.apply(leased);
    } finally {
      alarm.over();
      pending.cancel(false);
    }
  }

  /** Ends the running call, refuses those that wait, and powers the machine off. */
  @Override
  public void close() {
    closed = true;
    try {
      while (!lease.tryLock(STOP_AGAIN, TimeUnit.MILLISECONDS)) {
        GuestMachine running = machine;
        if (running != null) {
          running.stop(StopReason.CANCELLED, "the gateway closes");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      lease.lock();
    }
    try {
      discard();
      watchdog.shutdownNow();
    } finally {
      lease.unlock();
    }
  }

  private GuestMachine powered() {
    return machine == null ? replaced() : machine;
  }

  private GuestMachine replaced() {
    GuestMachine fresh;
    try {
      fresh = power.get();
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("no machine with these settings: " + e.getMessage(), e);
    }
    discard();
    machine = fresh;
    poweredOn.accept(fresh);
    return fresh;
  }

  private void discard() {
    GuestMachine old = machine;
    machine = null;
    if (old != null) {
      try {
        old.close();
      } catch (RuntimeException e) {
        LOG.warn("The machine did not power off cleanly", e);
      }
    }
  }

  /** Stops one use of the machine, and never the one after it. */
  private static final class Alarm implements Runnable {
    private final GuestMachine machine;
    private final Duration limit;
    private boolean over;

    Alarm(GuestMachine machine, Duration limit) {
      this.machine = machine;
      this.limit = limit;
    }

    @Override
    public synchronized void run() {
      if (!over) {
        machine.stop(StopReason.TIMEOUT, "still running after " + limit.toMillis() + " ms");
      }
    }

    synchronized void over() {
      over = true;
    }
  }
}
