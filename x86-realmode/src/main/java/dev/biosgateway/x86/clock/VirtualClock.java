package dev.biosgateway.x86.clock;

import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.state.Stateful;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Virtual time and the queue of events that hang on it. Time follows retired instructions, so a run
 * is a pure function of images and inputs; a halted CPU skips ahead to the next event.
 *
 * <p>The CPU reports instructions in batches through {@link #retire}; within a batch {@link
 * #nanos()} is asked by devices only through port and MMIO accesses, before which the CPU brings
 * the clock up to date. All instants are nanoseconds since power-on.
 *
 * <p>Events due at the same instant fire in the order of their names: so a machine that was saved
 * and restored, which schedules them anew, goes on as one that was not.
 */
public final class VirtualClock implements Stateful {
  private final int nanosPerInstruction;
  private long nanos;
  private long retired;
  private long order;
  private Consumer<Event> listener = event -> {};
  private Event[] heap = new Event[16];
  private int size;

  /**
   * @param nanosPerInstruction virtual duration of one instruction, 1 to 1000 ns
   */
  public VirtualClock(int nanosPerInstruction) {
    if (nanosPerInstruction < 1 || nanosPerInstruction > 1000) {
      throw new IllegalArgumentException(
          "nanosPerInstruction: expected 1..1000, found " + nanosPerInstruction);
    }
    this.nanosPerInstruction = nanosPerInstruction;
  }

  /** Now, in nanoseconds since power-on. */
  public long nanos() {
    return nanos;
  }

  /** Instructions retired since power-on; each pass of a REP counts. */
  public long retiredInstructions() {
    return retired;
  }

  /** Lets time go on by {@code instructions}; does not fire events. */
  public void retire(long instructions) {
    retired += instructions;
    nanos += instructions * nanosPerInstruction;
  }

  /** Lets time go on without instructions; does not fire events. */
  public void skip(long nanoseconds) {
    nanos += nanoseconds;
  }

  /** How many more instructions may retire before an event is due; 0 when one is due now. */
  public long instructionsToNextEvent() {
    if (size == 0) {
      return Long.MAX_VALUE;
    }
    long left = heap[0].at - nanos;
    return left <= 0 ? 0 : (left + nanosPerInstruction - 1) / nanosPerInstruction;
  }

  /** The instant of the next event, {@link Long#MAX_VALUE} when there is none. */
  public long nextEventNanos() {
    return size == 0 ? Long.MAX_VALUE : heap[0].at;
  }

  /** Fires everything that is due. */
  public void fireDueEvents() {
    while (size > 0 && heap[0].at <= nanos) {
      Event e = heap[0];
      long due = e.at;
      remove(e);
      listener.accept(e);
      e.fire(due);
    }
  }

  /** Sets who is told of every event that fires, just before. */
  public void setListener(Consumer<Event> who) {
    listener = who;
  }

  /**
   * Skips to the next event, as a halted CPU does, and fires it.
   *
   * @return false when no event is waiting, so that nothing would ever happen again
   */
  public boolean skipToNextEvent() {
    if (size == 0) {
      return false;
    }
    nanos = Math.max(nanos, heap[0].at);
    fireDueEvents();
    return true;
  }

  /** Schedules or moves {@code event} to {@code atNanos}; an instant in the past is due at once. */
  public void schedule(Event event, long atNanos) {
    if (event.index >= 0) {
      remove(event);
    }
    event.at = atNanos;
    event.order = order++;
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    up(size++, event);
  }

  /** Schedules {@code event} as {@link Event#dueNanos} had it when state was saved. */
  public void scheduleAgain(Event event, long dueNanos) {
    if (dueNanos == Long.MAX_VALUE) {
      cancel(event);
    } else {
      schedule(event, dueNanos);
    }
  }

  /** Takes {@code event} out of the queue; nothing happens when it is not in it. */
  public void cancel(Event event) {
    if (event.index >= 0) {
      remove(event);
    }
  }

  @Override
  public String sectionName() {
    return "clock";
  }

  @Override
  public void save(Section out) {
    out.put("nanos", nanos).put("retired", retired);
  }

  /** Restores time only: every device schedules its own events again in its restore. */
  @Override
  public void restore(Section in) {
    nanos = in.getLong("nanos");
    retired = in.getLong("retired");
  }

  private void remove(Event e) {
    int i = e.index;
    e.index = -1;
    e.at = Long.MAX_VALUE;
    Event last = heap[--size];
    heap[size] = null;
    if (last != e) {
      down(i, last);
      if (heap[i] == last) {
        up(i, last);
      }
    }
  }

  private void up(int at, Event e) {
    int i = at;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      if (!before(e, heap[parent])) {
        break;
      }
      place(i, heap[parent]);
      i = parent;
    }
    place(i, e);
  }

  private void down(int at, Event e) {
    int i = at;
    for (int child = 2 * i + 1; child < size; child = 2 * i + 1) {
      if (child + 1 < size && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], e)) {
        break;
      }
      place(i, heap[child]);
      i = child;
    }
    place(i, e);
  }

  private void place(int i, Event e) {
    heap[i] = e;
    e.index = i;
  }

  private static boolean before(Event a, Event b) {
    if (a.at != b.at) {
      return a.at < b.at;
    }
    int names = a.name.compareTo(b.name);
    return names < 0 || (names == 0 && a.order < b.order);
  }
}
