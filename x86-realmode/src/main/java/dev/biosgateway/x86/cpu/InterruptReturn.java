package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * IRET: to the same ring, an outer ring, virtual-8086 mode or the task before (SDM vol. 2, IRET
 * "Operation").
 */
final class InterruptReturn {
  /** What every IRET may change, with a 16-bit and with a 32-bit operand. */
  static final int FLAGS_16 = Eflags.ARITHMETIC | Eflags.TF | Eflags.DF | Eflags.NT;

  private static final int FLAGS_32 = FLAGS_16 | Eflags.RF | Eflags.AC | Eflags.ID;

  private final Cpu cpu;
  private final Descriptor code = new Descriptor();
  private final Descriptor stackSegment = new Descriptor();

  InterruptReturn(Cpu cpu) {
    this.cpu = cpu;
  }

  /** CF: IRET, IRETD. */
  static void iret(Cpu cpu, Insn insn) {
    if (!cpu.interrupts.returnNear(insn.is32())) {
      cpu.interruptReturn.execute(insn.is32());
    }
  }

  void execute(boolean operand32) {
    if (!cpu.protectedMode()) {
      returnReal(operand32, Eflags.IF | Eflags.IOPL);
    } else if (cpu.virtual8086()) {
      returnInVirtual8086(operand32);
    } else if ((cpu.flags.system & Eflags.NT) != 0) {
      cpu.taskSwitch.backToPrevious();
    } else {
      returnProtected(operand32);
    }
    cpu.interrupts.unblockNmi();
  }

  private void returnReal(boolean operand32, int privilegedFlags) {
    FrameStack stack = cpu.frame.current();
    int to = stack.pop(operand32);
    int selector = stack.pop(operand32) & 0xffff;
    int flags = stack.pop(operand32);
    cpu.farTransfer.requireWithin(to, cpu.cs.limit);
    stack.commit();
    cpu.segmentLoad.loadReal(cpu.cs, selector);
    cpu.eip = to;
    cpu.setFlags(flags, (operand32 ? FLAGS_32 : FLAGS_16) | privilegedFlags);
  }

  /** SDM vol. 3, 20.2.7 and 20.3: IOPL guards it, CR4.VME lets VIF stand for IF. */
  private void returnInVirtual8086(boolean operand32) {
    if (cpu.flags.iopl() == 3) {
      returnReal(operand32, Eflags.IF);
      return;
    }
    if ((cpu.cr4 & Cpu.CR4_VME) == 0 || operand32) {
      throw cpu.exception(CpuException.GP, 0);
    }
    FrameStack stack = cpu.frame.current();
    int to = stack.pop(false);
    int selector = stack.pop(false);
    int flags = stack.pop(false);
    boolean setsVif = (flags & Eflags.IF) != 0;
    boolean pending = (cpu.flags.system & Eflags.VIP) != 0;
    if (setsVif && pending || (flags & Eflags.TF) != 0) {
      throw cpu.exception(CpuException.GP, 0);
    }
    cpu.farTransfer.requireWithin(to, cpu.cs.limit);
    stack.commit();
    cpu.segmentLoad.loadReal(cpu.cs, selector);
    cpu.eip = to;
    cpu.setFlags(flags | (setsVif ? Eflags.VIF : 0), FLAGS_16 | Eflags.VIF);
  }

  private void returnProtected(boolean operand32) {
    FrameStack stack = cpu.frame.current();
    int size = operand32 ? 4 : 2;
    // Read from the top down, which shows in CR2 of a page fault.
    int flags = stack.peek(2 * size, operand32);
    int selector = stack.peek(size, operand32) & 0xffff;
    int to = stack.peek(0, operand32);
    if (operand32 && (flags & Eflags.VM) != 0 && cpu.cpl == 0) {
      returnToVirtual8086(stack, to, selector, flags);
      return;
    }
    cpu.farTransfer.checkReturnCode(selector, code);
    int mask = protectedFlags(cpu, operand32);
    if ((selector & 3) == cpu.cpl) {
      cpu.farTransfer.requireWithin(to, code.limit());
      stack.release(3 * size);
      cpu.farTransfer.enterSameRing(code, to);
      stack.commit();
    } else {
      int newEsp = stack.peek(3 * size, operand32);
      int newSs = stack.peek(4 * size, operand32) & 0xffff;
      cpu.segmentLoad.checkStackSegment(newSs, selector & 3, CpuException.GP, stackSegment);
      cpu.farTransfer.requireWithin(to, code.limit());
      cpu.farTransfer.enterOuterRing(code, to, stackSegment, newEsp);
    }
    cpu.setFlags(flags, mask);
  }

  /** The flags that an IRET may change that begins in this ring of protected mode. */
  static int protectedFlags(Cpu cpu, boolean operand32) {
    int mask = operand32 ? FLAGS_32 : FLAGS_16;
    if (cpu.cpl <= cpu.flags.iopl()) {
      mask |= Eflags.IF;
    }
    if (cpu.cpl == 0) {
      mask |= Eflags.IOPL | (operand32 ? Eflags.VIF | Eflags.VIP : 0);
    }
    return mask;
  }

  private void returnToVirtual8086(FrameStack stack, int to, int selector, int flags) {
    stack.release(12);
    int esp = stack.pop(true);
    int newSs = stack.pop(true);
    int es = stack.pop(true);
    int ds = stack.pop(true);
    int fs = stack.pop(true);
    int gs = stack.pop(true);
    cpu.farTransfer.requireWithin(to, 0xffff);
    cpu.setFlags(flags, ~0);
    cpu.setCpl(3);
    SegmentRegister[] s = cpu.segments;
    cpu.segmentLoad.loadReal(cpu.cs, selector);
    cpu.segmentLoad.loadReal(cpu.ss, newSs);
    cpu.segmentLoad.loadReal(s[SegmentRegister.ES], es);
    cpu.segmentLoad.loadReal(s[SegmentRegister.DS], ds);
    cpu.segmentLoad.loadReal(s[SegmentRegister.FS], fs);
    cpu.segmentLoad.loadReal(s[SegmentRegister.GS], gs);
    cpu.eip = to;
    cpu.gpr[Cpu.ESP] = esp;
  }
}
