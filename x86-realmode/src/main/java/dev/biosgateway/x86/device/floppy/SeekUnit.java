package dev.biosgateway.x86.device.floppy;

import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/**
 * Moves the heads of the four drives the controller can select, side by side, and keeps for each
 * one what SENSE INTERRUPT STATUS will say. Steps take the same virtual time whatever SPECIFY says:
 * a drive that is faster than the slowest.
 */
final class SeekUnit {
  static final int DRIVES = 4;
  static final long STEP_NANOS = 20_000;

  /** RECALIBRATE gives up after so many steps without TRK0 (82078 data sheet, 6.2.2). */
  private static final int RECALIBRATE_STEPS = 79;

  private static final int NOTHING = -1;

  private final FloppyDrive[] drives;
  private final VirtualClock clock;
  private final Runnable onInterrupt;

  /** Present cylinder numbers: where the controller thinks the heads are. */
  private final int[] pcn = new int[DRIVES];

  /** ST0 of a finished seek or of the polling after reset, {@link #NOTHING} when none waits. */
  private final int[] status = new int[DRIVES];

  /** What ST0 will be when the seek in progress ends. */
  private final int[] outcome = new int[DRIVES];

  private final Event[] ends = new Event[DRIVES];

  /** What polling found has interrupted, and the host has seen the first of it. */
  private boolean pollingTold;

  SeekUnit(FloppyDrive[] drives, VirtualClock clock, Runnable onInterrupt) {
    this.drives = drives;
    this.clock = clock;
    this.onInterrupt = onInterrupt;
    for (int i = 0; i < DRIVES; i++) {
      int drive = i;
      ends[i] =
          new Event("floppy.seek" + i) {
            @Override
            protected void fire(long due) {
              forgetPolling();
              status[drive] = outcome[drive];
              onInterrupt.run();
            }
          };
    }
  }

  void reset() {
    for (int i = 0; i < DRIVES; i++) {
      clock.cancel(ends[i]);
      pcn[i] = 0;
      status[i] = NOTHING;
      outcome[i] = 0;
    }
    pollingTold = false;
  }

  /** After reset, polling finds that every drive has changed its ready state. */
  void pollAll() {
    for (int i = 0; i < DRIVES; i++) {
      status[i] = FloppyStatus.ST0_POLLING | i;
    }
    pollingTold = false;
    onInterrupt.run();
  }

  /** A host that has not asked for every drive after a reset never will. */
  private void forgetPolling() {
    for (int i = 0; i < DRIVES; i++) {
      if (polled(i)) {
        status[i] = NOTHING;
      }
    }
  }

  private boolean polled(int drive) {
    return status[drive] == (FloppyStatus.ST0_POLLING | drive);
  }

  /** Bits 0 to 3: drives that seek. */
  int busy() {
    int bits = 0;
    for (int i = 0; i < DRIVES; i++) {
      bits |= ends[i].isScheduled() ? 1 << i : 0;
    }
    return bits;
  }

  int cylinder(int drive) {
    return pcn[drive];
  }

  void recalibrate(int drive) {
    FloppyDrive d = drives[drive];
    int steps = d == null ? RECALIBRATE_STEPS : Math.min(d.cylinder(), RECALIBRATE_STEPS);
    if (d != null) {
      d.step(-steps);
    }
    boolean found = d != null && d.atTrackZero();
    pcn[drive] = 0;
    int trouble = FloppyStatus.ST0_ABNORMAL | FloppyStatus.ST0_EQUIPMENT_CHECK;
    begin(drive, steps, found ? 0 : trouble);
  }

  /** Steps from where the controller thinks the head is, to a cylinder 0 to 255. */
  void seek(int drive, int head, int cylinder) {
    int steps = cylinder - pcn[drive];
    step(drive, steps);
    begin(drive, Math.abs(steps), head << 2);
  }

  /** RELATIVE SEEK. */
  void seekBy(int drive, int head, int steps) {
    step(drive, steps);
    begin(drive, Math.abs(steps), head << 2);
  }

  /**
   * The seek that a command for data implies.
   *
   * @return how long it takes
   */
  long implied(int drive, int cylinder) {
    int steps = cylinder - pcn[drive];
    step(drive, steps);
    return Math.abs(steps) * STEP_NANOS;
  }

  private void step(int drive, int steps) {
    pcn[drive] = pcn[drive] + steps & 0xff;
    if (drives[drive] != null) {
      drives[drive].step(steps);
    }
  }

  private void begin(int drive, int steps, int trouble) {
    status[drive] = NOTHING;
    outcome[drive] = FloppyStatus.ST0_SEEK_END | trouble | drive;
    clock.schedule(ends[drive], clock.nanos() + (steps + 1) * STEP_NANOS);
  }

  /**
   * INT: for every seek that has ended until it is sensed; for polling until the first drive is
   * sensed, though the others wait too.
   */
  boolean interrupting() {
    for (int i = 0; i < DRIVES; i++) {
      if (status[i] != NOTHING && !(polled(i) && pollingTold)) {
        return true;
      }
    }
    return false;
  }

  /** Whether SENSE INTERRUPT STATUS has something to say. */
  boolean statusWaits() {
    for (int s : status) {
      if (s != NOTHING) {
        return true;
      }
    }
    return false;
  }

  /** Takes the next ST0 that waits; its drive is in bits 0 and 1. */
  int senseInterrupt() {
    for (int i = 0; i < DRIVES; i++) {
      if (status[i] != NOTHING) {
        int st0 = status[i];
        pollingTold |= polled(i);
        status[i] = NOTHING;
        return st0;
      }
    }
    throw new IllegalStateException("no seek has ended");
  }

  void save(Section out) {
    out.put("seek.pcn", pcn).put("seek.status", status).put("seek.outcome", outcome);
    out.put("seek.pollingTold", pollingTold);
    for (Event end : ends) {
      out.put(end.toString(), end.dueNanos());
    }
  }

  void restore(Section in) {
    in.getInts("seek.pcn", pcn);
    in.getInts("seek.status", status);
    in.getInts("seek.outcome", outcome);
    pollingTold = in.getBoolean("seek.pollingTold");
    for (Event end : ends) {
      clock.cancel(end);
      long due = in.getLong(end.toString());
      if (due != Long.MAX_VALUE) {
        clock.schedule(end, due);
      }
    }
  }

  @Override
  public String toString() {
    return "seek " + Arrays.toString(pcn);
  }
}
