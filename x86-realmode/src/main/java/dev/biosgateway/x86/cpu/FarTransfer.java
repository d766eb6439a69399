package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * Far JMP, CALL and RET: transfers that load CS, straight, through call gates and to other rings
 * (SDM vol. 3, 5.8, and vol. 2, "Operation" of each).
 */
final class FarTransfer {
  private final Cpu cpu;
  private final DescriptorTables tables;
  private final Descriptor descriptor = new Descriptor();
  private final Descriptor target = new Descriptor();
  private final Descriptor stackSegment = new Descriptor();

  FarTransfer(Cpu cpu) {
    this.cpu = cpu;
    this.tables = cpu.descriptorTables;
  }

  // ---- handlers

  /** EA: JMP ptr16:16, ptr16:32. */
  static void jmpPointer(Cpu cpu, Insn insn) {
    cpu.farTransfer.jump(insn.imm2, insn.imm, insn.is32());
  }

  /** FF /5: JMP m16:16, m16:32. */
  static void jmpMemory(Cpu cpu, Insn insn) {
    int offset = pointerOffset(cpu, insn);
    cpu.farTransfer.jump(pointerSelector(cpu, insn), offset, insn.is32());
  }

  /** 9A: CALL ptr16:16, ptr16:32. */
  static void callPointer(Cpu cpu, Insn insn) {
    cpu.farTransfer.call(insn.imm2, insn.imm, insn.is32());
  }

  /** FF /3: CALL m16:16, m16:32. */
  static void callMemory(Cpu cpu, Insn insn) {
    int offset = pointerOffset(cpu, insn);
    cpu.farTransfer.call(pointerSelector(cpu, insn), offset, insn.is32());
  }

  /** CA, CB: RETF with and without bytes to release. */
  static void ret(Cpu cpu, Insn insn) {
    cpu.farTransfer.farReturn(insn.imm & 0xffff, insn.is32());
  }

  /** The offset of a far pointer in memory. */
  static int pointerOffset(Cpu cpu, Insn insn) {
    int at = insn.address(cpu.gpr);
    return insn.is32()
        ? cpu.loadStore.load32(insn.segment, at)
        : cpu.loadStore.load16(insn.segment, at);
  }

  /** The selector of a far pointer in memory, which follows the offset. */
  static int pointerSelector(Cpu cpu, Insn insn) {
    int at = insn.address(cpu.gpr) + (insn.operandSize >> 3) & insn.addressMask;
    return cpu.loadStore.load16(insn.segment, at);
  }

  // ---- JMP

  /** JMP {@code selector:offset}. */
  void jump(int selector, int offset, boolean operand32) {
    int to = operand32 ? offset : offset & 0xffff;
    if (!cpu.protectedMode() || cpu.virtual8086()) {
      requireWithin(to, cpu.cs.limit);
      cpu.segmentLoad.loadReal(cpu.cs, selector);
      cpu.eip = to;
      return;
    }
    Descriptor d = descriptor;
    fetch(selector, d);
    if (d.isSegment()) {
      checkCode(d);
      requireWithin(to, d.limit());
      enterSameRing(d, to);
      return;
    }
    checkSystemDescriptor(d);
    if (d.systemType() == Descriptor.CALL_GATE16 || d.systemType() == Descriptor.CALL_GATE32) {
      fetch(d.gateSelector(), target);
      checkCodeBehindGate(target);
      if (!target.isConforming() && target.dpl() != cpu.cpl) {
        throw cpu.selectorFault(CpuException.GP, target.selector);
      }
      requirePresent(target);
      requireWithin(d.gateOffset(), target.limit());
      enterSameRing(target, d.gateOffset());
    } else {
      switchTask(d, false);
    }
  }

  // ---- CALL

  /** CALL {@code selector:offset}. */
  void call(int selector, int offset, boolean operand32) {
    int to = operand32 ? offset : offset & 0xffff;
    FrameStack stack = cpu.frame.current();
    if (!cpu.protectedMode() || cpu.virtual8086()) {
      requireWithin(to, cpu.cs.limit);
      pushReturn(stack, operand32);
      stack.commit();
      cpu.segmentLoad.loadReal(cpu.cs, selector);
      cpu.eip = to;
      return;
    }
    Descriptor d = descriptor;
    fetch(selector, d);
    if (d.isSegment()) {
      checkCode(d);
      // When the second push or the limit fails, bytes are written but the pointer has not moved:
      // so does silicon.
      pushReturn(stack, operand32);
      requireWithin(to, d.limit());
      enterSameRing(d, to);
      stack.commit();
      return;
    }
    checkSystemDescriptor(d);
    if (d.systemType() == Descriptor.CALL_GATE16 || d.systemType() == Descriptor.CALL_GATE32) {
      callGate(d);
    } else {
      switchTask(d, true);
    }
  }

  private void callGate(Descriptor gate) {
    boolean wide = gate.gateIs32();
    int to = gate.gateOffset();
    fetch(gate.gateSelector(), target);
    checkCodeBehindGate(target);
    requirePresent(target);
    if (target.isConforming() || target.dpl() == cpu.cpl) {
      FrameStack stack = cpu.frame.current();
      pushReturn(stack, wide);
      requireWithin(to, target.limit());
      enterSameRing(target, to);
      stack.commit();
    } else {
      callInnerRing(gate, to, wide);
    }
  }

  /** A call gate to a more privileged ring: the stack of that ring, parameters copied. */
  private void callInnerRing(Descriptor gate, int to, boolean wide) {
    int ring = target.dpl();
    int newEsp = cpu.taskState.innerStack(ring, stackSegment);
    int count = gate.gateParameters();
    int[] parameters = new int[count];
    FrameStack old = cpu.frame.current();
    for (int i = 0; i < count; i++) {
      parameters[i] = old.peek(i * (wide ? 4 : 2), wide);
    }
    FrameStack stack = cpu.frame.other(stackSegment, newEsp, ring);
    stack.reserve(4 + count, wide);
    requireWithin(to, target.limit());
    stack.push(cpu.ss.selector, wide);
    stack.push(cpu.gpr[Cpu.ESP], wide);
    for (int i = count - 1; i >= 0; i--) {
      stack.push(parameters[i], wide);
    }
    pushReturn(stack, wide);
    tables.markAccessed(stackSegment);
    tables.markAccessed(target);
    cpu.setCpl(ring);
    target.loadInto(cpu.cs, target.selector & 0xfffc | ring);
    cpu.eip = to;
    stackSegment.loadInto(cpu.ss, stackSegment.selector);
    stack.commit();
  }

  private void pushReturn(FrameStack stack, boolean wide) {
    stack.push(cpu.cs.selector, wide);
    stack.push(cpu.eip, wide);
  }

  // ---- RET

  /** RETF: to the same or an outer ring, releasing {@code bytes} of parameters. */
  void farReturn(int bytes, boolean operand32) {
    int size = operand32 ? 4 : 2;
    FrameStack stack = cpu.frame.current();
    // Read from the top down, as IRET does.
    int selector = stack.peek(size, operand32) & 0xffff;
    int to = stack.peek(0, operand32);
    if (!cpu.protectedMode() || cpu.virtual8086()) {
      requireWithin(to, cpu.cs.limit);
      stack.release(2 * size + bytes);
      stack.commit();
      cpu.segmentLoad.loadReal(cpu.cs, selector);
      cpu.eip = to;
      return;
    }
    checkReturnCode(selector, target);
    if ((selector & 3) == cpu.cpl) {
      requireWithin(to, target.limit());
      stack.release(2 * size + bytes);
      enterSameRing(target, to);
      stack.commit();
      return;
    }
    int newEsp = stack.peek(2 * size + bytes, operand32);
    int newSs = stack.peek(3 * size + bytes, operand32) & 0xffff;
    cpu.segmentLoad.checkStackSegment(newSs, selector & 3, CpuException.GP, stackSegment);
    requireWithin(to, target.limit());
    enterOuterRing(target, to, stackSegment, newEsp + bytes);
  }

  /** The checks of the CS that RETF and IRET find on the stack. */
  void checkReturnCode(int selector, Descriptor d) {
    fetch(selector, d);
    int rpl = selector & 3;
    boolean fits = d.isConforming() ? d.dpl() <= rpl : d.dpl() == rpl;
    if (!d.isCode() || rpl < cpu.cpl || !fits) {
      throw cpu.selectorFault(CpuException.GP, selector);
    }
    requirePresent(d);
  }

  /** Loads CS and SS of a less privileged ring and takes away what that ring may not use. */
  void enterOuterRing(Descriptor code, int to, Descriptor ss, int newEsp) {
    tables.markAccessed(code);
    tables.markAccessed(ss);
    cpu.setCpl(code.rpl());
    code.loadInto(cpu.cs, code.selector);
    cpu.eip = to;
    ss.loadInto(cpu.ss, ss.selector);
    cpu.gpr[Cpu.ESP] = ss.isBig() ? newEsp : cpu.gpr[Cpu.ESP] & 0xffff0000 | newEsp & 0xffff;
    for (SegmentRegister s : cpu.segments) {
      boolean conforming = (s.rights & 0x1c) == 0x1c;
      if (s != cpu.cs && s != cpu.ss && s.usable && !conforming && s.dpl() < cpu.cpl) {
        cpu.segmentLoad.loadNull(s, 0);
      }
    }
  }

  /** Loads CS with a descriptor that passed its checks; CPL stays. */
  void enterSameRing(Descriptor code, int to) {
    tables.markAccessed(code);
    code.loadInto(cpu.cs, code.selector & 0xfffc | cpu.cpl);
    cpu.eip = to;
  }

  // ---- checks

  private void fetch(int selector, Descriptor d) {
    if ((selector & 0xfffc) == 0) {
      throw cpu.selectorFault(CpuException.GP, 0);
    }
    tables.require(selector, CpuException.GP, d);
  }

  /** A code segment that JMP and CALL name themselves. */
  private void checkCode(Descriptor d) {
    boolean fits = d.isConforming() ? d.dpl() <= cpu.cpl : d.dpl() == cpu.cpl && d.rpl() <= cpu.cpl;
    if (!d.isCode() || !fits) {
      throw cpu.selectorFault(CpuException.GP, d.selector);
    }
    requirePresent(d);
  }

  /** Call gate, task gate or available TSS, with enough privilege to be named. */
  private void checkSystemDescriptor(Descriptor d) {
    int type = d.systemType();
    boolean known =
        type == Descriptor.CALL_GATE16
            || type == Descriptor.CALL_GATE32
            || type == Descriptor.TASK_GATE
            || d.isAvailableTss();
    if (!known || d.dpl() < cpu.cpl || d.dpl() < d.rpl()) {
      throw cpu.selectorFault(CpuException.GP, d.selector);
    }
    requirePresent(d);
  }

  private void checkCodeBehindGate(Descriptor d) {
    if (!d.isCode() || d.dpl() > cpu.cpl) {
      throw cpu.selectorFault(CpuException.GP, d.selector);
    }
  }

  private void requirePresent(Descriptor d) {
    if (!d.present()) {
      throw cpu.selectorFault(CpuException.NP, d.selector);
    }
  }

  void requireWithin(int offset, int limit) {
    if (Integer.compareUnsigned(offset, limit) > 0) {
      throw cpu.selectorFault(CpuException.GP, 0);
    }
  }

  private void switchTask(Descriptor d, boolean nested) {
    if (d.systemType() == Descriptor.TASK_GATE) {
      cpu.taskSwitch.throughGate(d.gateSelector(), nested);
    } else {
      cpu.taskSwitch.toTss(d.selector, nested);
    }
  }
}
