package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;

/**
 * Loads of ES, SS, DS, FS and GS (SDM vol. 2, MOV "Operation", and vol. 3, 5.5 "Privilege Levels",
 * 5.7). CS is loaded by far transfers only.
 */
public final class SegmentLoad {
  /** Access rights a load in real mode leaves: present, DPL 0, writable data, accessed. */
  static final int REAL_RIGHTS = 0x93;

  /** The same at DPL 3, for virtual-8086 mode. */
  static final int VIRTUAL_RIGHTS = 0xf3;

  private final Cpu cpu;
  private final DescriptorTables tables;
  private final Descriptor descriptor = new Descriptor();

  SegmentLoad(Cpu cpu) {
    this.cpu = cpu;
    this.tables = cpu.descriptorTables;
  }

  // ---- handlers

  /** 8E: MOV Sreg, r/m16; only the 8086 loads CS by it. */
  static void moveToSegment(Cpu cpu, Insn insn) {
    boolean intoCs = insn.dst == SegmentRegister.CS && cpu.model.isAtLeast(CpuModel.I80286);
    if (intoCs || insn.dst > SegmentRegister.GS) {
      throw cpu.exception(CpuException.UD);
    }
    cpu.segmentLoad.move(insn.dst, DescriptorInstructions.loadWord(cpu, insn, insn.src));
  }

  /** 07, 17, 1F, 0F A1, 0F A9: POP Sreg; reads a word and moves the pointer by the operand size. */
  static void pop(Cpu cpu, Insn insn) {
    FrameStack stack = cpu.frame.current();
    int selector = stack.peek(0, false);
    stack.release(insn.operandSize >> 3);
    cpu.segmentLoad.move(insn.dst, selector);
    stack.commit();
  }

  /** C5, C4, 0F B2, 0F B4, 0F B5: LDS, LES, LSS, LFS, LGS. */
  static Operation loadPointer(int segment) {
    return (cpu, insn) -> {
      int offset = FarTransfer.pointerOffset(cpu, insn);
      cpu.segmentLoad.load(segment, FarTransfer.pointerSelector(cpu, insn));
      if (insn.is32()) {
        cpu.gpr[insn.dst] = offset;
      } else {
        cpu.setReg16(insn.dst, offset);
      }
    };
  }

  // ---- the loads

  /**
   * Loads a segment register as MOV and POP do: after SS the instruction that loads ESP can follow
   * undisturbed (SDM vol. 3, 6.8.3).
   *
   * @throws CpuException as {@link #load}
   */
  public void move(int segment, int selector) {
    load(segment, selector);
    if (segment == SegmentRegister.SS) {
      cpu.interrupts.beginShadow(true);
    }
  }

  /**
   * Loads a segment register.
   *
   * @throws CpuException #GP, #NP or #SS with the selector, before anything is changed
   */
  public void load(int segment, int selector) {
    if (!cpu.protectedMode() || cpu.virtual8086()) {
      loadReal(cpu.segments[segment], selector);
    } else if (segment == SegmentRegister.SS) {
      loadStackSegment(selector & 0xffff);
    } else {
      loadDataSegment(cpu.segments[segment], selector & 0xffff, cpu.cpl, CpuException.GP);
    }
  }

  /**
   * Real and virtual-8086 mode: base = selector * 16. In real mode limit and D/B stay as they are
   * ("unreal" mode); virtual-8086 mode sets them (SDM vol. 3, 20.1.1 and 20.2.1).
   */
  void loadReal(SegmentRegister s, int selector) {
    s.selector = selector & 0xffff;
    s.base = s.selector << 4;
    boolean virtual = cpu.virtual8086();
    int limit = virtual ? 0xffff : s.limit;
    int rights = virtual ? VIRTUAL_RIGHTS : s.rights & 0xff00 | REAL_RIGHTS;
    if (s.usable && s.rights == rights && s.limit == limit) {
      return; // nothing that is derived from it changes, as with almost every load
    }
    s.usable = true;
    s.limit = limit;
    s.rights = rights;
    s.derive();
  }

  /** Makes a data segment register null, as loading selector 0 to 3 does. */
  void loadNull(SegmentRegister s, int selector) {
    s.selector = selector;
    s.usable = false;
    s.derive();
  }

  /**
   * ES, DS, FS, GS with the checks for {@code cpl}; a selector that fails raises {@code vector}.
   */
  void loadDataSegment(SegmentRegister s, int selector, int cpl, int vector) {
    if ((selector & 0xfffc) == 0) {
      loadNull(s, selector);
      return;
    }
    Descriptor d = descriptor;
    tables.require(selector, vector, d);
    if (!d.isReadable()) {
      throw cpu.selectorFault(vector, selector);
    }
    if (!d.isConforming() && (d.rpl() > d.dpl() || cpl > d.dpl())) {
      throw cpu.selectorFault(vector, selector);
    }
    if (!d.present()) {
      throw cpu.selectorFault(CpuException.NP, selector);
    }
    tables.markAccessed(d);
    d.loadInto(s, selector);
  }

  private void loadStackSegment(int selector) {
    Descriptor d = descriptor;
    checkStackSegment(selector, cpu.cpl, CpuException.GP, d);
    tables.markAccessed(d);
    d.loadInto(cpu.ss, selector);
  }

  /**
   * The checks of a stack segment for privilege {@code cpl}; reads the descriptor, changes nothing.
   *
   * @param vector what a selector that does not fit raises: #GP for loads and returns, #TS when the
   *     selector came from a TSS
   * @throws CpuException {@code vector}, or #SS when not present
   */
  void checkStackSegment(int selector, int cpl, int vector, Descriptor d) {
    if ((selector & 0xfffc) == 0) {
      throw cpu.selectorFault(vector, 0);
    }
    tables.require(selector, vector, d);
    if (d.rpl() != cpl || !d.isWritableData() || d.dpl() != cpl) {
      throw cpu.selectorFault(vector, selector);
    }
    if (!d.present()) {
      throw cpu.selectorFault(CpuException.SS, selector);
    }
  }
}
