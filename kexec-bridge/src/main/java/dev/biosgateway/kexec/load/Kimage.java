package dev.biosgateway.kexec.load;

import java.util.List;

/**
 * struct kimage: a prepared image. Everything the jump needs lies in guest memory; jumping neither
 * allocates nor fails for want of anything. Addresses are physical.
 */
public final class Kimage implements AutoCloseable {
  /** Where a 32 bit kernel maps physical address 0. */
  public static final int PAGE_OFFSET = 0xc0000000;

  private final boolean preserveContext;
  private final int head;
  private final int controlPage;
  private final int swapPage;
  private final int pgd;
  private final List<LoadedSegment> segments;
  private final SegmentDigests digests;
  private final Runnable release;
  private boolean entered;
  private int start;

  Kimage(
      int start,
      boolean preserveContext,
      int head,
      int controlPage,
      int swapPage,
      int pgd,
      List<LoadedSegment> segments,
      SegmentDigests digests,
      Runnable release) {
    this.start = start;
    this.preserveContext = preserveContext;
    this.head = head;
    this.controlPage = controlPage;
    this.swapPage = swapPage;
    this.pgd = pgd;
    this.segments = List.copyOf(segments);
    this.digests = digests;
    this.release = release;
  }

  /**
   * Checks the digests of an image that was loaded with them, before its first jump: later its
   * pages are what it made of them.
   *
   * @throws KexecException EIO, naming the segment that changed
   */
  public void verify() {
    if (digests != null && !entered) {
      digests.verify(segments);
    }
  }

  /** It was jumped to. */
  public void setEntered() {
    entered = true;
  }

  /** Where the next jump enters. */
  public int start() {
    return start;
  }

  /** Sets where the next jump enters: what the image itself said when it came back. */
  public void setStart(int physical) {
    start = physical;
  }

  /** Whether the image comes back (KEXEC_PRESERVE_CONTEXT). */
  public boolean preserveContext() {
    return preserveContext;
  }

  /** First word of the page list. */
  public int head() {
    return head;
  }

  /** The page that holds relocate_kernel, its data and its stack. */
  public int controlPage() {
    return controlPage;
  }

  /** The page through which pages are exchanged, and the image's first stack; 0 without one. */
  public int swapPage() {
    return swapPage;
  }

  /** The identity tables: CR3 during the switch. */
  public int pgd() {
    return pgd;
  }

  /** The segments that live as long as the image, in the order in which they were added. */
  public List<LoadedSegment> segments() {
    return segments;
  }

  /** Gives every page frame back, zeroed. */
  @Override
  public void close() {
    release.run();
  }
}
