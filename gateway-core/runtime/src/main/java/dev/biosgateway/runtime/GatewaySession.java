package dev.biosgateway.runtime;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.GatewayClosedException;
import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.PendingCall;
import dev.biosgateway.api.Session;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.api.spi.MachineTemplate;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session: one machine, one user at a time in the order in which they came, until it ends. */
final class GatewaySession implements Session {
  private static final Logger LOG = LoggerFactory.getLogger(GatewaySession.class);

  /** How long closing waits for the running call before it asks again, milliseconds. */
  private static final long CLOSE_AGAIN = 20;

  private final long id;
  private final MachineSettings settings;
  private final OpenSessions sessions;
  private final Dispatcher dispatcher;
  private final Generation generation;
  private final GuestMachine machine;
  private final ReentrantLock lease = new ReentrantLock(true);
  private volatile String ended;
  private boolean off;

  /**
   * A session over a machine that nobody else has.
   *
   * @param generation what the machine began as
   */
  GatewaySession(
      long id,
      MachineSettings settings,
      OpenSessions sessions,
      Dispatcher dispatcher,
      Generation generation,
      GuestMachine machine) {
    this.id = id;
    this.settings = settings;
    this.sessions = sessions;
    this.dispatcher = dispatcher;
    this.generation = generation;
    this.machine = machine;
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public MachineSettings machine() {
    return settings;
  }

  /** The choice of programs it began with. */
  Generation generation() {
    return generation;
  }

  @Override
  public List<String> programs() {
    return generation.template().programs().stream()
        .map(program -> program.image().name() + " " + program.image().version())
        .toList();
  }

  @Override
  public CallResult call(CallTarget target, CallRequest request) {
    return perform(dispatcher.order(target, bounded(target, request)));
  }

  @Override
  public PendingCall submit(CallTarget target, CallRequest request) {
    requireOpen();
    return dispatcher.submit(target, bounded(target, request), this::perform);
  }

  private CallRequest bounded(CallTarget target, CallRequest request) {
    return request.within(sessions.bound(target));
  }

  private CallResult perform(CallOrder order) {
    long asked = System.nanoTime();
    return alone(() -> dispatcher.run(order, machine, generation, asked, () -> admit(order)));
  }

  private void admit(CallOrder order) {
    requireOpen();
    if (!(order.target() instanceof CallTarget.ProgramEntry)) {
      order.request().requireMode(CallMode.REAL);
    }
  }

  @Override
  public Session fork() {
    return sessions.open(
        settings, alone(() -> new Generation(machine.freeze(), generation.programs())));
  }

  @Override
  public void save(Path file) {
    MachineTemplate frozen = alone(machine::freeze);
    SavedSession.write(file, settings, frozen);
  }

  private <T> T alone(Supplier<T> use) {
    try {
      lease.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GatewayException("interrupted while waiting for session " + id, e);
    }
    try {
      requireOpen();
      return use.get();
    } catch (GatewayException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      LOG.warn("The machine of session {} failed", id, e);
      end("its machine failed: " + e);
      throw new GatewayException("session " + id + " has ended: its machine failed: " + e, e);
    } finally {
      powerOffIfEnded();
      lease.unlock();
    }
  }

  private void requireOpen() {
    String why = ended;
    if (why != null) {
      throw new GatewayClosedException("session " + id + " has ended: " + why);
    }
  }

  /** No call begins any more; a running one may end. The first reason stands. */
  void end(String why) {
    synchronized (this) {
      if (ended == null) {
        ended = why;
      }
    }
    sessions.forget(this);
  }

  @Override
  public void close() {
    close("it was closed");
  }

  /** Ends the running call, and powers the machine off. */
  void close(String why) {
    end(why);
    try {
      while (!lease.tryLock(CLOSE_AGAIN, TimeUnit.MILLISECONDS)) {
        dispatcher
            .running()
            .stop(call -> call.uses(machine), StopReason.CANCELLED, "session " + id + ": " + why);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      powerOffIfEnded();
    } finally {
      lease.unlock();
    }
  }

  /** Under the lease. */
  private void powerOffIfEnded() {
    if (ended != null && !off) {
      off = true;
      PrimaryMachine.powerOff(machine);
    }
  }

  @Override
  public String toString() {
    return "session " + id;
  }
}
