package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.OFFSET;
import static dev.biosgateway.x86.translate.Code.TEMP;
import static dev.biosgateway.x86.translate.Code.VALUE;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IFNE;

import dev.biosgateway.x86.cpu.SegmentRegister;
import dev.biosgateway.x86.isa.Insn;
import org.objectweb.asm.Label;

/**
 * Writes what loads and stores segment registers. A load is a call, in every mode, and the region
 * goes on behind it when the new segment is one that its code was written for: in real mode that is
 * any, as only the base changes.
 */
final class SegmentCode {
  private final Code code;
  private final MemoryCode memory;
  private final StackCode stack;
  private final MethodCompiler region;
  private final InsnCode insns;

  SegmentCode(
      Code code, MemoryCode memory, StackCode stack, MethodCompiler region, InsnCode insns) {
    this.code = code;
    this.memory = memory;
    this.stack = stack;
    this.region = region;
    this.insns = insns;
  }

  /** Whether the instruction loads a segment register other than CS. */
  static boolean loads(Insn i) {
    return loaded(i) >= 0 && loaded(i) != SegmentRegister.CS && loaded(i) <= SegmentRegister.GS;
  }

  /** The bit of the segment register that the instruction loads; 0 when it loads none. */
  static int loadedBit(Insn i) {
    return loads(i) ? 1 << loaded(i) : 0;
  }

  private static int loaded(Insn i) {
    return switch (i.row.mnemonic()) {
      case MOV_TO_SEGMENT, POP_SEGMENT -> i.dst;
      case LES -> SegmentRegister.ES;
      case LSS -> SegmentRegister.SS;
      case LDS -> SegmentRegister.DS;
      case LFS -> SegmentRegister.FS;
      case LGS -> SegmentRegister.GS;
      default -> -1;
    };
  }

  FlagState write(Insn i, FlagState before) {
    switch (i.row.mnemonic()) {
      case MOV_FROM_SEGMENT -> store(i, before);
      case PUSH_SEGMENT -> {
        selector(i.dst);
        stack.push(i.operandSize, 16, TEMP, region.behind(region.next(), before));
      }
      case MOV_TO_SEGMENT -> {
        if (i.memory >= 0) {
          insns.load(i, 16);
        } else {
          insns.register(i.src, 16, VALUE);
        }
        load("moveSegment", loaded(i), before, () -> {});
      }
      case POP_SEGMENT -> {
        stack.peek(16);
        load("moveSegment", loaded(i), before, () -> stack.move(i.operandSize >> 3));
      }
      case LDS, LES, LFS, LGS, LSS -> {
        insns.load(i, i.operandSize);
        code.copy(VALUE, TEMP);
        code.load(OFFSET);
        code.op(IADD, i.operandSize >> 3);
        code.op(IAND, i.addressMask);
        code.store(OFFSET);
        memory.load(i.segment, 16, i.addressMask);
        load("loadSegment", loaded(i), before, () -> code.setRegister(i.dst, i.operandSize, TEMP));
      }
      default -> throw new IllegalArgumentException("no segment: " + i.row.mnemonic());
    }
    return before;
  }

  private void selector(int segment) {
    region.pushSegment(segment);
    code.method.visitFieldInsn(GETFIELD, RegisterCode.SEGMENT, "selector", "I");
    code.store(TEMP);
  }

  private void store(Insn i, FlagState before) {
    selector(i.src);
    if (i.memory >= 0) {
      memory.offset(i);
      memory.store(
          i.segment, 16, i.addressMask, TEMP, () -> {}, region.behind(region.next(), before));
    } else {
      code.setRegister(i.dst, i.operandSize, TEMP);
    }
  }

  /**
   * Has the selector in VALUE loaded by a method of {@link Assist}; {@code tail} is what is left to
   * do then.
   */
  private void load(String assist, int segment, FlagState before, Runnable tail) {
    Label last = new Label();
    Runnable leave = region.behind(region.next(), before);
    memory.segment(assist, segment, VALUE, region.site(segment));
    code.jump(IFNE, last);
    region.loadBase(segment);
    tail.run();
    code.cold(
        () -> {
          code.place(last);
          tail.run();
          leave.run();
        });
  }
}
