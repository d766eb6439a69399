package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.fpu.Fpu;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.state.Stateful;

/**
 * The registers of the CPU, and its units side by side: nothing happens here. Fields are public to
 * the units, to the translator and to the debugger; everybody else goes through the machine.
 *
 * <p>Not thread-safe: one machine, one thread.
 */
public final class Cpu implements Stateful {
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

  public static final int CR4_VME = 1;
  public static final int CR4_PVI = 1 << 1;
  public static final int CR4_TSD = 1 << 2;
  public static final int CR4_DE = 1 << 3;
  public static final int CR4_PSE = 1 << 4;
  public static final int CR4_PAE = 1 << 5;
  public static final int CR4_MCE = 1 << 6;
  public static final int CR4_PGE = 1 << 7;
  public static final int CR4_PCE = 1 << 8;

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

  /**
   * Current privilege level, 0 in real mode, 3 in virtual-8086 mode. Read only: {@link #setCpl}
   * changes it.
   */
  public int cpl;

  public Activity activity = Activity.ACTIVE;

  /**
   * Set when {@link InterruptUnit#service} wants to be called before the next instruction: a pin
   * changed, an interrupt flag was set, an interrupt shadow began, TF or RF is on, the CPU is not
   * active any more. Whoever causes one of these sets it; only the interrupt unit clears it.
   */
  public boolean attention;

  /** Who hears what happens; null, and then free of cost, while nobody listens. */
  public Probe probe;

  /** What a host answers to CPUID, RDMSR and WRMSR in place of the model. */
  ProcessorIdentity identity = ProcessorIdentity.OF_MODEL;

  final int[] cpuidAnswer = new int[4];

  /** The model, which decides about features and reset values. */
  public final CpuModel model;

  /** The EFLAGS bits this model has and a program can change. */
  public final int implementedFlags;

  public final PhysicalBus bus;
  public final PortMap ports;
  public final VirtualClock clock;
  public final UnmodelledAccess unmodelled;

  public final Segmentation segmentation;
  public final Paging paging;
  public final LoadStore loadStore;
  public final SegmentLoad segmentLoad;
  public final InterruptUnit interrupts;
  public final Pins pins;
  public final RetirementUnit retirement;
  final DescriptorTables descriptorTables;
  final FrameStack frame;
  final TaskStateSegment taskState;
  final IoPermission ioPermission;
  final FarTransfer farTransfer;
  final InterruptReturn interruptReturn;
  final TaskSwitch taskSwitch;
  public final ControlRegisters controlRegisters;
  final DebugRegisters debug;
  final TestRegisters testRegisters;
  public final ModelSpecificRegisters msrs;

  /** The x87 unit; null on models without one. */
  public final Fpu fpu;

  /** For instructions that look at one descriptor and are done with it. */
  final Descriptor scratch = new Descriptor();

  private final CpuState state;

  /** EXT of error codes: 1 while an event is delivered that no INT instruction asked for. */
  int deliveryExt;

  private final CpuException exception = new CpuException();

  public Cpu(
      CpuModel model,
      PhysicalBus bus,
      PortMap ports,
      VirtualClock clock,
      UnmodelledAccess unmodelled) {
    this.model = model;
    this.implementedFlags = implementedFlags(model);
    this.bus = bus;
    bus.setAddressLines(model.addressLines());
    this.ports = ports;
    this.clock = clock;
    this.unmodelled = unmodelled;
    for (int i = 0; i < segments.length; i++) {
      segments[i] = new SegmentRegister();
    }
    cs = segments[SegmentRegister.CS];
    ss = segments[SegmentRegister.SS];
    segmentation = new Segmentation(this);
    debug = new DebugRegisters(this);
    testRegisters = new TestRegisters(this);
    paging = new Paging(this);
    loadStore = new LoadStore(this, segmentation, paging);
    descriptorTables = new DescriptorTables(this);
    frame = new FrameStack(this);
    segmentLoad = new SegmentLoad(this);
    taskState = new TaskStateSegment(this);
    ioPermission = new IoPermission(this);
    interrupts = new InterruptUnit(this);
    farTransfer = new FarTransfer(this);
    interruptReturn = new InterruptReturn(this);
    taskSwitch = new TaskSwitch(this);
    controlRegisters = new ControlRegisters(this);
    msrs = new ModelSpecificRegisters(this);
    pins = new Pins(this);
    fpu = model.has(CpuModel.Feature.FPU) ? new Fpu() : null;
    retirement = new RetirementUnit(this);
    bus.setDeviceAccess(retirement);
    state = new CpuState(this);
    reset();
  }

  /** Sets who is asked before the model answers CPUID, RDMSR and WRMSR. */
  public void setIdentity(ProcessorIdentity identity) {
    this.identity = identity;
  }

  /** RESET#: every register as the SDM's table 9-1 has it for the model. */
  public void reset() {
    state.reset();
  }

  @Override
  public String sectionName() {
    return state.sectionName();
  }

  @Override
  public void save(Section out) {
    state.save(out);
  }

  @Override
  public void restore(Section in) {
    state.restore(in);
  }

  /**
   * As {@link #restore}, at less cost, of the section that was restored last, when nobody but the
   * CPU has changed its state since.
   */
  public void rewind(Section in) {
    state.rewind(in);
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

  /**
   * Physical address at which an instruction at {@code linear} would be fetched; -1 when that takes
   * a walk of the page tables.
   */
  int heldForFetch(int linear) {
    if (!paging()) {
      return bus.gated(linear);
    }
    int held = paging.held(linear);
    return held == -1 ? -1 : bus.gated(held);
  }

  /** Sets {@link #attention} and ends the running block after the current instruction. */
  public void attend() {
    attention = true;
    retirement.endBlock();
  }

  /**
   * Re-derives what hangs on registers, after a debugger or a test has written them as fields.
   *
   * @param level the current privilege level that goes with them
   */
  public void registersWritten(int level) {
    for (SegmentRegister s : segments) {
      s.derive();
    }
    ldtr.derive();
    tr.derive();
    setCpl(level);
    debug.review();
    paging.flush();
    attend();
  }

  /** Changes the current privilege level, and what paging takes for a user access with it. */
  void setCpl(int level) {
    cpl = level;
    paging.privilege(level);
    segmentation.review();
  }

  /**
   * Replaces the flags in {@code mask} that this model has, and has the interrupt unit look when
   * that may let something in.
   */
  public void setFlags(int value, int mask) {
    int changed = mask & implementedFlags;
    if (model == CpuModel.I80286 && !protectedMode()) {
      changed &= ~(Eflags.IOPL | Eflags.NT); // zero in real mode, by which programs know a 286
    }
    int before = flags.system;
    flags.replace(value, changed);
    if (((before ^ flags.system) & Eflags.AC) != 0) {
      segmentation.review();
    }
    if ((value & changed & Eflags.RF) != 0) {
      interrupts.resumeFlagLoaded();
    }
    if ((flags.system & (Eflags.TF | Eflags.RF)) != 0 || interrupts.wakes()) {
      attend();
    }
  }

  /** The flags a program can set on {@code model}; the others read as reset left them. */
  private static int implementedFlags(CpuModel model) {
    int flags = Eflags.ARITHMETIC | Eflags.TF | Eflags.IF | Eflags.DF;
    if (model.isAtLeast(CpuModel.I80286)) {
      flags |= Eflags.IOPL | Eflags.NT;
    }
    if (model.isAtLeast(CpuModel.I386)) {
      flags |= Eflags.RF | Eflags.VM;
    }
    if (model.isAtLeast(CpuModel.I486)) {
      flags |= Eflags.AC;
    }
    if (model.maxCpuidLeaf() > 0) {
      flags |= Eflags.ID;
    }
    if (model.has(CpuModel.Feature.VME)) {
      flags |= Eflags.VIF | Eflags.VIP;
    }
    return flags;
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

  /**
   * An exception without error code, to be thrown: {@code throw cpu.exception(CpuException.UD)}.
   */
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

  /**
   * Guards a privileged instruction.
   *
   * @throws CpuException #GP(0) unless CPL is 0, as it is in real mode
   */
  public void requireRing0() {
    if (cpl != 0) {
      throw exception(CpuException.GP, 0);
    }
  }

  /** An exception that names a selector (0 for none), with EXT while an event is delivered. */
  CpuException selectorFault(int vector, int selector) {
    return exception(vector, selector & 0xfffc | deliveryExt);
  }

  /** An exception that names a gate of the IDT: {@code vector * 8 + 2}, with EXT. */
  CpuException gateFault(int vector, int gate) {
    return exception(vector, gate | deliveryExt);
  }
}
