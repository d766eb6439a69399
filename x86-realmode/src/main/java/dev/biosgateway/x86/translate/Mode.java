package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.SegmentRegister;

/**
 * What a region takes for granted about the processor: looked at when it is entered, so that its
 * code need not. Nothing inside a region changes any of it without leaving.
 *
 * <p>Immutable.
 */
final class Mode {
  /** An address needs no check of this segment's limit when it is that much. */
  static final long FLAT = 1L << 32;

  final boolean code32;
  final boolean stack32;
  final boolean paged;
  final boolean user;
  final int codeBase;
  final int codeLimit;
  final long[] readable = new long[6];
  final long[] writable = new long[6];
  private final boolean[] based = new boolean[6];

  private Mode(Cpu c) {
    code32 = c.cs.big();
    stack32 = c.ss.big();
    paged = c.paging();
    user = c.cpl == 3;
    codeBase = c.cs.base;
    codeLimit = c.cs.limit;
    // Where a selector is a base, any may come.
    boolean loadsBases = !c.protectedMode() || c.virtual8086();
    for (int s = 0; s < 6; s++) {
      SegmentRegister r = c.segments[s];
      readable[s] = r.readableBytes;
      writable[s] = r.writableBytes;
      based[s] = r.base != 0 || loadsBases;
    }
  }

  static Mode of(Cpu c) {
    return new Mode(c);
  }

  /** Whether offsets in {@code segment} are to be added to a base. */
  boolean based(int segment) {
    return based[segment];
  }

  /**
   * Whether the processor is as expected.
   *
   * @param segments a bit for each segment register that matters
   */
  boolean holds(Cpu c, int segments) {
    return holdsForCode(c) && holdsForSegments(c, segments);
  }

  /** {@link #holds} but for the segments of data. */
  boolean holdsForCode(Cpu c) {
    return c.cs.base == codeBase
        && c.cs.limit == codeLimit
        && c.cs.big() == code32
        && c.ss.big() == stack32
        && c.paging() == paged
        && (!paged || c.cpl == 3 == user);
  }

  /** {@link #holds} for the segments of data alone. */
  boolean holdsForSegments(Cpu c, int segments) {
    for (int left = segments; left != 0; left &= left - 1) {
      int s = Integer.numberOfTrailingZeros(left);
      SegmentRegister r = c.segments[s];
      if (r.readableBytes != readable[s]
          || r.writableBytes != writable[s]
          || r.base != 0 && !based[s]) {
        return false;
      }
    }
    return true;
  }
}
