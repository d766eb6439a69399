package dev.biosgateway.x86.cpu;

/**
 * Task switching in hardware, between task state segments of both formats (SDM vol. 3, 7.3).
 *
 * <p>Checks and reads come first; then the old task is saved and the new one loaded, which is the
 * commit point. What fails after it (segment registers of the new task) is raised in the new task,
 * at its first instruction.
 */
final class TaskSwitch {
  /** How a switch came about, which decides about busy bits, NT and the link field. */
  private enum Cause {
    JUMP,
    /** CALL, an interrupt or an exception: the new task can go back with IRET. */
    NEST,
    RETURN
  }

  /** Where a format has its fields, and how wide they are. */
  private record Format(
      int minimumLimit,
      int eip,
      int registers,
      int segments,
      int segmentCount,
      int ldt,
      int width) {
    int load(Cpu cpu, int linear) {
      return width == 4 ? cpu.loadStore.systemLoad32(linear) : cpu.loadStore.systemLoad16(linear);
    }

    void store(Cpu cpu, int linear, int value) {
      if (width == 4) {
        cpu.loadStore.systemStore32(linear, value);
      } else {
        cpu.loadStore.systemStore16(linear, value);
      }
    }
  }

  private static final Format TSS16 = new Format(0x2b, 0x0e, 0x12, 0x22, 4, 0x2a, 2);
  private static final Format TSS32 = new Format(0x67, 0x20, 0x28, 0x48, 6, 0x60, 4);
  private static final int CR3_FIELD = 0x1c;
  private static final int TRAP_FIELD = 0x64;

  /** Task switch, in DR6. */
  private static final int DR6_BT = 1 << 15;

  private final Cpu cpu;
  private final Descriptor next = new Descriptor();
  private final Descriptor previous = new Descriptor();
  private final Descriptor loaded = new Descriptor();

  TaskSwitch(Cpu cpu) {
    this.cpu = cpu;
  }

  /** JMP or CALL through a task gate that passed its own checks. */
  void throughGate(int selector, boolean nested) {
    requireAvailable(selector);
    perform(nested ? Cause.NEST : Cause.JUMP, 0);
    trapIfAsked();
  }

  /** JMP or CALL to a TSS descriptor that passed its checks. */
  void toTss(int selector, boolean nested) {
    cpu.descriptorTables.require(selector, CpuException.GP, next);
    perform(nested ? Cause.NEST : Cause.JUMP, 0);
    trapIfAsked();
  }

  /**
   * An interrupt or exception through a task gate.
   *
   * @param resume whether RF is set in the saved flags, as for faults
   */
  void throughInterrupt(int selector, boolean resume, boolean hasErrorCode, int errorCode) {
    requireAvailable(selector);
    perform(Cause.NEST, resume ? Eflags.RF : 0);
    if (hasErrorCode) {
      boolean wide = cpu.taskState.is32();
      FrameStack stack = cpu.frame.current();
      stack.push(errorCode, wide);
      stack.commit();
    }
    trapIfAsked();
  }

  /** IRET with NT set: back to the task that the link field names. */
  void backToPrevious() {
    int selector = cpu.loadStore.systemLoad16(cpu.tr.base);
    if ((selector & 4) != 0 || (selector & 0xfffc) == 0) {
      throw cpu.selectorFault(CpuException.TS, selector);
    }
    cpu.descriptorTables.require(selector, CpuException.TS, next);
    if (!next.isBusyTss()) {
      throw cpu.selectorFault(CpuException.TS, selector);
    }
    if (!next.present()) {
      throw cpu.selectorFault(CpuException.NP, selector);
    }
    perform(Cause.RETURN, 0);
    trapIfAsked();
  }

  private void requireAvailable(int selector) {
    if ((selector & 0xfffc) == 0 || (selector & 4) != 0) {
      throw cpu.selectorFault(CpuException.GP, selector);
    }
    cpu.descriptorTables.require(selector, CpuException.GP, next);
    if (!next.isAvailableTss()) {
      throw cpu.selectorFault(CpuException.GP, selector);
    }
    if (!next.present()) {
      throw cpu.selectorFault(CpuException.NP, selector);
    }
  }

  private void perform(Cause cause, int addedFlags) {
    Format format = (next.high & 0x800) != 0 ? TSS32 : TSS16;
    if (Integer.compareUnsigned(next.limit(), format.minimumLimit) < 0) {
      throw cpu.selectorFault(CpuException.TS, next.selector);
    }
    int base = next.base();
    int[] registers = new int[8];
    int[] selectors = new int[6];
    for (int i = 0; i < 8; i++) {
      int value = format.load(cpu, base + format.registers + i * format.width);
      registers[i] = format == TSS16 ? value | 0xffff0000 : value;
    }
    for (int i = 0; i < format.segmentCount; i++) {
      selectors[i] = 0xffff & format.load(cpu, base + format.segments + i * format.width);
    }
    int eip = format.load(cpu, base + format.eip);
    int flags = format.load(cpu, base + format.eip + format.width);
    int ldt = cpu.loadStore.systemLoad16(base + format.ldt);
    int cr3 = format == TSS32 ? cpu.loadStore.systemLoad32(base + CR3_FIELD) : cpu.cr3;

    saveCurrent(cause, addedFlags);
    if (cause == Cause.NEST) {
      cpu.loadStore.systemStore16(base, cpu.tr.selector);
      flags |= Eflags.NT;
    }
    if (cause != Cause.RETURN) {
      cpu.descriptorTables.markBusy(next, true);
    }
    next.loadInto(cpu.tr, next.selector);
    cpu.cr0 |= Cpu.CR0_TS;
    cpu.debug.taskSwitched();
    if (cpu.paging() && format == TSS32) {
      cpu.controlRegisters.writeCr3(cr3);
    }
    System.arraycopy(registers, 0, cpu.gpr, 0, 8);
    cpu.eip = eip;
    cpu.instructionEip = eip;
    cpu.setFlags(flags, format == TSS32 ? ~0 : 0xffff);
    if (format == TSS16) {
      cpu.setFlags(0, Eflags.VM | Eflags.RF);
    }
    loadSegments(ldt, selectors);
    cpu.farTransfer.requireWithin(eip, cpu.cs.limit);
  }

  /** Writes the registers into the TSS that TR holds; its busy bit stays set only when nesting. */
  private void saveCurrent(Cause cause, int addedFlags) {
    Format format = cpu.taskState.is32() ? TSS32 : TSS16;
    int base = cpu.tr.base;
    int last = base + format.segments + format.segmentCount * format.width - 1;
    if (cpu.paging()) {
      cpu.paging.forWriteAs(base + format.eip, false);
      cpu.paging.forWriteAs(last, false);
    }
    if (cause != Cause.NEST) {
      cpu.descriptorTables.require(cpu.tr.selector, CpuException.TS, previous);
      cpu.descriptorTables.markBusy(previous, false);
    }
    int flags = cpu.flags.get() | addedFlags;
    if (cause == Cause.RETURN) {
      flags &= ~Eflags.NT;
    }
    format.store(cpu, base + format.eip, cpu.eip);
    format.store(cpu, base + format.eip + format.width, flags);
    for (int i = 0; i < 8; i++) {
      format.store(cpu, base + format.registers + i * format.width, cpu.gpr[i]);
    }
    for (int i = 0; i < format.segmentCount; i++) {
      int at = base + format.segments + i * format.width;
      cpu.loadStore.systemStore16(at, cpu.segments[i].selector);
    }
  }

  /** Visible selectors first, then the hidden parts, each with its checks. */
  private void loadSegments(int ldt, int[] selectors) {
    for (int i = 0; i < 6; i++) {
      cpu.segmentLoad.loadNull(cpu.segments[i], selectors[i]);
    }
    cpu.ldtr.selector = ldt;
    cpu.ldtr.usable = false;
    if (cpu.virtual8086()) {
      cpu.setCpl(3);
      for (int i = 0; i < 6; i++) {
        cpu.segmentLoad.loadReal(cpu.segments[i], selectors[i]);
      }
      DescriptorInstructions.loadLdtr(cpu, ldt, CpuException.TS, CpuException.TS);
      return;
    }
    int cs = selectors[SegmentRegister.CS];
    cpu.setCpl(cs & 3);
    DescriptorInstructions.loadLdtr(cpu, ldt, CpuException.TS, CpuException.TS);
    loadCode(cs);
    cpu.segmentLoad.checkStackSegment(
        selectors[SegmentRegister.SS], cpu.cpl, CpuException.TS, loaded);
    cpu.descriptorTables.markAccessed(loaded);
    loaded.loadInto(cpu.ss, selectors[SegmentRegister.SS]);
    for (int i = 0; i < 6; i++) {
      if (i != SegmentRegister.CS && i != SegmentRegister.SS) {
        cpu.segmentLoad.loadDataSegment(cpu.segments[i], selectors[i], cpu.cpl, CpuException.TS);
      }
    }
  }

  private void loadCode(int selector) {
    if ((selector & 0xfffc) == 0) {
      throw cpu.selectorFault(CpuException.TS, 0);
    }
    cpu.descriptorTables.require(selector, CpuException.TS, loaded);
    int rpl = selector & 3;
    boolean fits = loaded.isConforming() ? loaded.dpl() <= rpl : loaded.dpl() == rpl;
    if (!loaded.isCode() || !fits) {
      throw cpu.selectorFault(CpuException.TS, selector);
    }
    if (!loaded.present()) {
      throw cpu.selectorFault(CpuException.NP, selector);
    }
    cpu.descriptorTables.markAccessed(loaded);
    loaded.loadInto(cpu.cs, selector);
  }

  /** The T bit of the new TSS: #DB before the new task's first instruction. */
  private void trapIfAsked() {
    if (cpu.taskState.is32() && (cpu.loadStore.systemLoad16(cpu.tr.base + TRAP_FIELD) & 1) != 0) {
      cpu.interrupts.debugTrap(DR6_BT);
    }
  }
}
