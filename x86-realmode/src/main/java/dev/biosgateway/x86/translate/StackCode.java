package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.GPR;
import static dev.biosgateway.x86.translate.Code.OFFSET;
import static dev.biosgateway.x86.translate.Code.TEMP;
import static dev.biosgateway.x86.translate.Code.VALUE;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.ISUB;

import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.SegmentRegister;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;

/** Writes what goes over the stack: PUSH, POP and LEAVE, and the stack's part of transfers. */
final class StackCode {
  private final Code code;
  private final MemoryCode memory;
  private final MethodCompiler region;
  private final InsnCode insns;
  private final Mode mode;
  private final CpuModel model;

  StackCode(
      Code code,
      MemoryCode memory,
      MethodCompiler region,
      InsnCode insns,
      Mode mode,
      CpuModel model) {
    this.code = code;
    this.memory = memory;
    this.region = region;
    this.insns = insns;
    this.mode = mode;
    this.model = model;
  }

  FlagState write(Insn i, FlagState before) {
    switch (i.row.mnemonic()) {
      case PUSH -> push(i, before);
      case POP -> {
        return pop(i, before);
      }
      case LEAVE -> leave(i);
      default -> throw new IllegalArgumentException("not of the stack: " + i.row.mnemonic());
    }
    return before;
  }

  // ---- the pointer

  private int mask() {
    region.uses(SegmentRegister.SS);
    return mode.stack32 ? -1 : 0xffff;
  }

  /** Puts the offset {@code by} above the stack pointer in local {@code from} into OFFSET. */
  private void top(int from, int by) {
    code.load(from);
    if (by != 0) {
      code.op(IADD, by);
    }
    if (mask() == 0xffff) {
      code.zeroExtend(16);
    }
    code.store(OFFSET);
  }

  /** Moves the stack pointer, within its width. */
  void move(int by) {
    if (mode.stack32) {
      code.load(GPR + Cpu.ESP);
      code.op(IADD, by);
    } else {
      code.load(GPR + Cpu.ESP);
      code.op(IAND, 0xffff0000);
      code.load(GPR + Cpu.ESP);
      code.op(IADD, by);
      code.zeroExtend(16);
      code.op(IOR);
    }
    code.store(GPR + Cpu.ESP);
  }

  /** Moves the stack pointer to where a push has stored. */
  private void moveToOffset() {
    if (mode.stack32) {
      code.copy(Code.OFFSET, GPR + Cpu.ESP);
      return;
    }
    code.load(GPR + Cpu.ESP);
    code.op(IAND, 0xffff0000);
    code.load(Code.OFFSET);
    code.op(IOR);
    code.store(GPR + Cpu.ESP);
  }

  // ---- what is there

  /** Pushes local {@code from}, zero-extended to {@code width}. */
  void push(int width, int from, Runnable leave) {
    push(width, width, from, leave);
  }

  /** Stores local {@code from} where a push of {@code slot} bits has its lowest {@code width}. */
  void push(int slot, int width, int from, Runnable leave) {
    int size = slot >> 3;
    top(GPR + Cpu.ESP, -size);
    memory.store(SegmentRegister.SS, width, mask(), from, this::moveToOffset, leave);
  }

  /** Loads {@code width} bits from the top of the stack into VALUE; the pointer stays. */
  void peek(int width) {
    top(GPR + Cpu.ESP, 0);
    memory.load(SegmentRegister.SS, width, mask());
  }

  // ---- instructions

  private void push(Insn i, FlagState before) {
    if (i.memory >= 0) {
      insns.load(i, i.operandSize);
    } else if (i.dst == Insn.ZERO) {
      code.set(VALUE, i.operandSize == 16 ? i.imm & 0xffff : i.imm);
    } else {
      code.register(i.dst, i.operandSize);
      if (i.dst == Cpu.ESP && i.operandSize == 16 && !model.pushesOldSp()) {
        code.op(ISUB, 2);
      }
      code.zeroExtend(i.operandSize);
      code.store(VALUE);
    }
    push(i.operandSize, VALUE, region.behind(region.next(), before));
  }

  private FlagState pop(Insn i, FlagState before) {
    if (i.memory >= 0) {
      return insns.byOperation(i);
    }
    peek(i.operandSize);
    move(i.operandSize >> 3);
    code.setRegister(i.dst, i.operandSize, VALUE);
    return before;
  }

  private void leave(Insn i) {
    top(GPR + Cpu.EBP, 0);
    memory.load(SegmentRegister.SS, i.operandSize, mask());
    if (mode.stack32) {
      code.copy(GPR + Cpu.EBP, GPR + Cpu.ESP);
    } else {
      code.register(Cpu.EBP, 16);
      code.store(TEMP);
      code.setRegister(Cpu.ESP, 16, TEMP);
    }
    move(i.operandSize >> 3);
    code.setRegister(Cpu.EBP, i.operandSize, VALUE);
  }
}
