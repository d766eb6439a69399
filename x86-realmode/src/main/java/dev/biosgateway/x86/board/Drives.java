package dev.biosgateway.x86.board;

import dev.biosgateway.x86.media.BlockImage;
import java.util.ArrayList;
import java.util.List;

/**
 * The media in a machine's drives. Immutable; the images may be shared, since each machine takes
 * {@link BlockImage#forMachine()} of them.
 *
 * @param floppies in drives A and B, at most 2
 * @param disks hard disks: primary master, primary slave, secondary master, secondary slave
 * @param cdroms CD-ROMs, from the secondary master on, then wherever no disk is
 */
public record Drives(List<BlockImage> floppies, List<BlockImage> disks, List<BlockImage> cdroms) {

  /** No drive at all. */
  public static final Drives NONE = new Drives(List.of(), List.of(), List.of());

  private static final int FLOPPY_DRIVES = 2;
  private static final int ATA_DEVICES = 4;

  /**
   * @throws IllegalArgumentException when there are more than two controllers' worth
   */
  public Drives {
    floppies = List.copyOf(floppies);
    disks = List.copyOf(disks);
    cdroms = List.copyOf(cdroms);
    if (floppies.size() > FLOPPY_DRIVES) {
      throw new IllegalArgumentException(
          "floppy drives: expected at most %d, found %d".formatted(FLOPPY_DRIVES, floppies.size()));
    }
    if (disks.size() + cdroms.size() > ATA_DEVICES) {
      throw new IllegalArgumentException(
          "hard disks and CD-ROMs: expected at most %d together, found %d and %d"
              .formatted(ATA_DEVICES, disks.size(), cdroms.size()));
    }
  }

  public Drives withFloppy(BlockImage image) {
    return new Drives(and(floppies, image), disks, cdroms);
  }

  public Drives withDisk(BlockImage image) {
    return new Drives(floppies, and(disks, image), cdroms);
  }

  public Drives withCdrom(BlockImage image) {
    return new Drives(floppies, disks, and(cdroms, image));
  }

  private static List<BlockImage> and(List<BlockImage> some, BlockImage another) {
    List<BlockImage> more = new ArrayList<>(some);
    more.add(another);
    return more;
  }
}
