package dev.biosgateway.kexec.system;

import dev.biosgateway.api.StopReason;
import dev.biosgateway.kexec.call.BridgeMachine;
import dev.biosgateway.kexec.call.JumpEnd;
import dev.biosgateway.kexec.load.Errno;
import dev.biosgateway.kexec.load.KexecException;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.protocol.Mailbox;
import dev.biosgateway.kexec.protocol.Message;
import dev.biosgateway.kexec.protocol.ProtocolBlock;
import dev.biosgateway.kexec.protocol.ProtocolException;
import dev.biosgateway.kexec.protocol.RestartPoint;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The systems of a machine, beside its host. Each is an image that preserves the context: while it
 * has the machine its pages are in their places, meanwhile they are in its source pages, and it
 * goes on where it left. Whom it gives the machine to it says in the mailbox of the protocol block:
 * a system it switches to, or one it calls, which gives the machine back to it. Calls nest. Who
 * says nothing gives it back to its caller, in the end the host.
 *
 * <p>Not thread-safe.
 */
public final class ResidentSystems {
  /** The page for messages: below the protocol block, and as unused. */
  public static final int MAILBOX = 0x6000;

  /** A system. */
  public static final class Entry {
    private final String name;
    private final Kimage image;
    private int switches;

    private Entry(String name, Kimage image, int switches) {
      this.name = name;
      this.image = image;
      this.switches = switches;
    }

    /** Its name. */
    public String name() {
      return name;
    }

    /** What is loaded of it. */
    public Kimage image() {
      return image;
    }

    /** How often it got the machine. */
    public int switches() {
      return switches;
    }
  }

  private final BridgeMachine machine;
  private final Mailbox mailbox;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private String running = "";

  /** A machine without systems. */
  public ResidentSystems(BridgeMachine machine) {
    this.machine = machine;
    this.mailbox = new Mailbox(machine.machine().bus(), MAILBOX);
  }

  /**
   * Publishes the protocol block of a host that is about to jump.
   *
   * @param image that it will jump to
   */
  public void publish(Kimage image) {
    int entry = machine.host().jumpBackEntry(image);
    mailbox.clear();
    new ProtocolBlock(
            entry,
            MAILBOX,
            Optional.empty(),
            Optional.empty(),
            image.preserveContext()
                ? machine.waysBack(image)
                : List.of(new RestartPoint(RestartPoint.RESTORE, 0)))
        .publish(machine.machine().bus());
  }

  /**
   * Adds a system, which boots when it gets the machine first.
   *
   * @param image that preserves the context
   * @throws KexecException EINVAL when there is one of that name, or it would not come back
   */
  public Entry add(String name, Kimage image) {
    if (entries.containsKey(name)) {
      throw KexecException.invalid("there is a system " + name + " already");
    }
    if (!image.preserveContext()) {
      throw KexecException.invalid("system " + name + ": it would never give the machine back");
    }
    Entry entry = new Entry(name, image, 0);
    entries.put(name, entry);
    return entry;
  }

  /** Puts a system back that was there before. */
  public void reinstate(String name, Kimage image, int switches, boolean wasRunning) {
    entries.put(name, new Entry(name, image, switches));
    running = wasRunning ? name : running;
  }

  /** Forgets all. */
  public void clear() {
    entries.clear();
    running = "";
  }

  /** The systems, in the order in which they were added. */
  public List<Entry> list() {
    return new ArrayList<>(entries.values());
  }

  /** Whether a system had the machine last. */
  public boolean isRunning(Entry entry) {
    return entry.name.equals(running);
  }

  /**
   * Gives a system the machine, and on to whom it says, until nobody wants it back but the host.
   *
   * @param budget instructions for each
   * @param wakeAfter when the clock wakes the host, if a system has it suspend the machine to RAM
   * @return of the last one; console and instructions of all together
   * @throws KexecException EINVAL when there is none of that name, EBUSY when a system is called
   *     that itself waits for one it called
   * @throws ProtocolException when a system leaves a mailbox that cannot be read
   */
  public JumpEnd switchTo(String name, long budget, Optional<Duration> wakeAfter) {
    StringBuilder console = new StringBuilder();
    long instructions = 0;
    int restart = RestartPoint.RESTORE;
    Deque<Entry> callers = new ArrayDeque<>();
    Entry entry = named(name);
    while (true) {
      publish(entry.image);
      JumpEnd end = machine.jumpTo(entry.image, budget, wakeAfter);
      restart = end.restart();
      console.append(end.console());
      instructions += end.instructions();
      entry.switches++;
      running = entry.name;
      entry = end.stop() == StopReason.RETURNED ? next(entry, callers) : null;
      if (entry == null) {
        return new JumpEnd(end.stop(), end.reason(), console.toString(), restart, instructions);
      }
    }
  }

  private Entry named(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw KexecException.invalid(
          "no system " + name + "; there are " + String.join(" ", entries.keySet()));
    }
    return entry;
  }

  /** Who gets the machine behind a system: whom it asks for, else its caller; null for the host. */
  private Entry next(Entry last, Deque<Entry> callers) {
    for (Message message : mailbox.take(Mailbox.Direction.TO_HOST)) {
      if (message instanceof Message.SwitchTo to) {
        return named(to.system());
      }
      if (message instanceof Message.Call call) {
        Entry callee = named(call.system());
        if (callee == last || callers.contains(callee)) {
          throw new KexecException(
              Errno.EBUSY,
              "system " + last.name + " calls " + callee.name + ", which waits for one it called");
        }
        callers.push(last);
        return callee;
      }
    }
    return callers.poll();
  }
}
