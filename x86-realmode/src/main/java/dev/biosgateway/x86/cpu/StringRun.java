package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.isa.Insn;

/**
 * Many passes of a repeated string instruction at once, where all of them touch memory alone: the
 * fast strings of a P6 (SDM vol. 1, 7.3.9.3).
 */
@FunctionalInterface
interface StringRun {
  /**
   * Does as many passes as it can, index registers included, the count excluded.
   *
   * @param limit how many are allowed, at least 1
   * @return how many were done; 0 when the next pass must be done by itself
   */
  int passes(Cpu c, Insn i, long limit);

  /** No short cut. */
  static int none(Cpu c, Insn i, long limit) {
    return 0;
  }

  /** STOS upwards within one page. */
  static int fill(Cpu c, Insn i, long limit) {
    int di = Strings.di(c, i);
    int n = upTo(c, i, limit, di, Integer.MAX_VALUE);
    n = writable(c, i, SegmentRegister.ES, di, n);
    if (n < 2) {
      return 0;
    }
    int size = i.width >> 3;
    int to = physical(c, c.segments[SegmentRegister.ES].base + di, true);
    n = Math.min(n, (PhysicalBus.PAGE - (to & 0xfff)) / size);
    if (n < 2 || !c.bus.runs.canStore(to)) {
      return 0;
    }
    c.bus.runs.fill(to, size, c.gpr[Cpu.EAX], n);
    Strings.move(c, i, Cpu.EDI, n * size);
    return n;
  }

  /** MOVS upwards within one page on each side. */
  static int move(Cpu c, Insn i, long limit) {
    int si = Strings.si(c, i);
    int di = Strings.di(c, i);
    int n = upTo(c, i, limit, di, upTo(c, i, limit, si, Integer.MAX_VALUE));
    n = writable(c, i, SegmentRegister.ES, di, readable(c, i, i.segment, si, n));
    if (n < 2) {
      return 0;
    }
    int size = i.width >> 3;
    int from = physical(c, c.segments[i.segment].base + si, false);
    int to = physical(c, c.segments[SegmentRegister.ES].base + di, true);
    n = Math.min(n, (PhysicalBus.PAGE - (from & 0xfff)) / size);
    n = Math.min(n, (PhysicalBus.PAGE - (to & 0xfff)) / size);
    // A destination just above the source repeats what the passes before have written.
    boolean overlaps = to > from && to < from + n * size;
    if (n < 2 || overlaps || !c.bus.runs.canCopy(from, to)) {
      return 0;
    }
    c.bus.runs.copy(from, to, n * size);
    Strings.move(c, i, Cpu.ESI, n * size);
    Strings.move(c, i, Cpu.EDI, n * size);
    return n;
  }

  /** Passes left by count, by {@code limit}, and until the offset wraps; none downwards. */
  private static int upTo(Cpu c, Insn i, long limit, int offset, int most) {
    if ((c.flags.system & Eflags.DF) != 0) {
      return 0;
    }
    long count = Math.min(limit, c.gpr[Cpu.ECX] & i.addressMask & 0xffffffffL);
    long untilWrap = ((i.addressMask & 0xffffffffL) + 1 - (offset & 0xffffffffL)) / (i.width >> 3);
    return (int) Math.min(Math.min(count, untilWrap), most);
  }

  private static int readable(Cpu c, Insn i, int segment, int offset, int n) {
    return within(c.segments[segment].readableBytes, i, offset, n);
  }

  private static int writable(Cpu c, Insn i, int segment, int offset, int n) {
    return within(c.segments[segment].writableBytes, i, offset, n);
  }

  private static int within(long bytes, Insn i, int offset, int n) {
    long left = (bytes - (offset & 0xffffffffL)) / (i.width >> 3);
    return (int) Math.max(0, Math.min(n, left));
  }

  private static int physical(Cpu c, int linear, boolean write) {
    if (!c.paging()) {
      return linear;
    }
    return write ? c.paging.forWrite(linear) : c.paging.forRead(linear);
  }
}
