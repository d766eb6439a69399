package dev.biosgateway.kexec.load;

import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.Arrays;

/**
 * A segment and its source pages: page frames of the host that hold what the segment's destination
 * will hold during the jump, and after the jump back what the image left there. This is where
 * results are read, and why an image's memory lives on between two jumps.
 */
public final class LoadedSegment {
  private final PhysicalBus bus;
  private final KexecSegment segment;
  private final int[] sources;

  LoadedSegment(PhysicalBus bus, KexecSegment segment, int[] sources) {
    this(segment, sources, bus);
    write(0, segment.buf());
  }

  private LoadedSegment(KexecSegment segment, int[] sources, PhysicalBus bus) {
    this.bus = bus;
    this.segment = segment;
    this.sources = sources;
  }

  /** The segment of a machine that is not there: {@link #in} brings it into one. */
  public static LoadedSegment elsewhere(KexecSegment segment, int[] sources) {
    return new LoadedSegment(segment, sources.clone(), null);
  }

  /** The same segment in the memory of a machine that was made of an image of this one's. */
  public LoadedSegment in(PhysicalBus other) {
    return new LoadedSegment(segment, sources, other);
  }

  /** What was asked for. */
  public KexecSegment segment() {
    return segment;
  }

  /** Physical addresses of the source pages, one for each page of the segment, as a new array. */
  public int[] sources() {
    return sources.clone();
  }

  int source(int page) {
    return sources[page];
  }

  /**
   * Reads the segment's bytes out of its source pages: what the image left there.
   *
   * @throws IndexOutOfBoundsException if the range is not in the segment
   */
  public byte[] read(int offset, int length) {
    checkRange(offset, length);
    byte[] out = new byte[length];
    for (int done = 0; done < length; ) {
      int at = offset + done;
      int n = Math.min(length - done, PhysicalBus.PAGE - (at & 0xfff));
      System.arraycopy(bus.ram, sources[at >>> 12] | at & 0xfff, out, done, n);
      done += n;
    }
    return out;
  }

  /**
   * Writes bytes of the segment into its source pages.
   *
   * @throws IndexOutOfBoundsException if the range is not in the segment
   */
  public void write(int offset, byte[] bytes) {
    checkRange(offset, bytes.length);
    for (int done = 0; done < bytes.length; ) {
      int at = offset + done;
      int n = Math.min(bytes.length - done, PhysicalBus.PAGE - (at & 0xfff));
      byte[] part = n == bytes.length ? bytes : Arrays.copyOfRange(bytes, done, done + n);
      bus.load(sources[at >>> 12] | at & 0xfff, part);
      done += n;
    }
  }

  /** Gives every source page out: array, offset, length. The array is main memory itself. */
  void forEachPage(PageReader reader) {
    for (int source : sources) {
      reader.page(bus.ram, source, PhysicalBus.PAGE);
    }
  }

  /** Takes a page. */
  @FunctionalInterface
  interface PageReader {
    void page(byte[] bytes, int offset, int length);
  }

  void release(PageFrames frames) {
    for (int source : sources) {
      frames.release(source);
    }
  }

  private void checkRange(int offset, int length) {
    if (offset < 0 || length < 0 || offset + (long) length > segment.memsz()) {
      throw new IndexOutOfBoundsException(
          String.format("%s: 0x%x bytes at offset 0x%x", segment, length, offset));
    }
  }

  @Override
  public String toString() {
    return segment.toString();
  }
}
