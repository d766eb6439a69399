package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Operand;

/** IN and OUT. Permission first, then the port, with the clock brought up to date around it. */
final class PortIo {
  private PortIo() {}

  static Operation in(Insn insn) {
    boolean byDx = insn.row.operands().get(1) == Operand.DX;
    return switch (insn.width) {
      case 8 ->
          byDx
              ? (c, i) -> c.setReg8(0, read(c, c.reg16(Cpu.EDX), 1))
              : (c, i) -> c.setReg8(0, read(c, i.imm, 1));
      case 16 -> (c, i) -> c.setReg16(Cpu.EAX, read(c, byDx ? c.reg16(Cpu.EDX) : i.imm, 2));
      default -> (c, i) -> c.gpr[Cpu.EAX] = read(c, byDx ? c.reg16(Cpu.EDX) : i.imm, 4);
    };
  }

  static Operation out(Insn insn) {
    boolean byDx = insn.row.operands().get(0) == Operand.DX;
    return switch (insn.width) {
      case 8 ->
          byDx
              ? (c, i) -> write(c, c.reg16(Cpu.EDX), 1, c.reg8(0))
              : (c, i) -> write(c, i.imm, 1, c.reg8(0));
      case 16 -> (c, i) -> write(c, byDx ? c.reg16(Cpu.EDX) : i.imm, 2, c.reg16(Cpu.EAX));
      default -> (c, i) -> write(c, byDx ? c.reg16(Cpu.EDX) : i.imm, 4, c.gpr[Cpu.EAX]);
    };
  }

  static int read(Cpu c, int port, int size) {
    c.ioPermission.check(port, size);
    watch(c, port, size);
    c.retirement.beginAccess();
    int value = c.ports.in(port, size);
    c.retirement.endAccess();
    if (c.probe != null) {
      c.probe.portIn(c, port, size, value);
    }
    return value;
  }

  static void write(Cpu c, int port, int size, int value) {
    c.ioPermission.check(port, size);
    watch(c, port, size);
    c.retirement.beginAccess();
    c.ports.out(port, size, value);
    c.retirement.endAccess();
    if (c.probe != null) {
      c.probe.portOut(c, port, size, value);
    }
  }

  private static void watch(Cpu c, int port, int size) {
    if (c.debug.armed()) {
      c.debug.portAccessed(port, size);
    }
  }
}
