package dev.biosgateway.x86.cpu;

/**
 * The segmentation unit: what a look at the hidden part of a segment register allows (SDM vol. 3,
 * 5.3 "Limit Checking", 5.4 "Type Checking"), and what else a close look at an access is for:
 * alignment (6.15, "Interrupt 17") and breakpoints on data.
 */
public final class Segmentation {
  private final Cpu cpu;
  private boolean guarding;
  private boolean aligning;

  Segmentation(Cpu cpu) {
    this.cpu = cpu;
  }

  /**
   * Decides whether every access wants a close look, after CPL, EFLAGS.AC, CR0.AM or a breakpoint
   * has changed. If not, accesses cost what they cost without all this.
   */
  void review() {
    aligning = cpu.cpl == 3 && (cpu.flags.system & Eflags.AC) != 0 && (cpu.cr0 & Cpu.CR0_AM) != 0;
    boolean guard = aligning || cpu.debug.watchesData();
    if (guard != guarding) {
      guarding = guard;
      for (SegmentRegister s : cpu.segments) {
        s.guard(guard);
      }
    }
  }

  /**
   * The close look, for accesses that {@link SegmentRegister#readableBytes} did not allow.
   *
   * @param alignment what the linear address must be a multiple of while alignment is checked
   * @throws CpuException #SS(0) for SS, #GP(0) for the others; #AC(0)
   */
  void requireReadable(SegmentRegister segment, int offset, int size, int alignment) {
    if (!readable(segment, offset, size)) {
      throw violation(segment);
    }
    look(segment.base + offset, size, alignment, false);
  }

  /** The close look, for accesses that {@link SegmentRegister#writableBytes} did not allow. */
  void requireWritable(SegmentRegister segment, int offset, int size, int alignment) {
    if (!writable(segment, offset, size)) {
      throw violation(segment);
    }
    look(segment.base + offset, size, alignment, true);
  }

  /**
   * What an access is looked at for beside its segment. Alignment comes before the page, as on
   * silicon that was asked.
   *
   * @throws CpuException #AC(0)
   */
  void look(int linear, int size, int alignment, boolean write) {
    if (aligning && (linear & alignment - 1) != 0) {
      throw cpu.exception(CpuException.AC, 0);
    }
    if (cpu.debug.watchesData()) {
      cpu.debug.accessed(linear, size, write);
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

  private CpuException violation(SegmentRegister segment) {
    return segment == cpu.ss ? stackViolation(0) : cpu.exception(CpuException.GP, 0);
  }

  /** What is beyond the limits of a stack with that selector, or 0 where SS has been loaded. */
  CpuException stackViolation(int selector) {
    return cpu.model.hasStackFaultInRealMode() || cpu.protectedMode()
        ? cpu.selectorFault(CpuException.SS, selector)
        : cpu.exception(CpuException.GP, 0);
  }
}
