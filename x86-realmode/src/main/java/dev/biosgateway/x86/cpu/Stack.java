package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * PUSH, POP, PUSHA, POPA, ENTER, LEAVE. (E)SP moves only after the access has succeeded; its width
 * is the B bit of SS, that of the item the operand size (SDM vol. 1, 6.2).
 */
final class Stack {
  private Stack() {}

  // ---- one item of operand size

  static void push(Cpu c, Insn i, int value) {
    if (i.is32()) {
      push32(c, value);
    } else {
      push16(c, value);
    }
  }

  static void push32(Cpu c, int value) {
    int esp = c.gpr[Cpu.ESP];
    if (c.ss.big()) {
      c.loadStore.store32(c.ss, esp - 4, value);
      c.gpr[Cpu.ESP] = esp - 4;
    } else {
      c.loadStore.store32(c.ss, esp - 4 & 0xffff, value);
      c.gpr[Cpu.ESP] = esp & 0xffff0000 | esp - 4 & 0xffff;
    }
  }

  static void push16(Cpu c, int value) {
    int esp = c.gpr[Cpu.ESP];
    if (c.ss.big()) {
      c.loadStore.store16(c.ss, esp - 2, value);
      c.gpr[Cpu.ESP] = esp - 2;
    } else {
      c.loadStore.store16(c.ss, esp - 2 & 0xffff, value);
      c.gpr[Cpu.ESP] = esp & 0xffff0000 | esp - 2 & 0xffff;
    }
  }

  /** The item on top; the pointer stays. */
  static int peek(Cpu c, Insn i) {
    int offset = c.ss.big() ? c.gpr[Cpu.ESP] : c.gpr[Cpu.ESP] & 0xffff;
    return i.is32() ? c.loadStore.load32(c.ss, offset) : c.loadStore.load16(c.ss, offset);
  }

  /** Moves the pointer past one item. */
  static void drop(Cpu c, Insn i) {
    release(c, i.operandSize >> 3);
  }

  /** Moves the pointer up by {@code bytes}. */
  static void release(Cpu c, int bytes) {
    c.gpr[Cpu.ESP] = moved(c, c.gpr[Cpu.ESP], bytes);
  }

  /** A stack pointer moved within its width. */
  static int moved(Cpu c, int pointer, int by) {
    return c.ss.big() ? pointer + by : pointer & 0xffff0000 | pointer + by & 0xffff;
  }

  private static int offset(Cpu c, int pointer) {
    return c.ss.big() ? pointer : pointer & 0xffff;
  }

  // ---- instructions

  // spotless:off
  static Step push(Insn insn) {
    if (insn.memory >= 0) {
      return insn.is32()
          ? new Step(insn) { @Override Step run(Cpu c) { push32(c, load32(c)); return after(c); } }
          : new Step(insn) { @Override Step run(Cpu c) { push16(c, load16(c)); return after(c); } };
    }
    if (insn.dst == Cpu.ESP && !insn.is32()) {
      return new Step(insn) { @Override Step run(Cpu c) { at(c); push16(c, c.gpr[Cpu.ESP] - (c.model.pushesOldSp() ? 0 : 2)); return after(c); } };
    }
    return insn.is32()
        ? new Step(insn) { @Override Step run(Cpu c) { at(c); push32(c, c.gpr[dst] + imm); return after(c); } }
        : new Step(insn) { @Override Step run(Cpu c) { at(c); push16(c, c.gpr[dst] + imm); return after(c); } };
  }

  static Step pop(Insn insn) {
    if (insn.memory >= 0) {
      return new OperationStep(insn, Stack::popMemory);
    }
    return insn.is32()
        ? new Step(insn) { @Override Step run(Cpu c) { at(c); int value = peek(c, this.insn); release(c, 4); c.gpr[dst] = value; return after(c); } }
        : new Step(insn) { @Override Step run(Cpu c) { at(c); int value = peek(c, this.insn); release(c, 2); c.setReg16(dst, value); return after(c); } };
  }
  // spotless:on

  /**
   * PUSH of a segment register: with a 32-bit operand size a P6 moves the pointer by four and
   * writes two bytes (SDM vol. 2B, PUSH).
   */
  static void pushSegment(Cpu c, Insn i) {
    int selector = c.segments[i.dst].selector;
    if (!i.is32()) {
      push16(c, selector);
      return;
    }
    int pointer = moved(c, c.gpr[Cpu.ESP], -4);
    c.loadStore.store16(c.ss, offset(c, pointer), selector);
    c.gpr[Cpu.ESP] = pointer;
  }

  /** POP to memory: an address with ESP as base is computed with the new ESP. */
  private static void popMemory(Cpu c, Insn i) {
    int value = peek(c, i);
    int before = c.gpr[Cpu.ESP];
    int after = moved(c, before, i.operandSize >> 3);
    c.gpr[Cpu.ESP] = after;
    int address = i.address(c.gpr);
    c.gpr[Cpu.ESP] = SegmentOverrun.keepsStackPointer(c) ? after : before;
    if (i.is32()) {
      c.loadStore.store32(i.segment, address, value);
    } else {
      c.loadStore.store16(i.segment, address, value);
    }
    c.gpr[Cpu.ESP] = after;
  }

  /** PUSHA: a fault half way leaves the registers, but not the memory below, as silicon does. */
  static void pusha(Cpu c, Insn i) {
    int before = c.gpr[Cpu.ESP];
    try {
      for (int r = Cpu.EAX; r <= Cpu.EDI; r++) {
        push(c, i, r == Cpu.ESP ? before : c.gpr[r]);
      }
    } catch (CpuException e) {
      c.gpr[Cpu.ESP] = before;
      throw e;
    }
  }

  static void popa(Cpu c, Insn i) {
    int size = i.operandSize >> 3;
    int pointer = c.gpr[Cpu.ESP];
    int upper = 0;
    // All eight must be readable before the first register changes.
    for (int r = 7; r >= 0; r--) {
      load(c, i, offset(c, moved(c, pointer, (7 - r) * size)));
    }
    for (int r = Cpu.EDI; r >= Cpu.EAX; r--) {
      int value = load(c, i, offset(c, moved(c, pointer, (7 - r) * size)));
      if (r == Cpu.ESP) {
        upper = value & 0xffff0000;
        continue;
      }
      if (i.is32()) {
        c.gpr[r] = value;
      } else {
        c.setReg16(r, value);
      }
    }
    c.gpr[Cpu.ESP] = moved(c, pointer, 8 * size);
    if (i.is32() && !c.ss.big() && c.model.popsUpperHalfOfEsp()) {
      c.gpr[Cpu.ESP] = upper | c.gpr[Cpu.ESP] & 0xffff;
    }
  }

  private static int load(Cpu c, Insn i, int offset) {
    return i.is32() ? c.loadStore.load32(c.ss, offset) : c.loadStore.load16(c.ss, offset);
  }

  /** ENTER (SDM vol. 1, 6.6.1): the level is taken modulo 32. */
  static void enter(Cpu c, Insn i) {
    int size = i.operandSize >> 3;
    int level = i.imm2 & 31;
    int before = c.gpr[Cpu.ESP];
    int frame = moved(c, before, -size);
    try {
      push(c, i, c.gpr[Cpu.EBP]);
      int display = c.gpr[Cpu.EBP];
      for (int n = 1; n < level; n++) {
        display = moved(c, display, -size);
        push(c, i, load(c, i, offset(c, display)));
      }
      if (level > 0) {
        push(c, i, frame);
      }
      int after = moved(c, c.gpr[Cpu.ESP], -i.imm);
      // The last check of the SDM's "Operation": the new top must be writable.
      int top = c.loadStore.writable(SegmentRegister.SS, offset(c, after), size);
      c.loadStore.probeWrite(top, size);
      c.gpr[Cpu.ESP] = after;
    } catch (CpuException e) {
      c.gpr[Cpu.ESP] = before;
      throw e;
    }
    setFramePointer(c, i, frame);
  }

  static void leave(Cpu c, Insn i) {
    int pointer = c.ss.big() ? c.gpr[Cpu.EBP] : c.gpr[Cpu.ESP] & 0xffff0000 | c.reg16(Cpu.EBP);
    int value = load(c, i, offset(c, pointer));
    c.gpr[Cpu.ESP] = moved(c, pointer, i.operandSize >> 3);
    setFramePointer(c, i, value);
  }

  private static void setFramePointer(Cpu c, Insn i, int value) {
    if (i.is32()) {
      c.gpr[Cpu.EBP] = value;
    } else {
      c.setReg16(Cpu.EBP, value);
    }
  }
}
