package dev.biosgateway.x86.device.uart;

import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.state.Section;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/** The receiving half: characters from the line into the buffer register or FIFO. */
final class Receiver {
  private static final int[] TRIGGER_LEVELS = {1, 4, 8, 14};

  /** Silence after which characters below the trigger level interrupt too. */
  private static final int TIMEOUT_CHARACTERS = 4;

  private final VirtualClock clock;
  private final LineControl line;
  private final ConcurrentLinkedQueue<Byte> outside = new ConcurrentLinkedQueue<>();
  private final ByteFifo buffer = new ByteFifo(ByteFifo.SIZE);
  private final Event arrives;
  private final Event timeout;

  private boolean fifoEnabled;
  private int trigger;
  private boolean overrun;
  private boolean timedOut;

  /**
   * @param connected whether the line reaches the receiver; in loopback it does not
   * @param onChange called when something has arrived or the timeout is over
   */
  Receiver(
      String name,
      VirtualClock clock,
      LineControl line,
      BooleanSupplier connected,
      Runnable onChange) {
    this.clock = clock;
    this.line = line;
    arrives =
        new Event(name + ".arrives") {
          @Override
          protected void fire(long due) {
            Byte character = outside.poll();
            if (character != null && connected.getAsBoolean()) {
              accept(character & line.characterMask(), due);
            }
            if (!outside.isEmpty() && line.running()) {
              clock.schedule(this, due + line.characterNanos());
            }
            onChange.run();
          }
        };
    timeout =
        new Event(name + ".timeout") {
          @Override
          protected void fire(long due) {
            timedOut = true;
            onChange.run();
          }
        };
  }

  void reset() {
    buffer.clear();
    fifoEnabled = false;
    trigger = 0;
    overrun = false;
    timedOut = false;
    clock.cancel(arrives);
    clock.cancel(timeout);
  }

  /** Puts characters on the line; any thread. */
  void send(byte[] characters) {
    for (byte b : characters) {
      outside.add(b);
    }
  }

  /** Puts a character on the line; any thread. */
  void send(int character) {
    outside.add((byte) character);
  }

  /** Lets what is on the line begin to arrive. */
  void poll() {
    if (!outside.isEmpty() && !arrives.isScheduled() && line.running()) {
      clock.schedule(arrives, clock.nanos() + line.characterNanos());
    }
  }

  /** A character is complete at instant {@code at}. */
  void accept(int character, long at) {
    if (buffer.size() < (fifoEnabled ? ByteFifo.SIZE : 1)) {
      buffer.add(character);
    } else {
      overrun = true;
      if (!fifoEnabled) {
        buffer.replaceLast(character); // a FIFO keeps what it has, RBR takes the new one
      }
    }
    restartTimeout(at);
  }

  int read() {
    int value = buffer.size() > 0 ? buffer.take() : 0;
    timedOut = false;
    restartTimeout(clock.nanos());
    return value;
  }

  void enableFifo(boolean on, int triggerLevel) {
    fifoEnabled = on;
    trigger = triggerLevel;
  }

  void clearFifo() {
    buffer.clear();
    timedOut = false;
    clock.cancel(timeout);
  }

  boolean dataReady() {
    return buffer.size() > 0;
  }

  /** Whether there are as many characters as the trigger level asks for. */
  boolean triggered() {
    return buffer.size() >= (fifoEnabled ? TRIGGER_LEVELS[trigger] : 1);
  }

  boolean timedOut() {
    return timedOut && dataReady();
  }

  boolean overrun() {
    return overrun;
  }

  void acknowledgeOverrun() {
    overrun = false;
  }

  void save(Section out) {
    buffer.save("receiver", out);
    out.put("receiver.fifo", fifoEnabled).put("trigger", trigger);
    out.put("overrun", overrun).put("timedOut", timedOut);
    out.put("arrivesAt", arrives.dueNanos()).put("timeoutAt", timeout.dueNanos());
  }

  void restore(Section in) {
    buffer.restore("receiver", in);
    fifoEnabled = in.getBoolean("receiver.fifo");
    trigger = in.getInt("trigger");
    overrun = in.getBoolean("overrun");
    timedOut = in.getBoolean("timedOut");
    scheduleAgain(arrives, in.getLong("arrivesAt"));
    scheduleAgain(timeout, in.getLong("timeoutAt"));
  }

  private void restartTimeout(long from) {
    if (fifoEnabled && dataReady() && line.running()) {
      clock.schedule(timeout, from + TIMEOUT_CHARACTERS * line.characterNanos());
    } else {
      clock.cancel(timeout);
    }
  }

  private void scheduleAgain(Event event, long due) {
    if (due == Long.MAX_VALUE) {
      clock.cancel(event);
    } else {
      clock.schedule(event, due);
    }
  }
}
