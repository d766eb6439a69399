package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * The shape of an instruction as its operation sees it: the width, and whether memory is the
 * source, the destination, or neither. A source that is no memory is always {@code gpr[src] + imm},
 * one of which is zero, so registers and immediates need no shapes of their own.
 */
enum Form {
  /** Destination register; source register or immediate. */
  R8,
  R16,
  R32,
  /** Destination register, source in memory: loads. */
  L8,
  L16,
  L32,
  /** Destination in memory, source register or immediate: stores. */
  S8,
  S16,
  S32;

  private static final Form[] ALL = values();

  static Form of(Insn insn) {
    int width = insn.width >> 4;
    return ALL[insn.memory < 0 ? width : insn.memory == 1 ? 3 + width : 6 + width];
  }

  // ---- the operands

  /** The memory operand. */
  static int load8(Cpu c, Insn i) {
    return c.loadStore.load8(i.segment, i.address(c.gpr));
  }

  static int load16(Cpu c, Insn i) {
    return c.loadStore.load16(i.segment, i.address(c.gpr));
  }

  static int load32(Cpu c, Insn i) {
    return c.loadStore.load32(i.segment, i.address(c.gpr));
  }

  static void store8(Cpu c, Insn i, int value) {
    c.loadStore.store8(i.segment, i.address(c.gpr), value);
  }

  static void store16(Cpu c, Insn i, int value) {
    c.loadStore.store16(i.segment, i.address(c.gpr), value);
  }

  static void store32(Cpu c, Insn i, int value) {
    c.loadStore.store32(i.segment, i.address(c.gpr), value);
  }

  /** The memory operand of a read-modify-write: faults as the store that follows would. */
  static int modify8(Cpu c, Insn i) {
    return c.loadStore.loadForStore8(i.segment, i.address(c.gpr));
  }

  static int modify16(Cpu c, Insn i) {
    return c.loadStore.loadForStore16(i.segment, i.address(c.gpr));
  }

  static int modify32(Cpu c, Insn i) {
    return c.loadStore.loadForStore32(i.segment, i.address(c.gpr));
  }

  // ---- the first operand, register or memory, in one shape

  static int load(Cpu c, Insn i) {
    if (i.memory < 0) {
      return register(c, i);
    }
    return switch (i.width) {
      case 8 -> load8(c, i);
      case 16 -> load16(c, i);
      default -> load32(c, i);
    };
  }

  /** The same, to be written back. */
  static int modify(Cpu c, Insn i) {
    if (i.memory < 0) {
      return register(c, i);
    }
    return switch (i.width) {
      case 8 -> modify8(c, i);
      case 16 -> modify16(c, i);
      default -> modify32(c, i);
    };
  }

  static void store(Cpu c, Insn i, int value) {
    boolean register = i.memory < 0;
    switch (i.width) {
      case 8 -> {
        if (register) {
          c.setReg8(i.dst, value);
        } else {
          store8(c, i, value);
        }
      }
      case 16 -> {
        if (register) {
          c.setReg16(i.dst, value);
        } else {
          store16(c, i, value);
        }
      }
      default -> {
        if (register) {
          c.gpr[i.dst] = value;
        } else {
          store32(c, i, value);
        }
      }
    }
  }

  private static int register(Cpu c, Insn i) {
    return switch (i.width) {
      case 8 -> c.reg8(i.dst);
      case 16 -> c.reg16(i.dst);
      default -> c.gpr[i.dst];
    };
  }
}
