package dev.biosgateway.x86.cpu;

import static dev.biosgateway.x86.cpu.Form.store16;

import dev.biosgateway.x86.isa.Condition;
import dev.biosgateway.x86.isa.Insn;

/**
 * MOV, MOVZX, MOVSX, LEA, XLAT, CMOVcc, SETcc and the conversions CBW and CWD (SDM vol. 1, 7.3.1).
 * No flag changes.
 */
final class DataTransfer {
  private DataTransfer() {}

  // spotless:off
  /** MOV between general registers, memory and immediates. */
  static Step mov(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, source8(c)); return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, source16(c)); return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = source32(c); return next; } };
      case L8 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, load8(c)); return after(c); } };
      case L16 -> new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, load16(c)); return after(c); } };
      case L32 -> new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = load32(c); return after(c); } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { return store8(c, source8(c)); } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { return store16(c, source16(c)); } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { return store32(c, source32(c)); } };
    };
  }

  /** MOVZX: from a byte, or from a word. */
  static Step movzx(Insn insn) {
    if (fromByte(insn)) {
      return insn.is32()
          ? new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = narrow8(c); return after(c); } }
          : new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, narrow8(c)); return after(c); } };
    }
    return insn.is32()
        ? new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = narrow16(c); return after(c); } }
        : new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, narrow16(c)); return after(c); } };
  }

  /** MOVSX: from a byte, or from a word. */
  static Step movsx(Insn insn) {
    if (fromByte(insn)) {
      return insn.is32()
          ? new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = (byte) narrow8(c); return after(c); } }
          : new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, (byte) narrow8(c)); return after(c); } };
    }
    return insn.is32()
        ? new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = (short) narrow16(c); return after(c); } }
        : new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, narrow16(c)); return after(c); } };
  }

  /** LEA: the offset, cut or zero-extended to the operand size. */
  static Step lea(Insn insn) {
    return insn.is32()
        ? new Step(insn) { @Override Step run(Cpu c) { c.gpr[dst] = address(c.gpr); return next; } }
        : new Step(insn) { @Override Step run(Cpu c) { c.setReg16(dst, address(c.gpr)); return next; } };
  }
  // spotless:on

  /**
   * MOV from a segment register: a word to memory, zero-extended to a 32-bit register on a P6 (SDM
   * vol. 2B, MOV).
   */
  static Operation movFromSegment(Insn insn) {
    if (insn.src > SegmentRegister.GS) {
      return SoftwareInterrupt::undefined;
    }
    if (insn.memory >= 0) {
      return (c, i) -> store16(c, i, c.segments[i.src].selector);
    }
    return insn.is32()
        ? (c, i) -> c.gpr[i.dst] = c.segments[i.src].selector
        : (c, i) -> c.setReg16(i.dst, c.segments[i.src].selector);
  }

  private static boolean fromByte(Insn insn) {
    return insn.row.operands().get(1) == dev.biosgateway.x86.isa.Operand.Eb;
  }

  static void xlat(Cpu c, Insn i) {
    int offset = c.gpr[Cpu.EBX] + c.reg8(0) & i.addressMask;
    c.setReg8(0, c.loadStore.load8(i.segment, offset));
  }

  // spotless:off
  /**
   * CMOVcc reads its memory operand, and faults on it, whatever the condition is (SDM vol. 2A,
   * CMOVcc "Operation").
   */
  static Step cmovcc(Insn insn) {
    Condition condition = Condition.ofOpcode(insn.row.opcode());
    return insn.is32()
        ? new Step(insn) { @Override Step run(Cpu c) { int v = wide32(c); if (Conditions.holds(condition, c.flags)) { c.gpr[dst] = v; } return after(c); } }
        : new Step(insn) { @Override Step run(Cpu c) { int v = narrow16(c); if (Conditions.holds(condition, c.flags)) { c.setReg16(dst, v); } return after(c); } };
  }

  static Step setcc(Insn insn) {
    Condition condition = Condition.ofOpcode(insn.row.opcode());
    return insn.memory < 0
        ? new Step(insn) { @Override Step run(Cpu c) { c.setReg8(dst, Conditions.holds(condition, c.flags) ? 1 : 0); return next; } }
        : new Step(insn) { @Override Step run(Cpu c) { return store8(c, Conditions.holds(condition, c.flags) ? 1 : 0); } };
  }

  /** CBW: AL to AX; CWDE: AX to EAX. */
  static Step cbw(Insn insn) {
    return insn.is32()
        ? new Step(insn) { @Override Step run(Cpu c) { c.gpr[Cpu.EAX] = (short) c.gpr[Cpu.EAX]; return next; } }
        : new Step(insn) { @Override Step run(Cpu c) { c.setReg16(Cpu.EAX, (byte) c.gpr[Cpu.EAX]); return next; } };
  }

  /** CWD: AX to DX:AX; CDQ: EAX to EDX:EAX. */
  static Step cwd(Insn insn) {
    return insn.is32()
        ? new Step(insn) { @Override Step run(Cpu c) { c.gpr[Cpu.EDX] = c.gpr[Cpu.EAX] >> 31; return next; } }
        : new Step(insn) { @Override Step run(Cpu c) { c.setReg16(Cpu.EDX, (short) c.gpr[Cpu.EAX] >> 15); return next; } };
  }
  // spotless:on
}
