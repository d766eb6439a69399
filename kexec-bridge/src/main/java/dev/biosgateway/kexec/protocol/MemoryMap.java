package dev.biosgateway.kexec.protocol;

import dev.biosgateway.kexec.protocol.ProtocolException.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which memory a kernel wants backed up: ranges of pages, ascending, none touching another. On the
 * wire it is either pairs of address and count or a bitmap; both say the same, and whoever writes
 * chooses the shorter.
 */
public final class MemoryMap {
  /** How a map is written. */
  public enum Encoding {
    /** A 64 bit address and a 64 bit page count for each range. */
    PAIRS,
    /** A bit for each page from the first to the last. */
    BITMAP
  }

  /** Bitmaps over more pages than this are not believed: 1 TB. */
  private static final long BITMAP_MAX = 1L << 28;

  private final List<PageRange> ranges;

  private MemoryMap(List<PageRange> ranges) {
    this.ranges = List.copyOf(ranges);
  }

  /** The map of these ranges: sorted, and joined where they touch or overlap. */
  public static MemoryMap of(List<PageRange> ranges) {
    List<PageRange> out = new ArrayList<>();
    for (PageRange next : ranges.stream().sorted().toList()) {
      PageRange last = out.isEmpty() ? null : out.get(out.size() - 1);
      if (last != null && next.address() <= last.end()) {
        out.set(
            out.size() - 1, PageRange.between(last.address(), Math.max(last.end(), next.end())));
      } else {
        out.add(next);
      }
    }
    return new MemoryMap(out);
  }

  /** Ranges, ascending, none touching another. */
  public List<PageRange> ranges() {
    return ranges;
  }

  /** How many pages there are. */
  public long pages() {
    return ranges.stream().mapToLong(PageRange::pages).sum();
  }

  /** Whether a page is to be backed up. */
  public boolean contains(long address) {
    return ranges.stream().anyMatch(r -> r.contains(address));
  }

  /** The same without these pages. */
  public MemoryMap without(PageRange hole) {
    List<PageRange> out = new ArrayList<>();
    for (PageRange r : ranges) {
      if (hole.end() <= r.address() || hole.address() >= r.end()) {
        out.add(r);
        continue;
      }
      if (hole.address() > r.address()) {
        out.add(PageRange.between(r.address(), hole.address()));
      }
      if (hole.end() < r.end()) {
        out.add(PageRange.between(hole.end(), r.end()));
      }
    }
    return new MemoryMap(out);
  }

  /** The pages that both have. */
  public MemoryMap intersection(MemoryMap other) {
    List<PageRange> out = new ArrayList<>();
    int j = 0;
    for (PageRange r : ranges) {
      while (j > 0 && other.ranges.get(j - 1).end() > r.address()) {
        j--;
      }
      for (; j < other.ranges.size() && other.ranges.get(j).address() < r.end(); j++) {
        PageRange o = other.ranges.get(j);
        if (o.end() > r.address()) {
          out.add(
              PageRange.between(Math.max(r.address(), o.address()), Math.min(r.end(), o.end())));
        }
      }
    }
    return new MemoryMap(out);
  }

  /** The encoding that takes fewer bytes. */
  public Encoding shorter() {
    return pairsSize() <= bitmapSize() ? Encoding.PAIRS : Encoding.BITMAP;
  }

  private long pairsSize() {
    return 8 + 16L * ranges.size();
  }

  private long bitmapSize() {
    return 16 + (span() + 31 >>> 5) * 4;
  }

  private long span() {
    return ranges.isEmpty()
        ? 0
        : (ranges.get(ranges.size() - 1).end() - ranges.get(0).address()) / PageRange.PAGE;
  }

  /** Bytes of the payload in an encoding. */
  int size(Encoding encoding) {
    return Math.toIntExact(encoding == Encoding.PAIRS ? pairsSize() : bitmapSize());
  }

  void write(Encoding encoding, ByteBuffer out) {
    if (encoding == Encoding.PAIRS) {
      out.putInt(ranges.size()).putInt(0);
      ranges.forEach(r -> out.putLong(r.address()).putLong(r.pages()));
      return;
    }
    long first = ranges.isEmpty() ? 0 : ranges.get(0).address() >>> 12;
    BitSet bits = new BitSet();
    for (PageRange r : ranges) {
      int from = (int) ((r.address() >>> 12) - first);
      bits.set(from, from + (int) r.pages());
    }
    out.putLong(first << 12).putLong(span());
    byte[] bytes = bits.toByteArray();
    out.put(bytes).put(new byte[(int) (bitmapSize() - 16) - bytes.length]);
  }

  static MemoryMap readPairs(ByteBuffer in, long address) {
    int count = in.getInt();
    in.getInt();
    if (count < 0 || in.remaining() != 16L * count) {
      throw new ProtocolException(
          Kind.BAD_RECORD,
          address,
          "memory map, number of pairs",
          in.remaining() / 16 + ", which fill the record",
          "" + count);
    }
    List<PageRange> ranges = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ranges.add(range(in.getLong(), in.getLong(), address + 8 + 16L * i));
    }
    return of(ranges);
  }

  static MemoryMap readBitmap(ByteBuffer in, long address) {
    long first = in.getLong();
    long pages = in.getLong();
    if (pages < 0 || pages > BITMAP_MAX || in.remaining() != (pages + 31 >>> 5) * 4) {
      throw new ProtocolException(
          Kind.BAD_RECORD,
          address + 8,
          "memory map, pages of the bitmap",
          "as many as the record has bits, " + in.remaining() * 8L,
          "" + pages);
    }
    BitSet bits = BitSet.valueOf(in);
    List<PageRange> ranges = new ArrayList<>();
    for (int from = bits.nextSetBit(0); from >= 0; ) {
      int end = bits.nextClearBit(from);
      ranges.add(range(first + ((long) from << 12), end - from, address));
      from = bits.nextSetBit(end);
    }
    return of(ranges);
  }

  /** Pages of a record at {@code address}. */
  static PageRange range(long at, long pages, long address) {
    try {
      return new PageRange(at, pages);
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(
          Kind.BAD_RECORD,
          address,
          "range of pages",
          "whole pages",
          String.format("%d pages from 0x%x on", pages, at));
    }
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof MemoryMap m && ranges.equals(m.ranges);
  }

  @Override
  public int hashCode() {
    return ranges.hashCode();
  }

  @Override
  public String toString() {
    return pages() + " pages in " + ranges;
  }
}
