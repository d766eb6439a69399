package dev.biosgateway.x86.device.floppy;

import dev.biosgateway.x86.media.BlockImage;
import dev.biosgateway.x86.media.ImageException;
import dev.biosgateway.x86.media.ShortImage;

/**
 * The formats of diskettes, all with sectors of 512 bytes in MFM, told apart by their size. The
 * drive is the one such a diskette belongs to; its type is what CMOS register 10h says.
 */
public enum FloppyFormat {
  F160(40, 1, 8, FloppyFormat.RATE_250, 1),
  F180(40, 1, 9, FloppyFormat.RATE_250, 1),
  F320(40, 2, 8, FloppyFormat.RATE_250, 1),
  F360(40, 2, 9, FloppyFormat.RATE_250, 1),
  F640(80, 2, 8, FloppyFormat.RATE_250, 3),
  F720(80, 2, 9, FloppyFormat.RATE_250, 3),
  F1200(80, 2, 15, FloppyFormat.RATE_500, 2),
  F1440(80, 2, 18, FloppyFormat.RATE_500, 4),
  F1600(80, 2, 20, FloppyFormat.RATE_500, 4),
  F1680(80, 2, 21, FloppyFormat.RATE_500, 4),
  F1722(82, 2, 21, FloppyFormat.RATE_500, 4),
  F2880(80, 2, 36, FloppyFormat.RATE_1000, 5);

  // ---- data rate select of CCR and DSR, 82078 data sheet, table 2-6
  static final int RATE_500 = 0;
  static final int RATE_300 = 1;
  static final int RATE_250 = 2;
  static final int RATE_1000 = 3;

  /** Whatever the diskette was written with. */
  static final int RATE_OF_DISKETTE = -1;

  private static final int DRIVE_1200 = 2;

  private final int cylinders;
  private final int heads;
  private final int sectors;
  private final int rate;
  private final int drive;

  FloppyFormat(int cylinders, int heads, int sectors, int rate, int drive) {
    this.cylinders = cylinders;
    this.heads = heads;
    this.sectors = sectors;
    this.rate = rate;
    this.drive = drive;
  }

  /**
   * The format of an image: the one that has its size, or for an image of another size the first of
   * 1.44 MB and 2.88 MB that holds it, whose rest is empty.
   *
   * @throws ImageException when no format holds that many bytes
   */
  public static FloppyFormat of(BlockImage image) {
    for (FloppyFormat format : values()) {
      if (format.bytes() == image.size()) {
        return format;
      }
    }
    for (FloppyFormat format : new FloppyFormat[] {F1440, F2880}) {
      if (format.bytes() > image.size()) {
        return format;
      }
    }
    throw new ImageException(
        "image %s: expected at most %d bytes, the largest diskette there is, found %d"
            .formatted(image.name(), F2880.bytes(), image.size()));
  }

  /** The whole diskette of an image, which may be that of its first sectors only. */
  BlockImage diskette(BlockImage image) {
    return image.size() == bytes() ? image : new ShortImage(image, bytes());
  }

  public int cylinders() {
    return cylinders;
  }

  /** Sides: 1 or 2. */
  public int heads() {
    return heads;
  }

  /** Sectors of a track. */
  public int sectors() {
    return sectors;
  }

  /** Size of an image in bytes. */
  public int bytes() {
    return cylinders * heads * sectors * BlockImage.SECTOR;
  }

  /** The drive's type as CMOS register 10h has it: 1 is 360 KB, 2 1.2 MB, 3 720 KB, … 5 2.88 MB. */
  public int driveType() {
    return drive;
  }

  /** Data rate select in a drive of a type: the 1.2 MB drive turns at 360 rpm, not 300. */
  int rateIn(int driveType) {
    return driveType == DRIVE_1200 && rate == RATE_250 ? RATE_300 : rate;
  }

  /** Offset in the image; sectors count from 1. */
  long offset(int cylinder, int head, int sector) {
    return ((long) (cylinder * heads + head) * sectors + sector - 1) * BlockImage.SECTOR;
  }
}
