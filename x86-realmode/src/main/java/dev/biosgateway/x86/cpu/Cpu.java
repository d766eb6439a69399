package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.VirtualClock;

/**
 * The registers of the CPU, and its units side by side: nothing happens here. Fields are public to
 * the units, to the translator and to the debugger; everybody else goes through the machine.
 *
 * <p>Not thread-safe: one machine, one thread.
 */
public final class Cpu {
  public static final int EAX = 0;
  public static final int ECX = 1;
  public static final int EDX = 2;
  public static final int EBX = 3;
  public static final int ESP = 4;
  public static final int EBP = 5;
  public static final int ESI = 6;
  public static final int EDI = 7;

  public static final int CR0_PE = 1;
  public static final int CR0_MP = 1 << 1;
  public static final int CR0_EM = 1 << 2;
  public static final int CR0_TS = 1 << 3;
  public static final int CR0_ET = 1 << 4;
  public static final int CR0_NE = 1 << 5;
  public static final int CR0_WP = 1 << 16;
  public static final int CR0_AM = 1 << 18;
  public static final int CR0_NW = 1 << 29;
  public static final int CR0_CD = 1 << 30;
  public static final int CR0_PG = 1 << 31;

  /**
   * EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI: the order of the instruction encodings; and one more
   * that is always zero, {@link dev.biosgateway.x86.isa.Insn#ZERO}, for addresses without a base.
   */
  public final int[] gpr = new int[9];

  /**
   * Offset of the <em>next</em> instruction in CS while one is executed (as relative branches and
   * CALL need it); {@link #instructionEip} is where the current one began.
   */
  public int eip;

  /** Where the current instruction began; faults go back there. */
  public int instructionEip;

  public final Eflags flags = new Eflags();

  /** ES, CS, SS, DS, FS, GS: the order of the instruction encodings. */
  public final SegmentRegister[] segments = new SegmentRegister[6];

  public final SegmentRegister cs;
  public final SegmentRegister ss;

  public int cr0;
  public int cr2;
  public int cr3;
  public int cr4;
  public final int[] dr = new int[8];

  public int gdtrBase;
  public int gdtrLimit;
  public int idtrBase;
  public int idtrLimit;

  /** LDTR and TR with their hidden parts. */
  public final SegmentRegister ldtr = new SegmentRegister();

  public final SegmentRegister tr = new SegmentRegister();

  /** Current privilege level, 0 in real mode, 3 in virtual-8086 mode. */
  public int cpl;

  public final PhysicalBus bus;
  public final PortMap ports;
  public final VirtualClock clock;
  public final UnmodelledAccess unmodelled;

  private final CpuException exception = new CpuException();

  public Cpu(PhysicalBus bus, PortMap ports, VirtualClock clock, UnmodelledAccess unmodelled) {
    this.bus = bus;
    this.ports = ports;
    this.clock = clock;
    this.unmodelled = unmodelled;
    for (int i = 0; i < segments.length; i++) {
      segments[i] = new SegmentRegister();
    }
    cs = segments[SegmentRegister.CS];
    ss = segments[SegmentRegister.SS];
  }

  public boolean protectedMode() {
    return (cr0 & CR0_PE) != 0;
  }

  public boolean virtual8086() {
    return (flags.system & Eflags.VM) != 0;
  }

  public boolean paging() {
    return cr0 < 0;
  }

  /** An 8-bit register by its encoding: AL CL DL BL AH CH DH BH. */
  public int reg8(int r) {
    return gpr[r & 3] >>> ((r & 4) << 1) & 0xff;
  }

  public void setReg8(int r, int value) {
    int shift = (r & 4) << 1;
    gpr[r & 3] = gpr[r & 3] & ~(0xff << shift) | (value & 0xff) << shift;
  }

  public int reg16(int r) {
    return gpr[r] & 0xffff;
  }

  public void setReg16(int r, int value) {
    gpr[r] = gpr[r] & 0xffff0000 | value & 0xffff;
  }

  /** An exception without error code, to be thrown: {@code throw cpu.exception(CpuException.UD)}. */
  public CpuException exception(int vector) {
    exception.vector = vector;
    exception.hasErrorCode = false;
    exception.errorCode = 0;
    return exception;
  }

  /** An exception with an error code, to be thrown. */
  public CpuException exception(int vector, int errorCode) {
    exception.vector = vector;
    exception.hasErrorCode = true;
    exception.errorCode = errorCode;
    return exception;
  }
}
