package dev.biosgateway.x86.device.floppy;

import dev.biosgateway.x86.media.BlockImage;
import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.state.StateException;
import java.util.BitSet;

/**
 * A floppy drive: where its head stands, the diskette in it, and the line that says that the door
 * was open. Data marks are kept beside the image, which has no place for them.
 */
public final class FloppyDrive {
  private static final int TYPE_1440 = 4;

  private final String name;
  private final int type;
  private BlockImage medium;
  private FloppyFormat format;

  /** Sectors with a deleted data mark, by their number from the start of the diskette. */
  private BitSet deleted = new BitSet();

  private int cylinder;
  private boolean changed;

  private FloppyDrive(String name, int type) {
    this.name = name;
    this.type = type;
  }

  /**
   * A drive that fits a diskette, with the diskette in it.
   *
   * @param name for messages and the section, as {@code drive0}
   * @throws dev.biosgateway.x86.media.ImageException when no format holds the image
   */
  static FloppyDrive with(String name, BlockImage image) {
    FloppyDrive drive = new FloppyDrive(name, FloppyFormat.of(image).driveType());
    drive.insert(image);
    return drive;
  }

  /** An empty drive of 1.44 MB. */
  static FloppyDrive empty(String name) {
    return new FloppyDrive(name, TYPE_1440);
  }

  /** Type as CMOS register 10h has it, 1 to 5. */
  public int type() {
    return type;
  }

  public boolean hasMedium() {
    return medium != null;
  }

  /**
   * Puts a diskette in, in place of the one that is there.
   *
   * @throws dev.biosgateway.x86.media.ImageException when no format holds the image
   */
  public void insert(BlockImage image) {
    format = FloppyFormat.of(image);
    medium = format.diskette(image).forMachine();
    deleted = new BitSet();
    changed = true;
  }

  /** Takes the diskette out; nothing happens when there is none. */
  public void eject() {
    if (medium != null) {
      medium.flush();
    }
    medium = null;
    format = null;
    changed = true;
  }

  void powerOn() {
    cylinder = 0;
    changed = true;
  }

  /** DSKCHG: high since the door was opened, until a step pulse finds a diskette. */
  boolean changed() {
    return changed;
  }

  boolean atTrackZero() {
    return cylinder == 0;
  }

  boolean twoSided() {
    return medium != null && format.heads() == 2;
  }

  boolean writeProtected() {
    return medium != null && medium.readOnly();
  }

  int cylinder() {
    return cylinder;
  }

  /** Step pulses: the head stops at either end of its way. */
  void step(int tracks) {
    cylinder = Math.max(0, Math.min(cylinder + tracks, type == 1 ? 41 : 83));
    if (tracks != 0 && medium != null) {
      changed = false;
    }
  }

  /** Whether a track that can be read at a data rate passes below a head. */
  boolean readable(int head, int rate) {
    return medium != null
        && head < format.heads()
        && track() < format.cylinders()
        && (rate == format.rateIn(type) || rate == FloppyFormat.RATE_OF_DISKETTE);
  }

  /** Number of the track below the head as its sectors have it: half of it with double stepping. */
  int track() {
    boolean doubleStep = medium != null && format.cylinders() <= 42 && type != 1;
    return doubleStep ? cylinder >> 1 : cylinder;
  }

  int sectors() {
    return format.sectors();
  }

  boolean deleted(int head, int sector) {
    return deleted.get(number(head, sector));
  }

  void read(int head, int sector, byte[] into) {
    medium.read(format.offset(track(), head, sector), into, 0, BlockImage.SECTOR);
  }

  void write(int head, int sector, byte[] from, boolean deletedMark) {
    medium.write(format.offset(track(), head, sector), from, 0, BlockImage.SECTOR);
    deleted.set(number(head, sector), deletedMark);
  }

  private int number(int head, int sector) {
    return (int) (format.offset(track(), head, sector) / BlockImage.SECTOR);
  }

  void save(Section out) {
    out.put(name + ".cylinder", cylinder).put(name + ".changed", changed);
    byte[] marks = deleted.toByteArray();
    out.put(name + ".marks.length", marks.length).put(name + ".marks", marks);
    out.put(name + ".medium", medium != null);
    if (medium != null) {
      medium.save(name + ".medium", out);
    }
  }

  void restore(Section in) {
    cylinder = in.getInt(name + ".cylinder");
    changed = in.getBoolean(name + ".changed");
    byte[] marks = new byte[in.getInt(name + ".marks.length")];
    in.getBytes(name + ".marks", marks);
    deleted = BitSet.valueOf(marks);
    boolean had = in.getBoolean(name + ".medium");
    if (had != (medium != null)) {
      throw new StateException(
          "section %s: %s was saved %s a diskette, it is now %s one"
              .formatted(in.name(), name, had ? "with" : "without", had ? "without" : "with"));
    }
    if (had) {
      medium.restore(name + ".medium", in);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
