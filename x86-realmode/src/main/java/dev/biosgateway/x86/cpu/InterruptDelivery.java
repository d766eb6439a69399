package dev.biosgateway.x86.cpu;

/**
 * The way of an exception or interrupt to its handler: through the vector table in real mode (SDM
 * vol. 3, 20.1.4), through the IDT in protected and virtual-8086 mode (6.11 to 6.14, 20.3). Either
 * the handler is reached, or an exception says why not and nothing has changed.
 */
final class InterruptDelivery {
  /** Where an event comes from, which decides about DPL checks, error codes and EXT. */
  enum Source {
    /** A fault or trap that the CPU detected. */
    EXCEPTION,
    /** INT n, INT3, INTO: the gate's DPL is checked. */
    SOFTWARE,
    /** INT n of a virtual-8086 program that CR4.VME sends to its own vector table. */
    REDIRECTED,
    /** INTR, NMI, and ICEBP, which is exempt from the DPL check too. */
    EXTERNAL;

    /** Asked for by INT n, INT3 or INTO. */
    boolean isInstruction() {
      return this == SOFTWARE || this == REDIRECTED;
    }
  }

  private static final int[] DATA_SEGMENTS = {
    SegmentRegister.ES, SegmentRegister.DS, SegmentRegister.FS, SegmentRegister.GS
  };

  private final Cpu cpu;
  private final Descriptor gate = new Descriptor();
  private final Descriptor code = new Descriptor();
  private final Descriptor stackSegment = new Descriptor();

  InterruptDelivery(Cpu cpu) {
    this.cpu = cpu;
  }

  /**
   * Goes to the handler of {@code vector}.
   *
   * @param errorCode pushed in protected mode when {@code hasErrorCode}
   * @param returnEip the offset to come back to
   */
  void deliver(int vector, Source source, boolean hasErrorCode, int errorCode, int returnEip) {
    cpu.deliveryExt = source.isInstruction() ? 0 : 1;
    try {
      if (source == Source.REDIRECTED) {
        throughVirtualVectorTable(vector, returnEip);
      } else if (cpu.protectedMode()) {
        throughIdt(vector, source, hasErrorCode, errorCode, returnEip);
      } else {
        throughVectorTable(vector, returnEip);
      }
    } finally {
      cpu.deliveryExt = 0;
    }
  }

  // ---- real mode

  private void throughVectorTable(int vector, int returnEip) {
    if (vector * 4 + 3 > cpu.idtrLimit) {
      throw cpu.selectorFault(CpuException.GP, 0);
    }
    FrameStack stack = cpu.frame.current();
    stack.reserve(3, false);
    int entry = cpu.loadStore.systemLoad32(cpu.idtrBase + vector * 4);
    int offset = entry & 0xffff;
    if (Integer.compareUnsigned(offset, cpu.cs.limit) > 0) {
      throw cpu.selectorFault(CpuException.GP, 0);
    }
    stack.push(cpu.flags.get(), false);
    stack.push(cpu.cs.selector, false);
    stack.push(returnEip, false);
    stack.commit();
    cpu.flags.system &= ~(Eflags.IF | Eflags.TF | Eflags.AC | Eflags.RF);
    cpu.segmentLoad.loadReal(cpu.cs, entry >>> 16);
    cpu.eip = offset;
  }

  // ---- virtual-8086 mode

  private void throughVirtualVectorTable(int vector, int returnEip) {
    boolean iopl3 = cpu.flags.iopl() == 3;
    FrameStack stack = cpu.frame.current();
    stack.reserve(3, false);
    int entry = cpu.loadStore.linear32As(vector * 4, true);
    int pushed = cpu.flags.get();
    if (!iopl3) {
      // VIF stands for IF in the image, and IOPL is shown as 3.
      pushed = pushed & ~Eflags.IF | (pushed & Eflags.VIF) >>> 10 | Eflags.IOPL;
    }
    stack.push(pushed, false);
    stack.push(cpu.cs.selector, false);
    stack.push(returnEip, false);
    stack.commit();
    cpu.flags.system &= ~(Eflags.TF | Eflags.RF | (iopl3 ? Eflags.IF : Eflags.VIF));
    cpu.segmentLoad.loadReal(cpu.cs, entry >>> 16);
    cpu.eip = entry & 0xffff;
  }

  // ---- protected mode

  private void throughIdt(
      int vector, Source source, boolean hasErrorCode, int errorCode, int returnEip) {
    int gateError = vector * 8 + 2;
    if (!cpu.descriptorTables.findGate(vector, gate)) {
      throw cpu.gateFault(CpuException.GP, gateError);
    }
    int type = gate.systemType();
    boolean isGate =
        type == Descriptor.TASK_GATE
            || type == Descriptor.INTERRUPT_GATE16
            || type == Descriptor.TRAP_GATE16
            || type == Descriptor.INTERRUPT_GATE32
            || type == Descriptor.TRAP_GATE32;
    if (!isGate || source == Source.SOFTWARE && gate.dpl() < cpu.cpl) {
      throw cpu.gateFault(CpuException.GP, gateError);
    }
    if (!gate.present()) {
      throw cpu.gateFault(CpuException.NP, gateError);
    }
    int pushedFlags = cpu.flags.get();
    boolean betweenPasses = !source.isInstruction() && cpu.retirement.suspended();
    if (source == Source.EXCEPTION && isFault(vector) || betweenPasses) {
      pushedFlags |= Eflags.RF;
    }
    if (type == Descriptor.TASK_GATE) {
      cpu.eip = returnEip;
      cpu.taskSwitch.throughInterrupt(
          gate.gateSelector(), (pushedFlags & Eflags.RF) != 0, hasErrorCode, errorCode);
      return;
    }
    checkHandler();
    int target = code.isConforming() ? cpu.cpl : code.dpl();
    if (target == cpu.cpl && !cpu.virtual8086()) {
      sameRing(pushedFlags, hasErrorCode, errorCode, returnEip);
    } else {
      if (cpu.virtual8086() && target != 0) {
        throw cpu.selectorFault(CpuException.GP, code.selector);
      }
      innerRing(target, pushedFlags, hasErrorCode, errorCode, returnEip);
    }
    boolean interruptGate =
        type == Descriptor.INTERRUPT_GATE16 || type == Descriptor.INTERRUPT_GATE32;
    cpu.flags.system &=
        ~(Eflags.TF | Eflags.NT | Eflags.VM | Eflags.RF | (interruptGate ? Eflags.IF : 0));
  }

  /**
   * Faults, and whatever comes between two passes of REP, push RF = 1, so that an instruction
   * breakpoint does not hit again on return. All else pushes RF as it is; so does the fault of an
   * instruction breakpoint, whose handler sets it (SDM vol. 3, 17.3.1.1).
   */
  private static boolean isFault(int vector) {
    return switch (vector) {
      case CpuException.DB, CpuException.NMI, CpuException.BP, CpuException.OF -> false;
      case CpuException.DF, CpuException.MC -> false;
      default -> true;
    };
  }

  private void checkHandler() {
    int selector = gate.gateSelector();
    if ((selector & 0xfffc) == 0) {
      throw cpu.selectorFault(CpuException.GP, 0);
    }
    cpu.descriptorTables.require(selector, CpuException.GP, code);
    if (!code.isCode() || code.dpl() > cpu.cpl) {
      throw cpu.selectorFault(CpuException.GP, selector);
    }
    if (!code.present()) {
      throw cpu.selectorFault(CpuException.NP, selector);
    }
  }

  private void sameRing(int pushedFlags, boolean hasErrorCode, int errorCode, int returnEip) {
    boolean wide = gate.gateIs32();
    FrameStack stack = cpu.frame.current();
    stack.reserve(hasErrorCode ? 4 : 3, wide);
    checkOffset();
    pushReturn(stack, pushedFlags, hasErrorCode, errorCode, returnEip);
    stack.commit();
    enter(cpu.cpl);
  }

  private void innerRing(
      int target, int pushedFlags, boolean hasErrorCode, int errorCode, int returnEip) {
    boolean wide = gate.gateIs32();
    boolean fromVirtual = cpu.virtual8086();
    int newEsp = cpu.taskState.innerStack(target, stackSegment);
    FrameStack stack = cpu.frame.other(stackSegment, newEsp, target);
    stack.reserve(5 + (fromVirtual ? 4 : 0) + (hasErrorCode ? 1 : 0), wide);
    checkOffset();
    if (fromVirtual) {
      stack.push(cpu.segments[SegmentRegister.GS].selector, wide);
      stack.push(cpu.segments[SegmentRegister.FS].selector, wide);
      stack.push(cpu.segments[SegmentRegister.DS].selector, wide);
      stack.push(cpu.segments[SegmentRegister.ES].selector, wide);
    }
    stack.push(cpu.ss.selector, wide);
    stack.push(cpu.gpr[Cpu.ESP], wide);
    pushReturn(stack, pushedFlags, hasErrorCode, errorCode, returnEip);
    cpu.descriptorTables.markAccessed(stackSegment);
    enter(target);
    stackSegment.loadInto(cpu.ss, stackSegment.selector);
    stack.commit();
    if (fromVirtual) {
      cpu.flags.system &= ~Eflags.VM;
      for (int s : DATA_SEGMENTS) {
        cpu.segmentLoad.loadNull(cpu.segments[s], 0);
      }
    }
  }

  private void checkOffset() {
    if (Integer.compareUnsigned(gate.gateOffset(), code.limit()) > 0) {
      throw cpu.selectorFault(CpuException.GP, 0);
    }
  }

  private void pushReturn(
      FrameStack stack, int pushedFlags, boolean hasErrorCode, int errorCode, int returnEip) {
    boolean wide = gate.gateIs32();
    stack.push(pushedFlags, wide);
    stack.push(cpu.cs.selector, wide);
    stack.push(returnEip, wide);
    if (hasErrorCode) {
      stack.push(errorCode, wide);
    }
  }

  private void enter(int newCpl) {
    cpu.descriptorTables.markAccessed(code);
    if (newCpl != cpu.cpl) {
      cpu.setCpl(newCpl);
    }
    code.loadInto(cpu.cs, code.selector & 0xfffc | newCpl);
    cpu.eip = gate.gateOffset();
  }
}
