package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Condition;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Operand;

/**
 * Jcc, JMP, CALL, RET, LOOP and JCXZ within the segment. The target is checked against the limit of
 * CS by the branch itself, before anything is pushed or counted (SDM vol. 2, "Operation" of each; a
 * 16-bit operand size cuts the target to 16 bits).
 */
final class NearTransfer {
  private NearTransfer() {}

  // spotless:off
  /** Jcc: one step for each condition, so that each has its own branch history. */
  static Step jcc(Insn insn) {
    return switch (Condition.ofOpcode(insn.row.opcode())) {
      case O  -> new Transfer(insn) { @Override Step run(Cpu c) { return jumpIf(c, c.flags.of()); } };
      case NO -> new Transfer(insn) { @Override Step run(Cpu c) { return jumpIf(c, !c.flags.of()); } };
      case C  -> new Transfer(insn) { @Override Step run(Cpu c) { return jumpIf(c, c.flags.cf()); } };
      case NC -> new Transfer(insn) { @Override Step run(Cpu c) { return jumpIf(c, !c.flags.cf()); } };
      case Z  -> new Transfer(insn) { @Override Step run(Cpu c) { return jumpIf(c, c.flags.zf()); } };
      case NZ -> new Transfer(insn) { @Override Step run(Cpu c) { return jumpIf(c, !c.flags.zf()); } };
      case NA -> new Transfer(insn) { @Override Step run(Cpu c) { return jumpIf(c, c.flags.cf() || c.flags.zf()); } };
      case A  -> new Transfer(insn) { @Override Step run(Cpu c) { return jumpIf(c, !c.flags.cf() && !c.flags.zf()); } };
      case S  -> new Transfer(insn) { @Override Step run(Cpu c) { return jumpIf(c, c.flags.sf()); } };
      case NS -> new Transfer(insn) { @Override Step run(Cpu c) { return jumpIf(c, !c.flags.sf()); } };
      case PE -> new Transfer(insn) { @Override Step run(Cpu c) { return jumpIf(c, c.flags.pf()); } };
      case PO -> new Transfer(insn) { @Override Step run(Cpu c) { return jumpIf(c, !c.flags.pf()); } };
      case L  -> new Transfer(insn) { @Override Step run(Cpu c) { return jumpIf(c, c.flags.sf() != c.flags.of()); } };
      case NL -> new Transfer(insn) { @Override Step run(Cpu c) { return jumpIf(c, c.flags.sf() == c.flags.of()); } };
      case NG -> new Transfer(insn) { @Override Step run(Cpu c) { return jumpIf(c, c.flags.zf() || c.flags.sf() != c.flags.of()); } };
      case G  -> new Transfer(insn) { @Override Step run(Cpu c) { return jumpIf(c, !c.flags.zf() && c.flags.sf() == c.flags.of()); } };
    };
  }

  static Step jmp(Insn insn) {
    if (isRelative(insn)) {
      return new Transfer(insn) { @Override Step run(Cpu c) { return jump(c); } };
    }
    return new Transfer(insn) { @Override Step run(Cpu c) { return leave(c, within(c, pointer(c, this))); } };
  }

  static Step call(Insn insn) {
    if (isRelative(insn)) {
      return new Transfer(insn) { @Override Step run(Cpu c) { return call(c, this, target(c)); } };
    }
    return new Transfer(insn) { @Override Step run(Cpu c) { return call(c, this, within(c, pointer(c, this))); } };
  }

  static Step ret(Insn insn) {
    return new Transfer(insn) { @Override Step run(Cpu c) { return ret(c, this); } };
  }

  static Step loop(Insn insn) {
    return new Transfer(insn) { @Override Step run(Cpu c) { return loopIf(c, this, true); } };
  }

  static Step loope(Insn insn) {
    return new Transfer(insn) { @Override Step run(Cpu c) { return loopIf(c, this, c.flags.zf()); } };
  }

  static Step loopne(Insn insn) {
    return new Transfer(insn) { @Override Step run(Cpu c) { return loopIf(c, this, !c.flags.zf()); } };
  }

  /** The address size says whether CX or ECX counts (SDM vol. 2A, Jcc and LOOP). */
  static Step jcxz(Insn insn) {
    return new Transfer(insn) { @Override Step run(Cpu c) { return jumpIf(c, (c.gpr[Cpu.ECX] & this.insn.addressMask) == 0); } };
  }
  // spotless:on

  private static Step loopIf(Cpu c, Transfer t, boolean condition) {
    int mask = t.insn.addressMask;
    int count = c.gpr[Cpu.ECX] - 1 & mask;
    boolean taken = condition && count != 0;
    if (taken) {
      t.target(c);
    }
    c.gpr[Cpu.ECX] = c.gpr[Cpu.ECX] & ~mask | count;
    return t.jumpIf(c, taken);
  }

  private static Step call(Cpu c, Transfer t, int to) {
    t.at(c);
    Stack.push(c, t.insn, t.following(c));
    return t.leave(c, to);
  }

  private static Step ret(Cpu c, Transfer t) {
    t.at(c);
    int to = t.within(c, Stack.peek(c, t.insn));
    Stack.release(c, (t.insn.operandSize >> 3) + t.imm);
    return t.leave(c, to);
  }

  private static boolean isRelative(Insn insn) {
    return insn.row.operands().get(0).place() == Operand.Place.RELATIVE;
  }

  private static int pointer(Cpu c, Transfer t) {
    if (t.insn.is32()) {
      return t.insn.memory < 0 ? c.gpr[t.dst] : t.load32(c);
    }
    return t.insn.memory < 0 ? c.reg16(t.dst) : t.load16(c);
  }
}
