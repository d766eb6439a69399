package dev.biosgateway.kexec.context;

import dev.biosgateway.kexec.trampoline.LegacyState;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Eflags;
import dev.biosgateway.x86.cpu.SegmentRegister;
import java.util.Arrays;

/**
 * Puts a processor before real mode code that a BIOS would have loaded, and interrupt controllers
 * and timer as BIOS code expects them: what the trampoline of a call does, of which nobody comes
 * back.
 */
public final class RealModeEntry {
  private static final int RIGHTS = 0x93;
  private static final int LIMIT = 0xffff;
  private static final int VECTOR_TABLE_LIMIT = 0x3ff;

  /** ICW1 to ICW4 of both 8259, vectors 08h and 70h; 8254 channel 0 in mode 3, 65536 counts. */
  private static final int[][] AFTER_POST = {
    {0x20, 0x11}, {0x21, 0x08}, {0x21, 0x04}, {0x21, 0x01},
    {0xa0, 0x11}, {0xa1, 0x70}, {0xa1, 0x02}, {0xa1, 0x01},
    {0x43, 0x36}, {0x40, 0x00}, {0x40, 0x00}
  };

  private RealModeEntry() {}

  /**
   * Does it: interrupts are off, all registers zero but those named.
   *
   * @param cs segment of the code
   * @param ip where it begins
   * @param data what all other segment registers get
   * @param sp stack pointer
   */
  public static void enter(Machine machine, int cs, int ip, int data, int sp) {
    PortMap ports = machine.ports();
    for (int[] write : AFTER_POST) {
      ports.out(write[0], 1, write[1]);
    }
    ports.out(0x21, 1, LegacyState.AFTER_POST.masterMask());
    ports.out(0xa1, 1, LegacyState.AFTER_POST.slaveMask());
    Cpu cpu = machine.cpu();
    Arrays.fill(cpu.gpr, 0);
    cpu.gpr[Cpu.ESP] = sp;
    cpu.controlRegisters.writeCr0(cpu.cr0 & Cpu.CR0_ET);
    cpu.cr3 = 0;
    cpu.cr4 = 0;
    cpu.gdtrBase = 0;
    cpu.gdtrLimit = 0;
    cpu.idtrBase = 0;
    cpu.idtrLimit = VECTOR_TABLE_LIMIT;
    cpu.setFlags(0, Eflags.ARITHMETIC | Eflags.IF | Eflags.TF | Eflags.DF | Eflags.NT);
    for (SegmentRegister segment : cpu.segments) {
      load(segment, data);
    }
    load(cpu.cs, cs);
    cpu.eip = ip;
    cpu.instructionEip = ip;
    cpu.registersWritten(0);
  }

  private static void load(SegmentRegister segment, int selector) {
    segment.selector = selector;
    segment.base = selector << 4;
    segment.limit = LIMIT;
    segment.rights = RIGHTS;
    segment.usable = true;
  }
}
