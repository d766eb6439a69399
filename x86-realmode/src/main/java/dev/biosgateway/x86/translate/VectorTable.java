package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.bus.PageFlags;
import dev.biosgateway.x86.cpu.Cpu;

/**
 * A look at where an interrupt leads just now, without any effect: a guess, which translated code
 * compares with where its INT has led.
 */
final class VectorTable {
  /** No handler in the current code segment. */
  static final int UNKNOWN = -1;

  private VectorTable() {}

  /** Offset of the handler of {@code vector} when it is in the code segment that is executed. */
  static int handler(Cpu cpu, int vector) {
    if (!cpu.protectedMode()) {
      int entry = word(cpu, cpu.idtrBase + vector * 4);
      return entry >>> 16 == cpu.cs.selector ? entry & 0xffff : UNKNOWN;
    }
    if (cpu.virtual8086()) {
      return UNKNOWN;
    }
    int low = word(cpu, cpu.idtrBase + vector * 8);
    int high = word(cpu, cpu.idtrBase + vector * 8 + 4);
    boolean sameSegment = (low >>> 16 & 0xfffc) == (cpu.cs.selector & 0xfffc);
    return sameSegment ? high & 0xffff0000 | low & 0xffff : UNKNOWN;
  }

  /** Four bytes of main memory; 0 where there is none to be read without a closer look. */
  private static int word(Cpu cpu, int linear) {
    int physical = cpu.paging() ? cpu.paging.held(linear) : linear;
    boolean plain =
        physical != -1
            && (physical & 0xfff) <= 0xffc
            && (cpu.bus.flags[physical >>> 12] & PageFlags.SLOW_READ) == 0;
    return plain ? cpu.bus.read32(physical) : 0;
  }
}
