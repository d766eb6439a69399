package dev.biosgateway.kexec.context;

import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Eflags;
import dev.biosgateway.x86.cpu.SegmentRegister;
import java.util.Arrays;

/**
 * Puts a processor before the first instruction of a kernel, as its loader does: 32-bit protected
 * mode, flat segments, paging and interrupts off, all registers zero.
 */
public final class FlatEntry {
  private static final int CODE_RIGHTS = 0xc09b;
  private static final int DATA_RIGHTS = 0xc093;

  private FlatEntry() {}

  /**
   * Does it. The descriptors must be in the table already.
   *
   * @param codeSelector of a code segment from 0 on, 4 GB
   * @param dataSelector of a data segment from 0 on, 4 GB
   */
  public static void enter(
      Cpu cpu, int eip, int codeSelector, int dataSelector, int gdtBase, int gdtLimit) {
    Arrays.fill(cpu.gpr, 0);
    cpu.gdtrBase = gdtBase;
    cpu.gdtrLimit = gdtLimit;
    cpu.idtrBase = 0;
    cpu.idtrLimit = 0;
    cpu.controlRegisters.writeCr0(Cpu.CR0_PE | cpu.cr0 & Cpu.CR0_ET);
    cpu.setFlags(0, Eflags.ARITHMETIC | Eflags.IF | Eflags.TF | Eflags.DF | Eflags.NT);
    for (SegmentRegister segment : cpu.segments) {
      flat(segment, dataSelector, DATA_RIGHTS);
    }
    flat(cpu.cs, codeSelector, CODE_RIGHTS);
    cpu.eip = eip;
    cpu.instructionEip = eip;
    cpu.registersWritten(0);
  }

  private static void flat(SegmentRegister segment, int selector, int rights) {
    segment.selector = selector;
    segment.base = 0;
    segment.limit = -1;
    segment.rights = rights;
    segment.usable = true;
  }
}
