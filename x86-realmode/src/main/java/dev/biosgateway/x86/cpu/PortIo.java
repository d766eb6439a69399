package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * IN and OUT. Permission first (SDM vol. 1, 18.5), then the port, with the clock brought up to date
 * around it; a breakpoint on the port is a trap after it (vol. 3, 17.3.1.2).
 */
public final class PortIo {
  private PortIo() {}

  // spotless:off
  static Step in(Insn insn) {
    return switch (insn.width) {
      case 8 -> new Step(insn) { @Override Step run(Cpu c) { at(c); c.setReg8(dst, read(c, source16(c), 1)); return after(c); } };
      case 16 -> new Step(insn) { @Override Step run(Cpu c) { at(c); c.setReg16(dst, read(c, source16(c), 2)); return after(c); } };
      default -> new Step(insn) { @Override Step run(Cpu c) { at(c); c.gpr[dst] = read(c, source16(c), 4); return after(c); } };
    };
  }

  /** The port is the first operand: DX, or the immediate. */
  static Step out(Insn insn) {
    return switch (insn.width) {
      case 8 -> new Step(insn) { @Override Step run(Cpu c) { at(c); write(c, c.gpr[dst] + imm & 0xffff, 1, c.reg8(src)); return after(c); } };
      case 16 -> new Step(insn) { @Override Step run(Cpu c) { at(c); write(c, c.gpr[dst] + imm & 0xffff, 2, c.reg16(src)); return after(c); } };
      default -> new Step(insn) { @Override Step run(Cpu c) { at(c); write(c, c.gpr[dst] + imm & 0xffff, 4, c.gpr[src]); return after(c); } };
    };
  }
  // spotless:on

  /**
   * Reads a port as IN does.
   *
   * @param size 1, 2 or 4 bytes
   * @return the value, zero-extended
   * @throws CpuException #GP(0) when the program may not use the port
   */
  public static int read(Cpu c, int port, int size) {
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

  /**
   * Writes a port as OUT does.
   *
   * @param size 1, 2 or 4 bytes
   * @throws CpuException #GP(0) when the program may not use the port
   */
  public static void write(Cpu c, int port, int size, int value) {
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
