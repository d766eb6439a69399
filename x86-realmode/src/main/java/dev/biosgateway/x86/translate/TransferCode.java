package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.EIP;
import static dev.biosgateway.x86.translate.Code.GPR;
import static dev.biosgateway.x86.translate.Code.OFFSET;
import static dev.biosgateway.x86.translate.Code.TEMP;
import static dev.biosgateway.x86.translate.Code.VALUE;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IF_ICMPGT;
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.ISUB;

import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.SegmentRegister;
import dev.biosgateway.x86.isa.Condition;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic;
import dev.biosgateway.x86.translate.Trace.Follow;
import org.objectweb.asm.Label;

/** Writes near transfers and what goes over the stack. */
final class TransferCode {
  private final Code code;
  private final FlagCode flagCode;
  private final MemoryCode memory;
  private final RegionCompiler region;
  private final InsnCode insns;
  private final Mode mode;
  private final CpuModel model;

  TransferCode(
      Code code,
      FlagCode flagCode,
      MemoryCode memory,
      RegionCompiler region,
      InsnCode insns,
      Mode mode,
      CpuModel model) {
    this.code = code;
    this.flagCode = flagCode;
    this.memory = memory;
    this.region = region;
    this.insns = insns;
    this.mode = mode;
    this.model = model;
  }

  /** A target beyond the limit of CS is a fault, and no way out of a region. */
  boolean canWrite(Insn i, int eip) {
    return !RegionScan.isRelative(i)
        || Integer.compareUnsigned(RegionScan.target(i, eip + i.length), mode.codeLimit) <= 0;
  }

  FlagState write(Insn i, FlagState before, int eip) {
    int next = eip + i.length;
    boolean relative = RegionScan.isRelative(i);
    int target = relative ? RegionScan.target(i, next) : 0;
    switch (i.row.mnemonic()) {
      case JCC -> {
        Condition condition = Condition.ofOpcode(i.row.opcode());
        if (region.follow() == Follow.TARGET) {
          Condition not = Condition.ofOpcode(i.row.opcode() ^ 1);
          flagCode.branch(before, not, region.sideEdge(next, before));
        } else {
          flagCode.branch(before, condition, region.sideEdge(target, before));
          goOn(next, before);
        }
      }
      case LOOP, LOOPE, LOOPNE, JCXZ -> loop(i, before, target, next);
      case JMP -> {
        if (relative) {
          goOn(target, before);
        } else {
          pointer(i, TEMP);
          goTo(TEMP, before, false);
        }
      }
      case CALL -> call(i, before, target, next);
      case RET -> ret(i, before);
      case PUSH -> push(i, before);
      case POP -> {
        return pop(i, before);
      }
      default -> leave(i);
    }
    return before;
  }

  // ---- the stack

  private int stackMask() {
    region.uses(SegmentRegister.SS);
    return mode.stack32 ? -1 : 0xffff;
  }

  /** Puts the offset {@code by} above the stack pointer in local {@code from} into OFFSET. */
  private void top(int from, int by) {
    code.load(from);
    if (by != 0) {
      code.op(IADD, by);
    }
    if (stackMask() == 0xffff) {
      code.op(IAND, 0xffff);
    }
    code.store(OFFSET);
  }

  /** Moves the stack pointer, within its width. */
  private void move(int by) {
    if (mode.stack32) {
      code.load(GPR + Cpu.ESP);
      code.op(IADD, by);
    } else {
      code.load(GPR + Cpu.ESP);
      code.op(IAND, 0xffff0000);
      code.load(GPR + Cpu.ESP);
      code.op(IADD, by);
      code.op(IAND, 0xffff);
      code.op(IOR);
    }
    code.store(GPR + Cpu.ESP);
  }

  /** Pushes local {@code from}, zero-extended to the operand size. */
  private void push(Insn i, int from, Runnable leave) {
    int size = i.operandSize >> 3;
    top(GPR + Cpu.ESP, -size);
    memory.store(SegmentRegister.SS, i.operandSize, stackMask(), from, () -> move(-size), leave);
  }

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
    code.copy(VALUE, TEMP);
    push(i, TEMP, region.behind(region.next(), before));
  }

  private FlagState pop(Insn i, FlagState before) {
    if (i.memory >= 0) {
      return insns.byOperation(i);
    }
    peek(i);
    move(i.operandSize >> 3);
    code.setRegister(i.dst, i.operandSize, VALUE);
    return before;
  }

  private void peek(Insn i) {
    top(GPR + Cpu.ESP, 0);
    memory.load(SegmentRegister.SS, i.operandSize, stackMask());
  }

  private void leave(Insn i) {
    top(GPR + Cpu.EBP, 0);
    memory.load(SegmentRegister.SS, i.operandSize, stackMask());
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

  // ---- transfers

  /** Goes on at {@code target}, unless the trace does. */
  private void goOn(int target, FlagState before) {
    if (region.follow() == Follow.NOWHERE) {
      code.go(region.edge(target, before));
    }
  }

  private void loop(Insn i, FlagState before, int target, int next) {
    Mnemonic m = i.row.mnemonic();
    int width = i.addressMask == 0xffff ? 16 : 32;
    code.register(Cpu.ECX, width);
    if (m != Mnemonic.JCXZ) {
      code.op(ISUB, 1);
      code.zeroExtend(width);
      code.store(VALUE);
      code.setRegister(Cpu.ECX, width, VALUE);
      code.load(VALUE);
    }
    boolean goesOnAtTarget = region.follow() == Follow.TARGET;
    Label not = goesOnAtTarget ? region.sideEdge(next, before) : new Label();
    Label taken = goesOnAtTarget ? new Label() : region.sideEdge(target, before);
    if (m == Mnemonic.LOOPE || m == Mnemonic.LOOPNE) {
      code.jump(IFEQ, not);
      flagCode.branch(before, m == Mnemonic.LOOPE ? Condition.Z : Condition.NZ, taken);
      code.go(not);
    } else if (goesOnAtTarget) {
      code.jump(m == Mnemonic.JCXZ ? IFNE : IFEQ, not);
    } else {
      code.jump(m == Mnemonic.JCXZ ? IFEQ : IFNE, taken);
    }
    if (!goesOnAtTarget) {
      code.place(not);
      goOn(next, before);
    } else if (m == Mnemonic.LOOPE || m == Mnemonic.LOOPNE) {
      code.place(taken);
    }
  }

  private void call(Insn i, FlagState before, int target, int next) {
    code.set(VALUE, i.operandSize == 16 ? next & 0xffff : next);
    if (RegionScan.isRelative(i)) {
      push(i, VALUE, region.behind(target, before));
      goOn(target, before);
      return;
    }
    pointer(i, TEMP);
    limit(TEMP);
    code.set(VALUE, i.operandSize == 16 ? next & 0xffff : next);
    Runnable behind = region.behindAtEip(before);
    push(
        i,
        VALUE,
        () -> {
          code.copy(TEMP, EIP);
          behind.run();
        });
    goTo(TEMP, before, true);
  }

  private void pointer(Insn i, int into) {
    if (i.memory >= 0) {
      insns.load(i, i.operandSize);
      code.copy(VALUE, into);
    } else {
      insns.register(i.dst, i.operandSize, into);
    }
  }

  private void ret(Insn i, FlagState before) {
    peek(i);
    code.copy(VALUE, TEMP);
    limit(TEMP);
    move((i.operandSize >> 3) + i.imm);
    goTo(TEMP, before, true);
  }

  /** Leaves in front of the instruction when the target is beyond the limit of CS. */
  private void limit(int local) {
    if (mode.codeLimit == -1) {
      return;
    }
    code.load(local);
    code.op(IADD, Integer.MIN_VALUE);
    code.constant(mode.codeLimit + Integer.MIN_VALUE);
    code.jump(IF_ICMPGT, region.leaveBefore(Departure.DEVICE));
  }

  /** Goes to the offset in {@code local}: to a place in the region that is known, or out. */
  private void goTo(int local, FlagState before, boolean checked) {
    if (!checked) {
      limit(local);
    }
    int[] known = region.indirectTargets();
    Label elsewhere = new Label();
    if (known.length > 0) {
      Label[] labels = new Label[known.length];
      for (int k = 0; k < known.length; k++) {
        labels[k] = region.edge(known[k], before);
      }
      code.load(local);
      code.method.visitLookupSwitchInsn(elsewhere, known, labels);
      code.place(elsewhere);
    }
    code.copy(local, EIP);
    region.leaveAtEip(before, 0, Departure.INDIRECT);
  }
}
