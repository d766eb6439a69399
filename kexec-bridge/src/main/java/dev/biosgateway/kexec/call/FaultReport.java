package dev.biosgateway.kexec.call;

import dev.biosgateway.api.Fault;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.CpuException;
import dev.biosgateway.x86.isa.Decoder;
import dev.biosgateway.x86.isa.Disassembler;
import dev.biosgateway.x86.isa.Insn;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * An exception that nobody in the guest handles, read out of the frame its delivery left on the
 * stack, with the registers as they were at the instruction that raised it.
 */
record FaultReport(Fault fault, Registers registers) {
  /** Longest instruction. */
  private static final int BYTES = 15;

  /**
   * Reads the frame of a real mode interrupt: IP, CS, FLAGS, 16 bits each (Intel SDM volume 3,
   * 20.1.4).
   */
  static FaultReport inRealMode(Cpu cpu, int vector) {
    int sp = cpu.reg16(Cpu.ESP);
    int ip = stack16(cpu, sp);
    int cs = stack16(cpu, sp + 2);
    int flags = stack16(cpu, sp + 4);
    if (vector == CpuException.BP && cpu.bus.read8((cs << 4) + ip - 1) == 0xcc) {
      ip--; // a trap, reported behind the instruction
    }
    Registers registers =
        CpuRegisters.read(cpu)
            .with(Register.SP, sp + 6 & 0xffff)
            .with(Register.CS, cs)
            .with(Register.EIP, ip)
            .with(Register.EFLAGS, cpu.flags.get() & 0xffff0000L | flags);
    return of(cpu, vector, OptionalLong.empty(), OptionalLong.empty(), registers, cs << 4, false);
  }

  private static int stack16(Cpu cpu, int sp) {
    return cpu.bus.read16(cpu.ss.base + (sp & 0xffff));
  }

  /** Reads the frame of {@code exceptions.inc}: vector, error code, EIP, CS, EFLAGS. */
  static FaultReport inFlatMode(Cpu cpu) {
    PhysicalBus bus = cpu.bus;
    int esp = cpu.gpr[Cpu.ESP];
    int vector = bus.read32(esp);
    Registers registers =
        CpuRegisters.read(cpu)
            .with(Register.ESP, esp + 20 & 0xffffffffL)
            .with(Register.CS, bus.read32(esp + 12) & 0xffff)
            .with(Register.EIP, bus.read32(esp + 8) & 0xffffffffL)
            .with(Register.EFLAGS, bus.read32(esp + 16) & 0xffffffffL);
    OptionalLong errorCode =
        hasErrorCode(vector)
            ? OptionalLong.of(bus.read32(esp + 4) & 0xffffffffL)
            : OptionalLong.empty();
    OptionalLong cr2 =
        vector == CpuException.PF
            ? OptionalLong.of(cpu.cr2 & 0xffffffffL)
            : OptionalLong.empty();
    return of(cpu, vector, errorCode, cr2, registers, 0, true);
  }

  /** Intel SDM volume 3, table 6-1. */
  private static boolean hasErrorCode(int vector) {
    return vector == CpuException.DF
        || vector >= CpuException.TS && vector <= CpuException.PF
        || vector == CpuException.AC;
  }

  private static FaultReport of(
      Cpu cpu,
      int vector,
      OptionalLong errorCode,
      OptionalLong cr2,
      Registers registers,
      int codeBase,
      boolean code32) {
    int ip = (int) registers.get(Register.EIP);
    int linear = codeBase + ip;
    byte[] bytes = new byte[BYTES];
    cpu.bus.read(linear, bytes, 0, BYTES);
    String text;
    try {
      Insn insn = new Decoder(cpu.model).decode(i -> byteAt(cpu, bytes, i), code32);
      text = Disassembler.text(insn, ip, code32);
      return build(
          vector, errorCode, cr2, registers, linear, Arrays.copyOf(bytes, insn.length), text);
    } catch (CpuException notAnInstruction) {
      return build(vector, errorCode, cr2, registers, linear, bytes, "");
    }
  }

  private static int byteAt(Cpu cpu, byte[] bytes, int index) {
    if (index >= bytes.length) {
      throw cpu.exception(CpuException.GP, 0);
    }
    return bytes[index] & 0xff;
  }

  private static FaultReport build(
      int vector,
      OptionalLong errorCode,
      OptionalLong cr2,
      Registers registers,
      int linear,
      byte[] bytes,
      String text) {
    return new FaultReport(
        new Fault(
            vector,
            CpuException.name(vector),
            errorCode,
            cr2,
            (int) registers.get(Register.CS),
            registers.get(Register.EIP),
            linear & 0xffffffffL,
            bytes,
            text),
        registers);
  }
}
