package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.EIP;
import static dev.biosgateway.x86.translate.Code.TEMP;
import static dev.biosgateway.x86.translate.Code.VALUE;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IF_ICMPGT;
import static org.objectweb.asm.Opcodes.ISUB;

import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.isa.Condition;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic;
import dev.biosgateway.x86.translate.Trace.Follow;
import org.objectweb.asm.Label;

/** Writes near transfers; INT and IRET by {@link InterruptCode}. */
final class TransferCode {
  private final Code code;
  private final ConditionCode conditions;
  private final StackCode stack;
  private final MethodCompiler region;
  private final CallCode calls;
  private final InterruptCode interrupts;
  private final InsnCode insns;
  private final Mode mode;

  TransferCode(
      Code code,
      ConditionCode conditions,
      StackCode stack,
      MethodCompiler region,
      CallCode calls,
      InsnCode insns,
      Mode mode) {
    this.code = code;
    this.conditions = conditions;
    this.stack = stack;
    this.region = region;
    this.calls = calls;
    this.interrupts = new InterruptCode(code, region);
    this.insns = insns;
    this.mode = mode;
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
          conditions.branch(before, not, region.sideEdge(next, before));
        } else {
          conditions.branch(before, condition, region.sideEdge(target, before));
          goOn(next, before);
        }
      }
      case LOOP, LOOPE, LOOPNE, JCXZ -> loop(i, before, target, next);
      case JMP -> {
        if (relative) {
          goOn(target, before);
        } else {
          pointer(i, TEMP);
          limit(TEMP);
          toKnown(TEMP, region.jumpTargets(), before);
          leaveTo(TEMP, before);
        }
      }
      case CALL -> call(i, before, target, next);
      case RET -> ret(i, before);
      case INT -> interrupts.interrupt(i, before, eip);
      case IRET -> interrupts.interruptReturn(i, this);
      default -> throw new IllegalArgumentException("no near transfer: " + i.row.mnemonic());
    }
    return before;
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
      conditions.branch(before, m == Mnemonic.LOOPE ? Condition.Z : Condition.NZ, taken);
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
      stack.push(i.operandSize, VALUE, region.behind(target, before));
      if (calls.calls(target, next)) {
        calls.call(target, next, before, stack);
      } else {
        goOn(target, before);
      }
      return;
    }
    pointer(i, TEMP);
    limit(TEMP);
    code.set(VALUE, i.operandSize == 16 ? next & 0xffff : next);
    Runnable behind = region.behindAtEip(before);
    stack.push(
        i.operandSize,
        VALUE,
        () -> {
          code.copy(TEMP, EIP);
          behind.run();
        });
    leaveTo(TEMP, before);
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
    stack.peek(i.operandSize);
    code.copy(VALUE, TEMP);
    limit(TEMP);
    code.copy(Code.GPR + Cpu.ESP, Code.TEMP2);
    stack.move((i.operandSize >> 3) + i.imm);
    calls.returnTo(TEMP, Code.TEMP2, before);
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

  /** Leaves to the offset in {@code local}. */
  private void leaveTo(int local, FlagState before) {
    code.copy(local, EIP);
    region.leaveAtEip(before, 0, Departure.INDIRECT);
  }

  /** Goes to the offset in {@code local} when that is one of those known, of the same method. */
  void toKnown(int local, int[] known, FlagState before) {
    if (known.length > 0) {
      Label elsewhere = new Label();
      Label[] labels = new Label[known.length];
      for (int k = 0; k < known.length; k++) {
        labels[k] = region.edge(known[k], before);
      }
      code.load(local);
      code.method.visitLookupSwitchInsn(elsewhere, known, labels);
      code.place(elsewhere);
    }
  }
}
