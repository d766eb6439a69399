package dev.biosgateway.kexec.load;

import dev.biosgateway.x86.bus.PhysicalBus;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * struct kimage: a prepared image. Everything the jump needs lies in guest memory; jumping neither
 * allocates nor fails for want of anything. Addresses are physical.
 */
public final class Kimage implements AutoCloseable {
  /** Where a 32 bit kernel maps physical address 0. */
  public static final int PAGE_OFFSET = 0xc0000000;

  private static final int[] NOTHING = {};

  private final boolean preserveContext;
  private final int head;
  private final int controlPage;
  private final int swapPage;
  private final int pgd;
  private final List<LoadedSegment> segments;
  private final SegmentDigests digests;
  private final PageFrames frames;
  private int[] taken;
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
      PageFrames frames,
      int[] taken) {
    this.start = start;
    this.preserveContext = preserveContext;
    this.head = head;
    this.controlPage = controlPage;
    this.swapPage = swapPage;
    this.pgd = pgd;
    this.segments = List.copyOf(segments);
    this.digests = digests;
    this.frames = frames;
    this.taken = taken;
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
    for (int frame : taken) {
      frames.release(frame);
    }
    taken = NOTHING;
  }

  /** Writes it for another process, in which memory and page frames are the same. */
  public void writeTo(DataOutput out) throws IOException {
    out.writeInt(start);
    out.writeBoolean(preserveContext);
    out.writeBoolean(entered);
    for (int field : new int[] {head, controlPage, swapPage, pgd}) {
      out.writeInt(field);
    }
    out.writeInt(segments.size());
    for (LoadedSegment s : segments) {
      out.writeUTF(s.segment().name());
      out.writeLong(s.segment().mem());
      writeAll(s.sources(), out);
    }
    writeAll(taken, out);
  }

  private static void writeAll(int[] values, DataOutput out) throws IOException {
    out.writeInt(values.length);
    for (int value : values) {
      out.writeInt(value);
    }
  }

  /** Reads what {@link #writeTo} wrote. Digests are not kept: the file has its own. */
  public static Kimage readFrom(DataInput in, PhysicalBus bus, PageFrames frames)
      throws IOException {
    int start = in.readInt();
    boolean preserve = in.readBoolean();
    boolean entered = in.readBoolean();
    int head = in.readInt();
    int controlPage = in.readInt();
    int swapPage = in.readInt();
    int pgd = in.readInt();
    List<LoadedSegment> segments = new ArrayList<>();
    for (int i = in.readInt(); i > 0; i--) {
      String name = in.readUTF();
      long mem = in.readLong();
      int[] sources = readAll(in);
      segments.add(
          new LoadedSegment(bus, KexecSegment.zeroed(name, mem, sources.length * 4096L), sources));
    }
    Kimage image =
        new Kimage(
            start, preserve, head, controlPage, swapPage, pgd, segments, null, frames, readAll(in));
    image.entered = entered;
    return image;
  }

  private static int[] readAll(DataInput in) throws IOException {
    int[] values = new int[in.readInt()];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readInt();
    }
    return values;
  }
}
