package dev.biosgateway.kexec.call;

import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import dev.biosgateway.x86.cpu.Cpu;

/** The registers of the processor as they are, for results of calls that did not return. */
final class CpuRegisters {
  private static final Register[] GENERAL = {
    Register.EAX, Register.ECX, Register.EDX, Register.EBX,
    Register.ESP, Register.EBP, Register.ESI, Register.EDI
  };

  private static final Register[] SEGMENTS = {
    Register.ES, Register.CS, Register.SS, Register.DS, Register.FS, Register.GS
  };

  private CpuRegisters() {}

  /** Gives a general or segment register, or a part of one, a value; segments as in real mode. */
  static void write(Cpu cpu, Register register, long value) {
    for (int i = 0; i < GENERAL.length; i++) {
      if (GENERAL[i] == register.parent()) {
        cpu.gpr[i] = (int) register.insertInto(cpu.gpr[i] & 0xffffffffL, value);
        return;
      }
    }
    for (int i = 0; i < SEGMENTS.length; i++) {
      if (SEGMENTS[i] == register) {
        // A load in real mode leaves limit and rights as they are (SDM vol. 3, 20.1.1).
        cpu.segments[i].selector = (int) value;
        cpu.segments[i].base = (int) value << 4;
        cpu.segments[i].usable = true;
        cpu.segments[i].derive();
        return;
      }
    }
    throw new IllegalArgumentException(register.text());
  }

  static Registers read(Cpu cpu) {
    Registers out = Registers.ZERO;
    for (int i = 0; i < GENERAL.length; i++) {
      out = out.with(GENERAL[i], cpu.gpr[i] & 0xffffffffL);
    }
    for (int i = 0; i < SEGMENTS.length; i++) {
      out = out.with(SEGMENTS[i], cpu.segments[i].selector & 0xffff);
    }
    return out.with(Register.EIP, cpu.eip & 0xffffffffL)
        .with(Register.EFLAGS, cpu.flags.get() & 0xffffffffL);
  }
}
