package dev.biosgateway.runtime;

import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.GatewayBusyException;
import dev.biosgateway.api.GatewayClosedException;
import dev.biosgateway.api.Session;
import dev.biosgateway.api.spi.MachineSettings;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The sessions there are, at most so many at one time. Safe for use by any number of threads. */
final class OpenSessions {
  private final Dispatcher dispatcher;
  private final Function<CallTarget, CallPolicy> bounds;
  private final int most;

  /** By number. Guarded by this. */
  private final Map<Long, GatewaySession> open = new LinkedHashMap<>();

  private long numbers;
  private boolean closed;

  /**
   * No sessions.
   *
   * @param bounds what bounds calls of a target
   * @param most sessions at one time
   */
  OpenSessions(Dispatcher dispatcher, Function<CallTarget, CallPolicy> bounds, int most) {
    this.bounds = bounds;
    this.dispatcher = dispatcher;
    this.most = most;
  }

  /**
   * Opens a session on a clone of a generation.
   *
   * @throws GatewayBusyException if there are as many as may be
   */
  GatewaySession open(MachineSettings settings, Generation generation) {
    long number = reserve();
    try {
      GatewaySession session =
          new GatewaySession(
              number, settings, this, dispatcher, generation, generation.template().open());
      synchronized (this) {
        if (!closed) {
          open.put(number, session);
          return session;
        }
      }
      session.close("the gateway closes");
      throw new GatewayClosedException("the gateway is closed");
    } catch (RuntimeException e) {
      synchronized (this) {
        open.remove(number);
      }
      throw e;
    }
  }

  /** What bounds calls of a target. */
  CallPolicy bound(CallTarget target) {
    return bounds.apply(target);
  }

  private synchronized long reserve() {
    if (closed) {
      throw new GatewayClosedException("the gateway is closed");
    }
    if (open.size() >= most) {
      throw new GatewayBusyException(
          most + " sessions are open already: close one, or raise biosgateway.sessions");
    }
    long number = ++numbers;
    open.put(number, null);
    return number;
  }

  synchronized void forget(GatewaySession session) {
    open.remove(session.id());
  }

  /** By number. */
  synchronized List<Session> list() {
    return open.values().stream()
        .filter(session -> session != null)
        .sorted(Comparator.comparingLong(GatewaySession::id))
        .map(Session.class::cast)
        .toList();
  }

  /** Ends all sessions with one of the programs; their running calls may end. */
  List<GatewaySession> endThoseWith(Collection<RegisteredProgram> gone, String why) {
    List<GatewaySession> ending;
    synchronized (this) {
      ending =
          open.values().stream()
              .filter(s -> s != null && gone.stream().anyMatch(s.generation()::holds))
              .toList();
    }
    ending.forEach(session -> session.end(why));
    return ending;
  }

  /** Closes all sessions; no other is opened. */
  void close() {
    List<GatewaySession> all;
    synchronized (this) {
      closed = true;
      all = open.values().stream().filter(session -> session != null).toList();
    }
    all.forEach(session -> session.close("the gateway closes"));
  }
}
