package dev.biosgateway.api.kexec;

import java.util.List;

/**
 * An image that is loaded.
 *
 * @param kind flat, elf32, elf64, multiboot, bzimage, vmcore or helper
 * @param entry physical address at which the next jump enters
 * @param preserveContext whether it comes back
 * @param segments what lies where
 * @param jumpBackEntry where the host goes on: what the image finds at [esp], and kernels as {@code
 *     kexec_jump_back_entry} on their command line; 0 before the first jump
 * @param jumps how often it was entered
 */
public record LoadedImage(
    String kind,
    long entry,
    boolean preserveContext,
    List<Segment> segments,
    long jumpBackEntry,
    int jumps) {
  /**
   * A segment.
   *
   * @param name for human beings
   * @param address physical
   * @param size bytes
   */
  public record Segment(String name, long address, long size) {}

  /** Copies the list. */
  public LoadedImage {
    segments = List.copyOf(segments);
  }
}
