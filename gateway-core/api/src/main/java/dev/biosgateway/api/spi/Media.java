package dev.biosgateway.api.spi;

import java.nio.file.Path;
import java.util.List;

/**
 * Image files in the drives of a machine that is called. They are only read: what a call writes
 * belongs to the machine, and is rolled back with it. Immutable.
 *
 * @param floppies raw images of diskettes, at most 2
 * @param disks raw images of hard disks; with the CDs at most 4
 * @param cdroms ISO images
 */
public record Media(List<Path> floppies, List<Path> disks, List<Path> cdroms) {
  /** Nothing in any drive. */
  public static final Media NONE = new Media(List.of(), List.of(), List.of());

  /** Copies the lists. */
  public Media {
    floppies = List.copyOf(floppies);
    disks = List.copyOf(disks);
    cdroms = List.copyOf(cdroms);
  }

  /** Whether there is nothing in any drive. */
  public boolean isEmpty() {
    return floppies.isEmpty() && disks.isEmpty() && cdroms.isEmpty();
  }
}
