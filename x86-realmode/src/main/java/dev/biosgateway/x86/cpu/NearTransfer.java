package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Condition;
import dev.biosgateway.x86.isa.Insn;

/**
 * Jcc, JMP, CALL, RET, LOOP and JCXZ within the segment. The target is checked against the limit of
 * CS by the branch itself, before anything is pushed or counted.
 */
final class NearTransfer {
  private NearTransfer() {}

  // spotless:off
  /** Jcc: one operation for each condition, so that each has its own branch history. */
  static Operation jcc(Insn insn) {
    return switch (Condition.ofOpcode(insn.row.opcode())) {
      case O  -> (c, i) -> { if (c.flags.of()) { jump(c, i); } };
      case NO -> (c, i) -> { if (!c.flags.of()) { jump(c, i); } };
      case C  -> (c, i) -> { if (c.flags.cf()) { jump(c, i); } };
      case NC -> (c, i) -> { if (!c.flags.cf()) { jump(c, i); } };
      case Z  -> (c, i) -> { if (c.flags.zf()) { jump(c, i); } };
      case NZ -> (c, i) -> { if (!c.flags.zf()) { jump(c, i); } };
      case NA -> (c, i) -> { if (c.flags.cf() || c.flags.zf()) { jump(c, i); } };
      case A  -> (c, i) -> { if (!c.flags.cf() && !c.flags.zf()) { jump(c, i); } };
      case S  -> (c, i) -> { if (c.flags.sf()) { jump(c, i); } };
      case NS -> (c, i) -> { if (!c.flags.sf()) { jump(c, i); } };
      case PE -> (c, i) -> { if (c.flags.pf()) { jump(c, i); } };
      case PO -> (c, i) -> { if (!c.flags.pf()) { jump(c, i); } };
      case L  -> (c, i) -> { if (c.flags.sf() != c.flags.of()) { jump(c, i); } };
      case NL -> (c, i) -> { if (c.flags.sf() == c.flags.of()) { jump(c, i); } };
      case NG -> (c, i) -> { if (c.flags.zf() || c.flags.sf() != c.flags.of()) { jump(c, i); } };
      case G  -> (c, i) -> { if (!c.flags.zf() && c.flags.sf() == c.flags.of()) { jump(c, i); } };
    };
  }
  // spotless:on

  static Operation jmp(Insn insn) {
    if (insn.memory >= 0) {
      return (c, i) -> branch(c, pointer(c, i));
    }
    return isRelative(insn) ? NearTransfer::jump : (c, i) -> branch(c, pointer(c, i));
  }

  static Operation call(Insn insn) {
    return isRelative(insn)
        ? (c, i) -> callTo(c, i, relative(c, i))
        : (c, i) -> callTo(c, i, pointer(c, i));
  }

  static void ret(Cpu c, Insn i) {
    branch(c, Stack.peek(c, i));
    Stack.release(c, (i.operandSize >> 3) + i.imm);
  }

  static void loop(Cpu c, Insn i) {
    loopIf(c, i, true);
  }

  static void loope(Cpu c, Insn i) {
    loopIf(c, i, c.flags.zf());
  }

  static void loopne(Cpu c, Insn i) {
    loopIf(c, i, !c.flags.zf());
  }

  static void jcxz(Cpu c, Insn i) {
    if ((c.gpr[Cpu.ECX] & i.addressMask) == 0) {
      jump(c, i);
    }
  }

  /** The address size says whether CX or ECX counts. */
  private static void loopIf(Cpu c, Insn i, boolean condition) {
    int count = c.gpr[Cpu.ECX] - 1 & i.addressMask;
    if (condition && count != 0) {
      jump(c, i);
    }
    c.gpr[Cpu.ECX] = c.gpr[Cpu.ECX] & ~i.addressMask | count;
  }

  private static boolean isRelative(Insn insn) {
    return insn.row.operands().get(0).place() == dev.biosgateway.x86.isa.Operand.Place.RELATIVE;
  }

  private static int relative(Cpu c, Insn i) {
    int target = c.eip + i.imm;
    return i.is32() ? target : target & 0xffff;
  }

  private static void jump(Cpu c, Insn i) {
    branch(c, relative(c, i));
  }

  private static int pointer(Cpu c, Insn i) {
    if (i.is32()) {
      return i.memory < 0 ? c.gpr[i.dst] : Form.load32(c, i);
    }
    return i.memory < 0 ? c.reg16(i.dst) : Form.load16(c, i);
  }

  private static void callTo(Cpu c, Insn i, int target) {
    checkTarget(c, target);
    Stack.push(c, i, c.eip);
    c.eip = target;
  }

  private static void branch(Cpu c, int target) {
    checkTarget(c, target);
    c.eip = target;
  }

  private static void checkTarget(Cpu c, int target) {
    if (Integer.compareUnsigned(target, c.cs.limit) > 0) {
      throw c.exception(CpuException.GP, 0);
    }
  }
}
