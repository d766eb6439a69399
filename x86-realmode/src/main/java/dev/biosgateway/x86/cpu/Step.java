package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * One instruction in its place in a {@link Block}, ready to run: what the bytes say as fields, what
 * it does as {@link #run}, and the step after it. A block is a chain of steps, each of which hands
 * over to the next; so the loop that runs them ({@link Sequencer}) knows nothing but the step that
 * it is at, and every family of instructions is compiled by the JVM into small methods of its own.
 *
 * <p>A step that hands over to nobody (null) has the sequencer look where the CPU is.
 */
abstract class Step {
  /** The instruction. */
  final Insn insn;

  final int dst;
  final int src;
  final int imm;
  private final int base;
  private final int index;
  private final int scale;
  private final int disp;
  private final int addressMask;

  /** The segment of the memory operand. */
  SegmentRegister segment;

  /** The block it is in. */
  Block block;

  /** The step after it in the block; null for the last. */
  Step next;

  /** Instructions of the block up to and with this one. */
  int ordinal;

  /** Offset from the beginning of the block. */
  int offset;

  /** Offset of the instruction after it. */
  int end;

  /** Where it is, as {@link RetirementUnit#place} has it. */
  int place;

  Step(Insn insn) {
    this.insn = insn;
    dst = insn.dst;
    src = insn.src;
    imm = insn.imm;
    base = insn.base;
    index = insn.index;
    scale = insn.scale;
    disp = insn.disp;
    addressMask = insn.addressMask;
  }

  /**
   * Executes the instruction.
   *
   * @return the step to go on with; null when the sequencer is to look
   */
  abstract Step run(Cpu c);

  /**
   * Whether it has left {@link Cpu#eip} at the instruction that is next, when it hands over to
   * nobody.
   */
  boolean setsEip() {
    return false;
  }

  /** EIP of the instruction that has just thrown. */
  int faultEip(Cpu c) {
    return c.retirement.placeEip();
  }

  /** Whether it tells {@link Cpu#probe} itself what is executed. */
  boolean announcesItself() {
    return false;
  }

  /** Gives it its place in a block. */
  void bind(Cpu cpu, int number, int at, Step after) {
    segment = cpu.segments[insn.segment];
    ordinal = number + 1;
    offset = at;
    end = at + insn.length;
    place = RetirementUnit.place(number, at);
    next = after;
  }

  /** Says where it is, before it does what may fault or be seen by a device. */
  final void at(Cpu c) {
    c.retirement.place = place;
  }

  /** The step after one that may have ended its block: an access to memory. */
  final Step after(Cpu c) {
    return c.retirement.blockEnded ? null : next;
  }

  /**
   * What executes the instruction by itself, in no block: as every {@link Operation}, with {@link
   * Cpu#instructionEip} and {@link Cpu#eip} set.
   */
  Operation alone(Cpu cpu) {
    bind(cpu, 0, 0, null);
    return (c, i) -> {
      c.retirement.blockStart = c.instructionEip;
      run(c);
    };
  }

  // ---- operands

  /** Offset of the memory operand. */
  final int address(int[] gpr) {
    return index == Insn.ZERO
        ? gpr[base] + disp & addressMask
        : gpr[base] + (gpr[index] << scale) + disp & addressMask;
  }

  final int source8(Cpu c) {
    return src == Insn.ZERO ? imm & 0xff : c.reg8(src);
  }

  final int source16(Cpu c) {
    return c.gpr[src] + imm & 0xffff;
  }

  final int source32(Cpu c) {
    return c.gpr[src] + imm;
  }

  final int load8(Cpu c) {
    at(c);
    return c.loadStore.load8(segment, address(c.gpr));
  }

  final int load16(Cpu c) {
    at(c);
    return c.loadStore.load16(segment, address(c.gpr));
  }

  final int load32(Cpu c) {
    at(c);
    return c.loadStore.load32(segment, address(c.gpr));
  }

  // ---- a source that is a register or memory, in one shape

  final int narrow8(Cpu c) {
    return insn.memory < 0 ? c.reg8(src) : load8(c);
  }

  final int narrow16(Cpu c) {
    return insn.memory < 0 ? c.reg16(src) : load16(c);
  }

  final int wide32(Cpu c) {
    return insn.memory < 0 ? c.gpr[src] : load32(c);
  }

  final int modify8(Cpu c) {
    at(c);
    return c.loadStore.loadForStore8(segment, address(c.gpr));
  }

  final int modify16(Cpu c) {
    at(c);
    return c.loadStore.loadForStore16(segment, address(c.gpr));
  }

  final int modify32(Cpu c) {
    at(c);
    return c.loadStore.loadForStore32(segment, address(c.gpr));
  }

  final Step store8(Cpu c, int value) {
    at(c);
    c.loadStore.store8(segment, address(c.gpr), value);
    return after(c);
  }

  final Step store16(Cpu c, int value) {
    at(c);
    c.loadStore.store16(segment, address(c.gpr), value);
    return after(c);
  }

  final Step store32(Cpu c, int value) {
    at(c);
    c.loadStore.store32(segment, address(c.gpr), value);
    return after(c);
  }
}
