package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.state.Section;

/**
 * DR0 to DR7 and the breakpoints in them (SDM vol. 3, 17.2 "Debug Registers"). While DR7 enables
 * one, the interrupt unit has every instruction executed alone and asks here before and after it;
 * while it enables one on data, segmentation looks at every access closely. With none enabled
 * nothing of this is reached.
 */
public final class DebugRegisters {
  static final int DR6_FIXED = 0xffff0ff0;
  static final int DR7_FIXED = 1 << 10;
  private static final int DR6_WRITABLE = 0xe00f;
  private static final int DR6_BD = 1 << 13;

  /** Bits 11, 12, 14 and 15 read as zero. */
  private static final int DR7_WRITABLE = 0xffff2fff;

  private static final int DR7_GD = 1 << 13;

  /** L0 to L3 and LE, which hold for one task. */
  private static final int DR7_LOCAL = 0x155;

  /** R/W fields of DR7: what a breakpoint waits for. */
  private static final int EXECUTED = 0;

  private static final int WRITTEN = 1;
  private static final int PORT_TOUCHED = 2;
  private static final int TOUCHED = 3;

  private final Cpu cpu;
  private boolean armed;
  private boolean watchesData;

  /** B0 to B3 of the accesses of the current instruction. */
  private int hits;

  DebugRegisters(Cpu cpu) {
    this.cpu = cpu;
  }

  // ---- handlers

  /** 0F 21: MOV r32, DRn. */
  static void read(Cpu cpu, Insn insn) {
    int register = cpu.debug.check(insn.src);
    cpu.gpr[insn.dst] = cpu.dr[register];
  }

  /** 0F 23: MOV DRn, r32. */
  static void write(Cpu cpu, Insn insn) {
    int register = cpu.debug.check(insn.dst);
    int value = cpu.gpr[insn.src];
    switch (register) {
      case 6 -> cpu.dr[6] = DR6_FIXED | value & DR6_WRITABLE;
      case 7 -> cpu.dr[7] = DR7_FIXED | value & DR7_WRITABLE;
      default -> cpu.dr[register] = value;
    }
    cpu.debug.review();
  }

  /** DR4 and DR5 are DR6 and DR7, or with CR4.DE #UD; DR7.GD guards them all. */
  private int check(int register) {
    boolean alias = register == 4 || register == 5;
    if (alias && (cpu.cr4 & Cpu.CR4_DE) != 0) {
      throw cpu.exception(CpuException.UD);
    }
    cpu.requireRing0();
    if ((cpu.dr[7] & DR7_GD) != 0) {
      cpu.dr[7] &= ~DR7_GD;
      cpu.dr[6] |= DR6_BD;
      throw cpu.exception(CpuException.DB);
    }
    return alias ? register + 2 : register;
  }

  // ---- what is enabled

  /** Looks at DR7 and CR4.DE anew, after one of them has changed. */
  void review() {
    armed = false;
    watchesData = false;
    for (int n = 0; n < 4; n++) {
      if (enabled(n)) {
        enable(n);
      }
    }
    if (armed) {
      cpu.attend();
    }
    cpu.segmentation.review();
  }

  private void enable(int n) {
    boolean data = condition(n) == WRITTEN || condition(n) == TOUCHED;
    if (condition(n) == PORT_TOUCHED && (cpu.cr4 & Cpu.CR4_DE) == 0) {
      cpu.unmodelled.record("DR7: I/O breakpoint without CR4.DE, which is undefined");
      return;
    }
    if (data && lengthField(n) == 2) {
      cpu.unmodelled.record("DR7: LEN 10b, which is undefined and taken for a byte");
    }
    armed = true;
    watchesData |= data;
  }

  /** Whether any breakpoint is enabled, so that instructions must be executed one by one. */
  boolean armed() {
    return armed;
  }

  /** Whether a breakpoint on data is enabled. */
  boolean watchesData() {
    return watchesData;
  }

  /** A task switch disables the breakpoints of the task (SDM vol. 3, 17.2.4). */
  void taskSwitched() {
    cpu.dr[7] &= ~DR7_LOCAL;
    review();
  }

  // ---- what happens

  /**
   * B0 to B3 of the breakpoints on the instruction at {@code linear}; its length field must be 0
   * and is not looked at.
   */
  int executed(int linear) {
    int bits = 0;
    for (int n = 0; n < 4; n++) {
      if (enabled(n) && condition(n) == EXECUTED && cpu.dr[n] == linear) {
        bits |= 1 << n;
      }
    }
    return bits;
  }

  /** Data has been, or is about to be, accessed by the current instruction. */
  void accessed(int linear, int size, boolean write) {
    for (int n = 0; n < 4; n++) {
      int condition = condition(n);
      if (enabled(n)
          && (condition == TOUCHED || condition == WRITTEN && write)
          && overlaps(n, linear, size)) {
        hits |= 1 << n;
      }
    }
  }

  /** A port is accessed by the current instruction. */
  void portAccessed(int port, int size) {
    for (int n = 0; n < 4; n++) {
      if (enabled(n)
          && condition(n) == PORT_TOUCHED
          && (cpu.cr4 & Cpu.CR4_DE) != 0
          && overlaps(n, port, size)) {
        hits |= 1 << n;
      }
    }
  }

  /** B0 to B3 of the accesses since the last call. */
  int takeHits() {
    int bits = hits;
    hits = 0;
    return bits;
  }

  // ---- state

  /** RESET#, after the registers have their values. */
  void reset() {
    hits = 0;
    review();
  }

  /** What is not in the registers: a hit that waits for the end of MOV SS's shadow. */
  void save(Section out) {
    out.put("debugHits", hits);
  }

  void restore(Section in) {
    hits = in.getInt("debugHits");
    review();
  }

  // ---- fields of DR7

  private boolean enabled(int n) {
    return (cpu.dr[7] >> 2 * n & 3) != 0;
  }

  private int condition(int n) {
    return cpu.dr[7] >> 16 + 4 * n & 3;
  }

  private int lengthField(int n) {
    return cpu.dr[7] >> 18 + 4 * n & 3;
  }

  /** Whether one of the bytes is watched; low bits of the address count as zero (17.2.5). */
  private boolean overlaps(int n, int address, int size) {
    int length =
        switch (lengthField(n)) {
          case 1 -> 2;
          case 3 -> 4;
          default -> 1;
        };
    int watched = cpu.dr[n] & -length;
    return address - watched >= 0 && address - watched < length
        || watched - address >= 0 && watched - address < size;
  }
}
