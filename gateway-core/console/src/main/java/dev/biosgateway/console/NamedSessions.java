package dev.biosgateway.console;

import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sessions that commands of one process have opened, by name. What {@code call --keep} keeps is
 * in the one that is in use; once there is one, all calls go there. Safe for use by any number of
 * threads.
 */
final class NamedSessions {
  /** Opened by the first call that keeps something. */
  private static final String FIRST = "main";

  private final Map<String, Session> sessions = new LinkedHashMap<>();
  private String used;

  /** The session in use; null if there is none. */
  synchronized Session used() {
    return used == null ? null : sessions.get(used);
  }

  /** The session in use, opened now if there is none. */
  synchronized Session usedOrOpened(Gateway gateway) {
    if (used() == null) {
      put(FIRST, gateway.openSession());
    }
    return used();
  }

  /** Name of the session in use; empty if there is none. */
  synchronized String usedName() {
    return used == null ? "" : used;
  }

  /** Names, in the order in which they were opened. */
  synchronized List<String> names() {
    return List.copyOf(sessions.keySet());
  }

  /**
   * A session by name.
   *
   * @throws InvalidRequestException if there is none; the message lists those that exist
   */
  synchronized Session named(String name) {
    Session session = sessions.get(name);
    if (session == null) {
      throw new InvalidRequestException(
          "no session \""
              + name
              + "\": there "
              + (sessions.isEmpty() ? "is none" : "is " + names()));
    }
    return session;
  }

  /**
   * Checks that a name is free.
   *
   * @throws InvalidRequestException if it is not
   */
  synchronized void requireFree(String name) {
    if (sessions.containsKey(name)) {
      throw new InvalidRequestException(
          "session " + name + " is open already: close it or choose another name");
    }
  }

  /** Takes a session in, and uses it from now on. */
  synchronized void put(String name, Session session) {
    sessions.put(name, session);
    used = name;
  }

  /** Uses another session from now on; {@code -} uses none. */
  synchronized void use(String name) {
    if (name.equals("-")) {
      used = null;
      return;
    }
    named(name);
    used = name;
  }

  /** Closes a session; if it was in use, none is. */
  synchronized void close(String name) {
    named(name).close();
    sessions.remove(name);
    if (name.equals(used)) {
      used = null;
    }
  }
}
