package dev.biosgateway.x86.cpu;

/**
 * The segmentation unit: what a look at the hidden part of a segment register allows (SDM vol. 3,
 * 5.3 "Limit Checking", 5.4 "Type Checking").
 */
public final class Segmentation {
  private final Cpu cpu;

  Segmentation(Cpu cpu) {
    this.cpu = cpu;
  }

  /**
   * The close look, for accesses that {@link SegmentRegister#readableBytes} did not allow.
   *
   * @throws CpuException #SS(0) for SS, #GP(0) for the others
   */
  void requireReadable(int segment, int offset, int size) {
    if (!readable(cpu.segments[segment], offset, size)) {
      throw violation(segment);
    }
  }

  /** The close look, for accesses that {@link SegmentRegister#writableBytes} did not allow. */
  void requireWritable(int segment, int offset, int size) {
    if (!writable(cpu.segments[segment], offset, size)) {
      throw violation(segment);
    }
  }

  /** Whether the hidden part of {@code s} allows a read of {@code size} bytes at {@code offset}. */
  static boolean readable(SegmentRegister s, int offset, int size) {
    boolean executeOnly = (s.rights & 0x1a) == 0x18;
    return s.usable && (s.rights & 0x80) != 0 && !executeOnly && withinLimit(s, offset, size);
  }

  /**
   * Whether the hidden part of {@code s} allows a write of {@code size} bytes at {@code offset}.
   */
  static boolean writable(SegmentRegister s, int offset, int size) {
    boolean writableData = (s.rights & 0x1a) == 0x12;
    return s.usable && (s.rights & 0x80) != 0 && writableData && withinLimit(s, offset, size);
  }

  private static boolean withinLimit(SegmentRegister s, int offset, int size) {
    long first = offset & 0xffffffffL;
    long last = first + size - 1;
    long limit = s.limit & 0xffffffffL;
    if ((s.rights & 0x1c) == 0x14) {
      return first > limit && last <= (s.big() ? 0xffffffffL : 0xffffL);
    }
    return last <= limit;
  }

  private CpuException violation(int segment) {
    return cpu.exception(segment == SegmentRegister.SS ? CpuException.SS : CpuException.GP, 0);
  }
}
