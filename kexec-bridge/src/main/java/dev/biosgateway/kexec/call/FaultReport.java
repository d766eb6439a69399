package dev.biosgateway.kexec.call;

import dev.biosgateway.api.Fault;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.CpuException;
import dev.biosgateway.x86.cpu.DeliveredEvent;
import dev.biosgateway.x86.cpu.InterruptUnit;
import dev.biosgateway.x86.isa.Decoder;
import dev.biosgateway.x86.isa.Disassembler;
import dev.biosgateway.x86.isa.Insn;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * An exception that nobody in the guest handles, with the registers as they were at the instruction
 * that raised it.
 */
record FaultReport(Fault fault, Registers registers) {
  /** Longest instruction. */
  private static final int BYTES = 15;

  private static final int INT3 = 0xcc;

  /** The exception that has just been delivered in real mode, which pushes no error codes. */
  static FaultReport inRealMode(Cpu cpu) {
    DeliveredEvent event = cpu.interrupts.lastEvent();
    int base = event.cs() << 4;
    int ip = event.eip();
    if (event.vector() == CpuException.BP && cpu.bus.read8(base + ip - 1) == INT3) {
      ip--; // a trap: what it would return to is behind the instruction
    }
    return of(cpu, event, OptionalLong.empty(), base + ip, base + ip, ip, false);
  }

  /** The exception that has just been delivered to a handler of {@code exceptions.inc}. */
  static FaultReport inFlatMode(Cpu cpu) {
    DeliveredEvent event = cpu.interrupts.lastEvent();
    return of(cpu, event, errorCode(event), event.eip(), event.eip(), event.eip(), true);
  }

  /** The exception that the host has just taken, at a linear address of its own tables. */
  static FaultReport inHost(Cpu cpu) {
    DeliveredEvent event = cpu.interrupts.lastEvent();
    int lowmem = event.eip() - Kimage.PAGE_OFFSET;
    boolean there = Integer.compareUnsigned(lowmem, cpu.bus.ramSize() - BYTES) <= 0;
    int physical = there ? lowmem : 0; // it went astray: there is no code to show
    return of(cpu, event, errorCode(event), event.eip(), physical, event.eip(), true);
  }

  private static OptionalLong errorCode(DeliveredEvent event) {
    return event.hasErrorCode()
        ? OptionalLong.of(event.errorCode() & 0xffffffffL)
        : OptionalLong.empty();
  }

  /**
   * The exception that began a triple fault, at the instruction that raised it. Its bytes are left
   * out if the guest pages: its tables may be what was broken.
   */
  static FaultReport ofShutdown(Cpu cpu, InterruptUnit.Shutdown shutdown) {
    OptionalLong errorCode =
        shutdown.hasErrorCode() && cpu.protectedMode()
            ? OptionalLong.of(shutdown.errorCode() & 0xffffffffL)
            : OptionalLong.empty();
    byte[] window = cpu.paging() ? new byte[0] : window(cpu, shutdown.linear());
    Fault fault =
        fault(
            cpu,
            shutdown.vector(),
            errorCode,
            shutdown.cs(),
            shutdown.eip(),
            shutdown.linear(),
            window,
            cpu.cs.big());
    return new FaultReport(fault, CpuRegisters.read(cpu));
  }

  private static FaultReport of(
      Cpu cpu,
      DeliveredEvent event,
      OptionalLong errorCode,
      int linear,
      int physical,
      int ip,
      boolean code32) {
    Registers registers =
        CpuRegisters.read(cpu)
            .with(Register.ESP, event.esp() & 0xffffffffL)
            .with(Register.CS, event.cs())
            .with(Register.EIP, ip & 0xffffffffL)
            .with(Register.EFLAGS, event.flags() & 0xffffffffL);
    byte[] window = window(cpu, physical);
    Fault fault = fault(cpu, event.vector(), errorCode, event.cs(), ip, linear, window, code32);
    return new FaultReport(fault, registers);
  }

  private static byte[] window(Cpu cpu, int physical) {
    byte[] window = new byte[BYTES];
    cpu.bus.read(physical, window, 0, BYTES);
    return window;
  }

  private static Fault fault(
      Cpu cpu,
      int vector,
      OptionalLong errorCode,
      int cs,
      int ip,
      int linear,
      byte[] window,
      boolean code32) {
    OptionalLong cr2 =
        vector == CpuException.PF ? OptionalLong.of(cpu.cr2 & 0xffffffffL) : OptionalLong.empty();
    byte[] bytes = window;
    String text;
    try {
      Insn insn = new Decoder(cpu.model).decode(i -> byteAt(cpu, window, i), code32);
      bytes = Arrays.copyOf(window, insn.length);
      text = Disassembler.text(insn, ip, code32);
    } catch (CpuException notAnInstruction) {
      text = "";
    }
    return new Fault(
        vector,
        CpuException.name(vector),
        errorCode,
        cr2,
        cs,
        ip & 0xffffffffL,
        linear & 0xffffffffL,
        bytes,
        text);
  }

  private static int byteAt(Cpu cpu, byte[] bytes, int index) {
    if (index >= bytes.length) {
      throw cpu.exception(CpuException.GP, 0);
    }
    return bytes[index] & 0xff;
  }
}
