package dev.biosgateway.x86.device.keyboard;

import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Presses and releases keys at a pace that a guest can follow: a movement of a key every ten
 * milliseconds of virtual time, and none while the keyboard has something to send. Any thread may
 * ask; keys move when the machine runs.
 */
public final class Typist {
  private static final long PACE = 10_000_000;

  /** A movement of a key. */
  private record Stroke(Key key, boolean down) {}

  private final VirtualClock clock;
  private final Ps2Keyboard keyboard;
  private final ConcurrentLinkedQueue<Stroke> strokes = new ConcurrentLinkedQueue<>();
  private final Event next =
      new Event("keyboard.typist") {
        @Override
        protected void fire(long due) {
          move();
        }
      };

  Typist(VirtualClock clock, Ps2Keyboard keyboard) {
    this.clock = clock;
    this.keyboard = keyboard;
  }

  /** Presses a key and keeps it down. */
  public void press(Key key) {
    strokes.add(new Stroke(key, true));
  }

  public void release(Key key) {
    strokes.add(new Stroke(key, false));
  }

  /** Presses keys one after the other, and releases them backwards: a key with its shifts. */
  public void chord(List<Key> keys) {
    keys.forEach(this::press);
    for (int i = keys.size() - 1; i >= 0; i--) {
      release(keys.get(i));
    }
  }

  /**
   * Types text as on the US layout; {@code \n} is Enter, {@code \t} Tab, {@code \b} Backspace, ESC
   * Escape.
   *
   * @throws IllegalArgumentException when the layout has no key for a character; nothing is typed
   */
  public void type(String text) {
    List<List<Key>> chords = text.chars().mapToObj(c -> UsLayout.keys((char) c)).toList();
    chords.forEach(this::chord);
  }

  /** Whether all that was asked for has been done. */
  public boolean isIdle() {
    return strokes.isEmpty();
  }

  void poll() {
    if (!strokes.isEmpty() && !next.isScheduled()) {
      clock.schedule(next, clock.nanos() + PACE);
    }
  }

  private void move() {
    if (!keyboard.hasOutput()) {
      Stroke stroke = strokes.poll();
      if (stroke != null) {
        keyboard.set(stroke.key, stroke.down);
      }
    }
    poll();
  }
}
