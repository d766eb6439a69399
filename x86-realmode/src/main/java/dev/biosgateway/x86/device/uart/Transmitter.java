package dev.biosgateway.x86.device.uart;

import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.state.Section;
import java.util.function.IntConsumer;

/** The sending half: holding register or FIFO, then the shift register, a character at a time. */
final class Transmitter {
  private static final int EMPTY = -1;

  private final VirtualClock clock;
  private final LineControl line;
  private final IntConsumer output;
  private final Runnable stalled;
  private final ByteFifo holding = new ByteFifo(ByteFifo.SIZE);
  private final Event sent;

  private boolean fifoEnabled;

  /** Whether a character takes its time on the line. */
  private boolean paced = true;

  /** What the shift register sends, {@link #EMPTY} when it is empty. */
  private int shifting = EMPTY;

  /** "Holding register empty" as an interrupt that nobody has seen in IIR yet. */
  private boolean emptyPending;

  /**
   * @param output takes each character when its last bit is out
   * @param onSent called after that
   * @param stalled called when a character waits for a line that does not run
   */
  Transmitter(
      String name,
      VirtualClock clock,
      LineControl line,
      IntConsumer output,
      Runnable onSent,
      Runnable stalled) {
    this.clock = clock;
    this.line = line;
    this.output = output;
    this.stalled = stalled;
    sent =
        new Event(name + ".sent") {
          @Override
          protected void fire(long due) {
            finishCharacter(due);
            onSent.run();
          }
        };
  }

  void reset() {
    holding.clear();
    fifoEnabled = false;
    shifting = EMPTY;
    emptyPending = false;
    clock.cancel(sent);
  }

  void write(int value) {
    emptyPending = false;
    if (shifting == EMPTY) {
      startShifting(value, clock.nanos());
      emptyPending = true;
    } else if (holding.size() < (fifoEnabled ? ByteFifo.SIZE : 1)) {
      holding.add(value);
    } else {
      holding.replaceLast(value); // what waits there is overwritten
    }
  }

  void setPaced(boolean on) {
    paced = on;
  }

  void enableFifo(boolean on) {
    fifoEnabled = on;
  }

  void clearFifo() {
    emptyPending |= holding.size() > 0;
    holding.clear();
  }

  /** Whether the holding register or FIFO is empty. */
  boolean holdingEmpty() {
    return holding.size() == 0;
  }

  /** Whether the shift register is empty too. */
  boolean idle() {
    return shifting == EMPTY && holding.size() == 0;
  }

  boolean emptyPending() {
    return emptyPending;
  }

  /** IER was set for "holding register empty": raises it when it is. */
  void raiseEmpty() {
    emptyPending |= holdingEmpty();
  }

  void acknowledgeEmpty() {
    emptyPending = false;
  }

  /** Sends all there is, in no time. */
  void drain() {
    while (shifting != EMPTY) {
      finishCharacter(clock.nanos());
    }
  }

  void save(Section out) {
    holding.save("transmitter", out);
    out.put("transmitter.fifo", fifoEnabled).put("shifting", shifting);
    out.put("emptyPending", emptyPending).put("sentAt", sent.dueNanos());
  }

  void restore(Section in) {
    holding.restore("transmitter", in);
    fifoEnabled = in.getBoolean("transmitter.fifo");
    shifting = in.getInt("shifting");
    emptyPending = in.getBoolean("emptyPending");
    clock.cancel(sent);
    long due = in.getLong("sentAt");
    if (due != Long.MAX_VALUE) {
      clock.schedule(sent, due);
    }
  }

  private void startShifting(int value, long from) {
    shifting = value;
    if (line.running()) {
      clock.schedule(sent, from + (paced ? line.characterNanos() : 0));
    } else {
      stalled.run();
    }
  }

  private void finishCharacter(long at) {
    int character = shifting & line.characterMask();
    shifting = EMPTY;
    clock.cancel(sent);
    output.accept(character);
    if (holding.size() > 0) {
      startShifting(holding.take(), at);
      emptyPending |= holding.size() == 0;
    }
  }
}
