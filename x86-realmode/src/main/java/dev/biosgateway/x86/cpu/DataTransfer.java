package dev.biosgateway.x86.cpu;

import static dev.biosgateway.x86.cpu.Form.load16;
import static dev.biosgateway.x86.cpu.Form.load32;
import static dev.biosgateway.x86.cpu.Form.load8;
import static dev.biosgateway.x86.cpu.Form.source16;
import static dev.biosgateway.x86.cpu.Form.source32;
import static dev.biosgateway.x86.cpu.Form.source8;
import static dev.biosgateway.x86.cpu.Form.store16;
import static dev.biosgateway.x86.cpu.Form.store32;
import static dev.biosgateway.x86.cpu.Form.store8;

import dev.biosgateway.x86.isa.Condition;
import dev.biosgateway.x86.isa.Insn;

/** MOV, MOVZX, MOVSX, LEA, XLAT, CMOVcc, SETcc and the conversions CBW and CWD. No flag changes. */
final class DataTransfer {
  private DataTransfer() {}

  /** MOV between general registers, memory and immediates. */
  static Operation mov(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> (c, i) -> c.setReg8(i.dst, source8(c, i));
      case R16 -> (c, i) -> c.setReg16(i.dst, source16(c, i));
      case R32 -> (c, i) -> c.gpr[i.dst] = source32(c, i);
      case L8 -> (c, i) -> c.setReg8(i.dst, load8(c, i));
      case L16 -> (c, i) -> c.setReg16(i.dst, load16(c, i));
      case L32 -> (c, i) -> c.gpr[i.dst] = load32(c, i);
      case S8 -> (c, i) -> store8(c, i, source8(c, i));
      case S16 -> (c, i) -> store16(c, i, source16(c, i));
      case S32 -> (c, i) -> store32(c, i, source32(c, i));
    };
  }

  /** MOV from a segment register: a word to memory, zero-extended to a 32-bit register on a P6. */
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

  static Operation movzx(Insn insn) {
    boolean bytes = insn.row.operands().get(1) == dev.biosgateway.x86.isa.Operand.Eb;
    if (insn.is32()) {
      return bytes
          ? (c, i) -> c.gpr[i.dst] = narrow8(c, i)
          : (c, i) -> c.gpr[i.dst] = narrow16(c, i);
    }
    return bytes
        ? (c, i) -> c.setReg16(i.dst, narrow8(c, i))
        : (c, i) -> c.setReg16(i.dst, narrow16(c, i));
  }

  static Operation movsx(Insn insn) {
    boolean bytes = insn.row.operands().get(1) == dev.biosgateway.x86.isa.Operand.Eb;
    if (insn.is32()) {
      return bytes
          ? (c, i) -> c.gpr[i.dst] = (byte) narrow8(c, i)
          : (c, i) -> c.gpr[i.dst] = (short) narrow16(c, i);
    }
    return bytes
        ? (c, i) -> c.setReg16(i.dst, (byte) narrow8(c, i))
        : (c, i) -> c.setReg16(i.dst, narrow16(c, i));
  }

  private static int narrow8(Cpu c, Insn i) {
    return i.memory < 0 ? c.reg8(i.src) : load8(c, i);
  }

  private static int narrow16(Cpu c, Insn i) {
    return i.memory < 0 ? c.reg16(i.src) : load16(c, i);
  }

  /** LEA: the offset, cut or zero-extended to the operand size. */
  static Operation lea(Insn insn) {
    return insn.is32()
        ? (c, i) -> c.gpr[i.dst] = i.address(c.gpr)
        : (c, i) -> c.setReg16(i.dst, i.address(c.gpr));
  }

  static void xlat(Cpu c, Insn i) {
    int offset = c.gpr[Cpu.EBX] + c.reg8(0) & i.addressMask;
    c.setReg8(0, c.loadStore.load8(i.segment, offset));
  }

  /** CMOVcc reads its memory operand, and faults on it, whatever the condition is. */
  static void cmovcc(Cpu c, Insn i) {
    if (i.is32()) {
      int v = i.memory < 0 ? c.gpr[i.src] : load32(c, i);
      if (holds(c, i)) {
        c.gpr[i.dst] = v;
      }
    } else {
      int v = i.memory < 0 ? c.gpr[i.src] : load16(c, i);
      if (holds(c, i)) {
        c.setReg16(i.dst, v);
      }
    }
  }

  static void setcc(Cpu c, Insn i) {
    int v = holds(c, i) ? 1 : 0;
    if (i.memory < 0) {
      c.setReg8(i.dst, v);
    } else {
      store8(c, i, v);
    }
  }

  private static boolean holds(Cpu c, Insn i) {
    return Conditions.holds(Condition.ofOpcode(i.row.opcode()), c.flags);
  }

  /** CBW: AL to AX; CWDE: AX to EAX. */
  static void cbw(Cpu c, Insn i) {
    if (i.is32()) {
      c.gpr[Cpu.EAX] = (short) c.gpr[Cpu.EAX];
    } else {
      c.setReg16(Cpu.EAX, (byte) c.gpr[Cpu.EAX]);
    }
  }

  /** CWD: AX to DX:AX; CDQ: EAX to EDX:EAX. */
  static void cwd(Cpu c, Insn i) {
    if (i.is32()) {
      c.gpr[Cpu.EDX] = c.gpr[Cpu.EAX] >> 31;
    } else {
      c.setReg16(Cpu.EDX, (short) c.gpr[Cpu.EAX] >> 15);
    }
  }
}
