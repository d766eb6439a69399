package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * DAA, DAS, AAA, AAS, AAD of the processors up to the 386, whose flags are those of the addition or
 * subtraction that adjusts AL: seen on silicon of 8086 and 286, and by test386.asm on a 386SX. On a
 * P6 they follow from what is left in AL.
 */
final class DecimalAdder {
  private DecimalAdder() {}

  /** SF, ZF, PF and OF are those of AL before its upper half is cut off. */
  static void aaa(Cpu c, Insn i) {
    int al = c.reg8(0);
    Bcd.aaa(c, i);
    boolean adjusted = c.flags.af();
    Arithmetic.add8(c, al, adjusted ? 6 : 0);
    setCarries(c, adjusted);
  }

  static void aas(Cpu c, Insn i) {
    int al = c.reg8(0);
    Bcd.aas(c, i);
    boolean adjusted = c.flags.af();
    Arithmetic.sub8(c, al, adjusted ? 6 : 0);
    setCarries(c, adjusted);
  }

  /** OF is that of one addition of all that is added. */
  static void daa(Cpu c, Insn i) {
    int before = c.reg8(0);
    Bcd.daa(c, i);
    int after = c.reg8(0);
    c.flags.setOverflow(((before ^ after) & (after - before ^ after) & 0x80) != 0);
  }

  static void das(Cpu c, Insn i) {
    int before = c.reg8(0);
    Bcd.das(c, i);
    int after = c.reg8(0);
    c.flags.setOverflow(((before ^ after) & (before - after ^ before) & 0x80) != 0);
  }

  /** All flags are those of the addition of AL and the product. */
  static void aad(Cpu c, Insn i) {
    int product = c.reg8(4) * (i.imm & 0xff) & 0xff;
    c.setReg16(Cpu.EAX, Arithmetic.add8(c, product, c.reg8(0)) & 0xff);
  }

  /** On the 286, OF repeats CF. */
  static void aad286(Cpu c, Insn i) {
    aad(c, i);
    c.flags.setOverflow(c.flags.cf());
  }

  private static void setCarries(Cpu c, boolean adjusted) {
    c.flags.setCarry(adjusted);
    c.flags.carries = c.flags.carries & ~8 | (adjusted ? 8 : 0);
  }
}
