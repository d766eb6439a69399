package dev.biosgateway.x86.device.ide;

import dev.biosgateway.x86.state.Section;

/**
 * Cylinders, heads and sectors of a disk: the default translation, which IDENTIFY DEVICE gives, and
 * the current one, which INITIALIZE DEVICE PARAMETERS sets (ATA/ATAPI-5, 6.2).
 */
final class DiskGeometry {
  private static final int DEFAULT_HEADS = 16;
  private static final int DEFAULT_SECTORS = 63;
  private static final int CYLINDERS_MAX = 16383;

  private final long total;
  private final int defaultCylinders;
  private int cylinders;
  private int heads;
  private int sectors;

  /**
   * @param total sectors of the disk
   */
  DiskGeometry(long total) {
    this.total = total;
    long fitting = total / (DEFAULT_HEADS * DEFAULT_SECTORS);
    defaultCylinders = (int) Math.max(1, Math.min(fitting, CYLINDERS_MAX));
    reset();
  }

  void reset() {
    cylinders = defaultCylinders;
    heads = DEFAULT_HEADS;
    sectors = DEFAULT_SECTORS;
  }

  long total() {
    return total;
  }

  /** Sectors of a track in the default translation. */
  int sectorsOfATrack() {
    return DEFAULT_SECTORS;
  }

  /**
   * Sets the current translation.
   *
   * @param newHeads 1 to 16
   * @param newSectors of a track, 1 to 255
   */
  void translate(int newHeads, int newSectors) {
    heads = newHeads;
    sectors = newSectors;
    long capacity = Math.min(total, (long) CYLINDERS_MAX * DEFAULT_HEADS * DEFAULT_SECTORS);
    cylinders = (int) Math.min(capacity / ((long) heads * sectors), 0xffff);
  }

  /** The sector of an address, -1 when there is no such place in the current translation. */
  long lba(int cylinder, int head, int sector) {
    if (cylinder >= cylinders || head >= heads || sector < 1 || sector > sectors) {
      return -1;
    }
    return ((long) cylinder * heads + head) * sectors + sector - 1;
  }

  /** Shows a sector as an address. */
  void address(long lba, TaskFile registers) {
    long track = lba / sectors;
    registers.setCylinderHeadSector(
        (int) (track / heads), (int) (track % heads), (int) (lba % sectors) + 1);
  }

  void identify(IdentifyData data) {
    data.word(1, defaultCylinders).word(3, DEFAULT_HEADS).word(6, DEFAULT_SECTORS);
    data.word(54, cylinders).word(55, heads).word(56, sectors);
    data.doubleWord(57, (long) cylinders * heads * sectors);
  }

  void save(String prefix, Section out) {
    out.put(prefix + ".cylinders", cylinders).put(prefix + ".heads", heads);
    out.put(prefix + ".sectors", sectors);
  }

  void restore(String prefix, Section in) {
    cylinders = in.getInt(prefix + ".cylinders");
    heads = in.getInt(prefix + ".heads");
    sectors = in.getInt(prefix + ".sectors");
  }
}
