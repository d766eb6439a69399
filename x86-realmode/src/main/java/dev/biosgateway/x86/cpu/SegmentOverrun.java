package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * What a 286 in real mode leaves behind when a word lies across the end of its segment (interrupt
 * 13, "segment overrun"): unlike its successors it does not take back what it did to the pointers
 * on the way to the access. Seen on silicon (80C286, single instructions captured by their bus
 * cycles); the iAPX 286 Programmer's Reference promises restart in protected mode only.
 */
final class SegmentOverrun {
  private SegmentOverrun() {}

  /** Whether POP to memory keeps the new SP when it cannot write. */
  static boolean keepsStackPointer(Cpu c) {
    return c.model.leavesOverrunHalfDone() && !c.protectedMode();
  }

  /** A string instruction of the 286. */
  static Operation of(Operation restartable) {
    return (c, i) -> {
      try {
        restartable.execute(c, i);
      } catch (CpuException overrun) {
        if (!c.protectedMode()) {
          leave(c, i);
        }
        throw overrun;
      }
    };
  }

  /**
   * The index of the access that failed, and of the one before it, has moved; the count is one pass
   * ahead, and two where the last step of a pass was to write.
   */
  private static void leave(Cpu c, Insn i) {
    boolean source = !fits(c, i, i.segment, Cpu.ESI);
    boolean destination = !fits(c, i, SegmentRegister.ES, Cpu.EDI);
    switch (i.row.mnemonic()) {
      case LODS, OUTS -> leave(c, i, true, false, 1);
      case SCAS -> leave(c, i, false, true, 1);
      case STOS, INS -> leave(c, i, false, true, 2);
      case MOVS -> leave(c, i, true, !source, source ? 1 : 2);
      case CMPS -> leave(c, i, !destination, true, destination ? 0 : 1);
      default -> throw Dispatch.misfit(i);
    }
  }

  private static void leave(Cpu c, Insn i, boolean source, boolean destination, int passes) {
    Strings.advance(c, i, source, destination);
    if (i.rep != Insn.NO_REPEAT) {
      Strings.move(c, i, Cpu.ECX, -passes);
    }
  }

  private static boolean fits(Cpu c, Insn i, int segment, int index) {
    return Segmentation.readable(c.segments[segment], c.gpr[index] & i.addressMask, i.width >> 3);
  }
}
