package dev.biosgateway.x86.debug;

import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.CpuException;
import dev.biosgateway.x86.cpu.Probe;
import dev.biosgateway.x86.isa.Disassembler;
import dev.biosgateway.x86.isa.Insn;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A probe that writes what happens as text, one line an event:
 *
 * <pre>
 * 0060:c01000d1 32 mov cr0, eax
 *               CR0 80050033 -> 00050033
 * 0a00:0000010f 16 int 0x10
 *               INT 10 -> c000:09b2
 * </pre>
 */
public final class InstructionTrace implements Probe {
  private static final String INDENT = "              ";

  private final Appendable out;

  /** A trace that writes to {@code out}; what it throws comes out of the machine's run. */
  public InstructionTrace(Appendable out) {
    this.out = out;
  }

  @Override
  public void instruction(Cpu cpu, Insn insn) {
    boolean code32 = cpu.cs.big();
    line(
        "%04x:%08x %s %s",
        cpu.cs.selector,
        cpu.instructionEip,
        code32 ? "32" : "16",
        Disassembler.text(insn, cpu.instructionEip, code32));
  }

  @Override
  public void controlRegister(Cpu cpu, int register, int before, int now) {
    line(INDENT + "CR%d %08x -> %08x", register, before, now);
  }

  @Override
  public void interrupt(Cpu cpu, int vector, boolean fromInstruction) {
    String what = fromInstruction ? "INT" : "vector";
    line(INDENT + "%s %02x -> %04x:%08x", what, vector, cpu.cs.selector, cpu.eip);
  }

  @Override
  public void fault(Cpu cpu, int vector, int errorCode) {
    line(INDENT + "%s(%04x) CR2 %08x", CpuException.name(vector), errorCode, cpu.cr2);
  }

  @Override
  public void portIn(Cpu cpu, int port, int size, int value) {
    line(INDENT + "IN %04x -> %0" + 2 * size + "x", port, value);
  }

  @Override
  public void portOut(Cpu cpu, int port, int size, int value) {
    line(INDENT + "OUT %04x <- %0" + 2 * size + "x", port, value);
  }

  private void line(String format, Object... values) {
    try {
      out.append(String.format(format, values)).append('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
