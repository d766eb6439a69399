package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;

/**
 * SHL, SHR, SAR, RCL and RCR of the processors up to the 386: results and defined flags are those
 * of {@link ShiftRotate}, the others were seen on silicon of 8086 and 286, and by test386.asm on a
 * 386SX (SAR of the 386 is taken to be as SHR).
 */
final class ShiftFlags {
  private static final int HALF_CARRY = 8;

  private ShiftFlags() {}

  /** A shift by {@code count}, 1 or more, of {@code width} bits: the result, and its flags. */
  private interface Shift {
    int apply(Cpu c, int value, int count, int width);
  }

  static Operation of(CpuModel model, Insn insn) {
    return operation(
        switch (insn.row.mnemonic()) {
          case SHL -> model == CpuModel.I386 ? ShiftFlags::shl386 : ShiftFlags::shlByAdding;
          case SHR -> model == CpuModel.I386 ? ShiftFlags::shr386 : ShiftFlags::shr286;
          case SAR -> ShiftFlags::sar286;
          case RCL -> ShiftFlags::rcl;
          case RCR -> ShiftFlags::rcr;
          default -> throw Dispatch.misfit(insn);
        });
  }

  private static Operation operation(Shift shift) {
    return (c, i) -> {
      int value = Form.modify(c, i);
      int count = (i.src == Insn.ZERO ? i.imm : c.gpr[Cpu.ECX]) & c.model.shiftCountMask();
      if (count != 0) {
        Form.store(c, i, shift.apply(c, value, count, i.width));
      }
    };
  }

  /** The 8086 and the 286 shift left by adding a number to itself: AF is bit 4 of the sum. */
  private static int shlByAdding(Cpu c, int value, int count, int width) {
    int result = ShiftRotate.shl(c, value, count, width);
    c.flags.carries |= result >>> 1 & HALF_CARRY;
    return result;
  }

  private static int shr286(Cpu c, int value, int count, int width) {
    int result = ShiftRotate.shr(c, value, count, width);
    c.flags.carries |= HALF_CARRY;
    return result;
  }

  private static int sar286(Cpu c, int value, int count, int width) {
    int result = ShiftRotate.sar(c, value, count, width);
    c.flags.carries |= HALF_CARRY;
    return result;
  }

  /** Bytes shifted by 16 and 24 leave in CF what those shifted by 8 do, and OF goes with it. */
  private static int shl386(Cpu c, int value, int count, int width) {
    int result = ShiftRotate.shl(c, value, count, width);
    if (width == 8 && (count == 16 || count == 24)) {
      boolean lowest = (value & 1) != 0;
      c.flags.setCarry(lowest);
      c.flags.setOverflow(lowest);
    }
    c.flags.carries |= HALF_CARRY;
    return result;
  }

  private static int shr386(Cpu c, int value, int count, int width) {
    int result = shr286(c, value, count, width);
    if (width == 8 && (count == 16 || count == 24)) {
      c.flags.setCarry((value & 0x80) != 0);
    }
    return result;
  }

  /** Rotated by all of its bits and CF, a number is as it was, and OF is as after any rotate. */
  private static int rcl(Cpu c, int value, int count, int width) {
    int result = ShiftRotate.rcl(c, value, count, width);
    if (count % (width + 1) == 0) {
      boolean top = (value >>> width - 1 & 1) != 0;
      c.flags.setOverflow(c.flags.cf() != top);
    }
    return result;
  }

  private static int rcr(Cpu c, int value, int count, int width) {
    int result = ShiftRotate.rcr(c, value, count, width);
    if (count % (width + 1) == 0) {
      c.flags.setOverflow(((value >>> width - 1 ^ value >>> width - 2) & 1) != 0);
    }
    return result;
  }
}
