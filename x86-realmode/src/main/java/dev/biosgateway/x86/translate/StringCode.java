package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.GPR;
import static dev.biosgateway.x86.translate.Code.OFFSET;
import static dev.biosgateway.x86.translate.Code.TEMP;
import static dev.biosgateway.x86.translate.Code.VALUE;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.ISHR;
import static org.objectweb.asm.Opcodes.ISUB;

import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Eflags;
import dev.biosgateway.x86.cpu.SegmentRegister;
import dev.biosgateway.x86.isa.Insn;

/**
 * Writes MOVS, STOS, LODS, CMPS and SCAS that are not repeated; {@link RepeatCode} writes those
 * with REP. Registers change when all accesses have succeeded.
 */
final class StringCode {
  /** Number of the bit {@link Eflags#DF}. */
  private static final int DF_BIT = 10;

  private final Code code;
  private final MemoryCode memory;
  private final MethodCompiler region;
  private final InsnCode insns;
  private final RepeatCode repeated;

  StringCode(
      Code code, MemoryCode memory, MethodCompiler region, InsnCode insns, RepeatCode repeated) {
    this.code = code;
    this.memory = memory;
    this.region = region;
    this.insns = insns;
    this.repeated = repeated;
  }

  FlagState write(Insn i, FlagState before) {
    if (i.rep != Insn.NO_REPEAT) {
      return repeated.write(i, before);
    }
    switch (i.row.mnemonic()) {
      case LODS -> {
        load(i, i.segment, Cpu.ESI);
        code.setRegister(Cpu.EAX, i.width, VALUE);
        advance(i, Cpu.ESI);
      }
      case STOS -> {
        insns.register(Cpu.EAX, i.width, VALUE);
        store(i, before, () -> advance(i, Cpu.EDI));
      }
      case MOVS -> {
        load(i, i.segment, Cpu.ESI);
        store(
            i,
            before,
            () -> {
              advance(i, Cpu.ESI);
              advance(i, Cpu.EDI);
            });
      }
      case CMPS -> {
        load(i, i.segment, Cpu.ESI);
        code.copy(VALUE, TEMP);
        load(i, SegmentRegister.ES, Cpu.EDI);
        advance(i, Cpu.ESI);
        return compared(i);
      }
      case SCAS -> {
        load(i, SegmentRegister.ES, Cpu.EDI);
        insns.register(Cpu.EAX, i.width, TEMP);
        return compared(i);
      }
      default -> throw new IllegalArgumentException("no string: " + i.row.mnemonic());
    }
    return before;
  }

  private FlagState compared(Insn i) {
    advance(i, Cpu.EDI);
    return insns.compared(TEMP, VALUE, i.width);
  }

  private void load(Insn i, int segment, int pointer) {
    offset(i, pointer);
    memory.load(segment, i.width, i.addressMask);
  }

  private void store(Insn i, FlagState before, Runnable tail) {
    offset(i, Cpu.EDI);
    memory.store(
        SegmentRegister.ES,
        i.width,
        i.addressMask,
        VALUE,
        tail,
        region.behind(region.next(), before));
  }

  private void offset(Insn i, int pointer) {
    code.register(pointer, i.addressMask == 0xffff ? 16 : 32);
    code.store(OFFSET);
  }

  /** Moves a pointer by the width, as DF says: width - 2 * width * DF. */
  private void advance(Insn i, int pointer) {
    int size = i.width >> 3;
    code.load(GPR + pointer);
    code.constant(size);
    code.constantField("EFLAGS", "L" + RegisterCode.EFLAGS + ";");
    code.method.visitFieldInsn(GETFIELD, RegisterCode.EFLAGS, "system", "I");
    code.op(IAND, Eflags.DF);
    code.op(ISHR, DF_BIT - 1 - Integer.numberOfTrailingZeros(size));
    code.op(ISUB);
    code.op(IADD);
    if (i.addressMask == 0xffff) {
      code.zeroExtend(16);
      code.load(GPR + pointer);
      code.op(IAND, 0xffff0000);
      code.op(IOR);
    }
    code.store(GPR + pointer);
  }
}
