package dev.biosgateway.x86.device.floppy;

import dev.biosgateway.x86.state.Section;

/**
 * Which sector comes next: cylinder, head, record and size as a command gives them and its result
 * shows them, and the side that is selected. Goes on by the result phase table of the 82078 data
 * sheet (table 6-6).
 */
final class SectorAddress {
  int c;
  int h;
  int r;
  int n;

  /** The side below the head that reads. */
  int side;

  private int end;
  private boolean multiTrack;
  private boolean sideChanges;
  private boolean pastEnd;

  /**
   * Takes the address of a command.
   *
   * @param selected the side, 0 or 1
   * @param lastRecord EOT
   */
  void set(int cylinder, int head, int record, int size, int selected, int lastRecord) {
    c = cylinder;
    h = head;
    r = record;
    n = size;
    side = selected;
    end = lastRecord;
    multiTrack = false;
    sideChanges = false;
    pastEnd = false;
  }

  /** MT: the first side is followed by the second. */
  void bothSides() {
    multiTrack = true;
  }

  /** EOT. */
  int lastRecord() {
    return end;
  }

  /** Whether the last sector has gone, so that there is no next one. */
  boolean pastEnd() {
    return pastEnd;
  }

  /** The next sector is about to be looked for: now the side changes, if it does. */
  void select() {
    if (sideChanges) {
      side ^= 1;
      sideChanges = false;
    }
  }

  void advance() {
    if (r != end) {
      r = r + 1 & 0xff;
      return;
    }
    r = 1;
    if (multiTrack && side == 0) {
      h ^= 1;
      sideChanges = true;
      return;
    }
    pastEnd = true;
    c = c + 1 & 0xff;
    if (multiTrack) {
      h ^= 1;
    }
  }

  void save(Section out) {
    out.put("c", c).put("h", h).put("r", r).put("n", n).put("side", side).put("end", end);
    out.put("multiTrack", multiTrack).put("sideChanges", sideChanges).put("pastEnd", pastEnd);
  }

  void restore(Section in) {
    c = in.getInt("c");
    h = in.getInt("h");
    r = in.getInt("r");
    n = in.getInt("n");
    side = in.getInt("side");
    end = in.getInt("end");
    multiTrack = in.getBoolean("multiTrack");
    sideChanges = in.getBoolean("sideChanges");
    pastEnd = in.getBoolean("pastEnd");
  }
}
