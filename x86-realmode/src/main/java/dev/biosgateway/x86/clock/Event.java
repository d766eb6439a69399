package dev.biosgateway.x86.clock;

/**
 * Something a device wants to happen at an instant of virtual time, such as the rising edge of a
 * timer output. A device owns its events for life; the queue never allocates.
 */
public abstract class Event {
  final String name;
  private final String owner;
  long at = Long.MAX_VALUE;
  long order;
  int index = -1;

  /**
   * @param name unique in a machine, for example {@code pit8254.channel0}: shown in traces, and
   *     decides who is first at the same instant
   */
  protected Event(String name) {
    this.name = name;
    int dot = name.indexOf('.');
    owner = dot < 0 ? name : name.substring(0, dot);
  }

  /** The part of the name in front of the first dot: the section of the device, for most. */
  public final String owner() {
    return owner;
  }

  /**
   * Called on the machine's thread between two instructions, at the first instruction boundary at
   * or after the due instant.
   *
   * @param due the instant that was asked for, in nanoseconds of virtual time; periodic events
   *     compute the next one from it and so never drift
   */
  protected abstract void fire(long due);

  public final boolean isScheduled() {
    return index >= 0;
  }

  /** The due instant in nanoseconds, {@link Long#MAX_VALUE} when not scheduled. */
  public final long dueNanos() {
    return at;
  }

  @Override
  public String toString() {
    return name;
  }
}
