package dev.biosgateway.runtime;

import dev.biosgateway.api.GatewayClosedException;
import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.spi.GuestMachine;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine into which programs are mapped, and which is frozen for all others to begin with: one
 * user at a time, in the order in which they came. It is powered on for its first user. If it fails
 * in a way its contract does not know, it is replaced by a new one for the next user. Safe for use
 * by any number of threads.
 */
final class PrimaryMachine {
  private static final Logger LOG = LoggerFactory.getLogger(PrimaryMachine.class);

  /** How long closing waits for the machine before it asks again, milliseconds. */
  private static final long CLOSE_AGAIN = 20;

  private final Supplier<GuestMachine> power;
  private final Consumer<GuestMachine> poweredOn;
  private final ReentrantLock lease = new ReentrantLock(true);

  private volatile boolean closed;
  private volatile GuestMachine machine;

  /**
   * A machine that is off.
   *
   * @param power opens a machine
   * @param poweredOn told of every new machine, before its first user gets it
   */
  PrimaryMachine(Supplier<GuestMachine> power, Consumer<GuestMachine> poweredOn) {
    this.power = power;
    this.poweredOn = poweredOn;
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
   * @throws GatewayClosedException if it closes first
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

  /** What the machine that is on has executed, by name; nothing if it is off. */
  Map<String, Long> execution() {
    GuestMachine present = machine;
    return present == null ? Map.of() : present.execution();
  }

  /** From now on nobody gets it. */
  void refuse() {
    closed = true;
  }

  /**
   * Waits for its last user, and powers it off.
   *
   * @param hurry called again and again while it is in use: ends what its user does
   */
  void close(Runnable hurry) {
    refuse();
    try {
      while (!lease.tryLock(CLOSE_AGAIN, TimeUnit.MILLISECONDS)) {
        hurry.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      lease.lock();
    }
    try {
      discard();
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
      powerOff(old);
    }
  }

  /** Powers a machine off; one that does not go cleanly is logged and forgotten. */
  static void powerOff(GuestMachine old) {
    try {
      old.close();
    } catch (RuntimeException e) {
      LOG.warn("A machine did not power off cleanly", e);
    }
  }
}
