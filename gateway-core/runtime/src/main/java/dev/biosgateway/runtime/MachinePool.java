package dev.biosgateway.runtime;

import dev.biosgateway.api.GatewayBusyException;
import dev.biosgateway.api.GatewayClosedException;
import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.spi.GuestMachine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Machines to be leased: clones of a {@link Generation}, opened when they are wanted, as many as
 * the pool's size at one time. Callers get one in the order in which they came, and when too many
 * wait the next one is refused. A machine comes back as its generation was, since calls are rolled
 * back; one that failed is powered off instead, and one whose generation has been retired takes the
 * state of another. Safe for use by any number of threads.
 */
final class MachinePool {
  private static final Logger LOG = LoggerFactory.getLogger(MachinePool.class);

  /** How long closing waits for machines to come back before it asks again, milliseconds. */
  private static final long CLOSE_AGAIN = 20;

  /** A machine of the pool and what it is a clone of. */
  record Member(GuestMachine machine, Generation generation) {}

  private final int size;
  private final int queue;
  private final Semaphore permits;
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder leases = new LongAdder();
  private final LongAdder refusals = new LongAdder();
  private final LongAdder opened = new LongAdder();
  private final Set<GuestMachine> machines = ConcurrentHashMap.newKeySet();

  /** What machines that are off had executed. */
  private final Map<String, Long> former = new ConcurrentHashMap<>();

  /** The one that came back last is first: its memory is warm. Guarded by this. */
  private final Deque<Member> idle = new ArrayDeque<>();

  private volatile boolean closed;

  /**
   * An empty pool.
   *
   * @param size machines at one time, at least 1
   * @param queue callers that may wait when all are in use
   */
  MachinePool(int size, int queue) {
    this.size = size;
    this.queue = queue;
    this.permits = new Semaphore(size, true);
  }

  /** Machines at one time. */
  int size() {
    return size;
  }

  /**
   * Uses a machine alone.
   *
   * @param choice asked for the generation when it is the caller's turn
   * @throws GatewayBusyException if as many callers wait as may
   * @throws GatewayClosedException if the pool closes first
   * @throws GatewayException if the calling thread is interrupted while it waits, or if the machine
   *     fails
   */
  <T> T lease(Supplier<Generation> choice, Function<Member, T> use) {
    acquire();
    Member member = null;
    boolean sound = false;
    try {
      if (closed) {
        throw new GatewayClosedException("the gateway is closed");
      }
      leases.increment();
      member = take(choice.get());
      T result = use.apply(member);
      sound = true;
      return result;
    } catch (GatewayException e) {
      sound = true;
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      LOG.warn("A machine failed and is replaced", e);
      throw new GatewayException("the machine failed and was replaced by a new one: " + e, e);
    } finally {
      if (member != null) {
        giveBack(member, sound);
      }
      permits.release();
    }
  }

  private void acquire() {
    if (permits.availablePermits() > 0 && waiting.get() == 0 && permits.tryAcquire()) {
      return;
    }
    if (waiting.incrementAndGet() > queue) {
      waiting.decrementAndGet();
      refusals.increment();
      throw new GatewayBusyException(
          "all "
              + size
              + " machines are in use and "
              + queue
              + " callers wait already; try again later, or raise biosgateway.machines or"
              + " biosgateway.queue");
    }
    try {
      permits.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GatewayException("interrupted while waiting for a machine", e);
    } finally {
      waiting.decrementAndGet();
    }
  }

  private Member take(Generation generation) {
    Member other = null;
    synchronized (this) {
      for (Iterator<Member> each = idle.iterator(); each.hasNext(); ) {
        Member member = each.next();
        if (member.generation() == generation) {
          each.remove();
          return member;
        }
      }
      // Idle and leased ones together are at most as many as there are permits; a machine that no
      // call will want again gives its memory to the next one at any time.
      if (idle.size() >= permits.availablePermits() + 1
          || !idle.isEmpty() && idle.peekLast().generation().retired()) {
        other = idle.pollLast();
      }
    }
    GuestMachine machine = other == null ? null : other.machine();
    if (machine != null && !machine.become(generation.template())) {
      powerOff(machine);
      machine = null;
    }
    if (machine == null) {
      opened.increment();
      machine = generation.template().open();
      machines.add(machine);
    }
    return new Member(machine, generation);
  }

  private void giveBack(Member member, boolean sound) {
    if (sound) {
      synchronized (this) {
        if (!closed) {
          if (member.generation().retired()) {
            idle.addLast(member);
          } else {
            idle.addFirst(member);
          }
          return;
        }
      }
    }
    powerOff(member.machine());
  }

  /** No call begins on a generation any more; its idle machines are there for another one. */
  synchronized void retire(Generation generation) {
    generation.retire();
    List<Member> old = new ArrayList<>();
    idle.removeIf(member -> member.generation() == generation && old.add(member));
    old.forEach(idle::addLast);
  }

  /** What all machines have executed, those too that are off again, added up by name. */
  Map<String, Long> execution() {
    Map<String, Long> sums = new TreeMap<>(former);
    for (GuestMachine machine : machines) {
      machine.execution().forEach((name, count) -> sums.merge(name, count, Long::sum));
    }
    return sums;
  }

  /** Machines that are on. */
  int on() {
    return machines.size();
  }

  private void powerOff(GuestMachine machine) {
    machines.remove(machine);
    machine.execution().forEach((name, count) -> former.merge(name, count, Long::sum));
    PrimaryMachine.powerOff(machine);
  }

  /** Machines in use now. */
  int busy() {
    return Math.max(0, size - permits.availablePermits());
  }

  /** Machines that wait for callers now. */
  synchronized int idle() {
    return idle.size();
  }

  /** Callers that wait for machines now. */
  int waiting() {
    return waiting.get();
  }

  /** Leases since the beginning. */
  long leases() {
    return leases.sum();
  }

  /** Callers refused since the beginning, because too many waited. */
  long refusals() {
    return refusals.sum();
  }

  /** Machines opened since the beginning. */
  long opened() {
    return opened.sum();
  }

  /** From now on nobody gets a machine. */
  void refuse() {
    closed = true;
  }

  /**
   * Waits for the machines that are in use, and powers all off.
   *
   * @param hurry called again and again while some are in use: ends what they do
   */
  void close(Runnable hurry) {
    refuse();
    try {
      while (!permits.tryAcquire(size, CLOSE_AGAIN, TimeUnit.MILLISECONDS)) {
        hurry.run();
      }
      permits.release(size);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<Member> gone;
    synchronized (this) {
      gone = List.copyOf(idle);
      idle.clear();
    }
    gone.forEach(member -> powerOff(member.machine()));
  }
}
