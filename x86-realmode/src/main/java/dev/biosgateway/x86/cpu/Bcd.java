package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * DAA, DAS, AAA, AAS, AAM, AAD: decimal adjustment, as the "Operation" sections of SDM vol. 2A say.
 * Flags they leave undefined follow from the result.
 */
final class Bcd {
  private Bcd() {}

  static void daa(Cpu c, Insn i) {
    int al = c.reg8(0);
    boolean half = (al & 15) > 9 || c.flags.af();
    boolean full = al > 0x99 || c.flags.cf();
    decimal(c, al + (half ? 6 : 0) + (full ? 0x60 : 0), half, full);
  }

  static void das(Cpu c, Insn i) {
    int al = c.reg8(0);
    boolean half = (al & 15) > 9 || c.flags.af();
    boolean full = al > 0x99 || c.flags.cf();
    // Below 6, subtracting the 6 borrows too.
    boolean borrow = full || half && al < 6;
    decimal(c, al - (half ? 6 : 0) - (full ? 0x60 : 0), half, borrow);
  }

  static void aaa(Cpu c, Insn i) {
    boolean adjust = (c.reg8(0) & 15) > 9 || c.flags.af();
    ascii(c, adjust ? c.reg16(Cpu.EAX) + 0x106 : c.reg16(Cpu.EAX), adjust);
  }

  static void aas(Cpu c, Insn i) {
    boolean adjust = (c.reg8(0) & 15) > 9 || c.flags.af();
    ascii(c, adjust ? c.reg16(Cpu.EAX) - 0x106 : c.reg16(Cpu.EAX), adjust);
  }

  static void aam(Cpu c, Insn i) {
    int base = i.imm & 0xff;
    if (base == 0) {
      throw c.exception(CpuException.DE);
    }
    int al = c.reg8(0);
    c.setReg16(Cpu.EAX, al / base << 8 | al % base);
    result(c, al % base);
  }

  static void aad(Cpu c, Insn i) {
    int al = c.reg8(0) + c.reg8(4) * (i.imm & 0xff) & 0xff;
    c.setReg16(Cpu.EAX, al);
    result(c, al);
  }

  private static void decimal(Cpu c, int al, boolean half, boolean full) {
    c.setReg8(0, al);
    c.flags.result = (byte) al;
    c.flags.carries = (full ? 0xc0000000 : 0) | (half ? 8 : 0);
  }

  private static void ascii(Cpu c, int ax, boolean adjusted) {
    c.setReg16(Cpu.EAX, ax & 0xff0f);
    c.flags.result = ax & 0x0f;
    c.flags.carries = adjusted ? 0xc0000008 : 0;
  }

  private static void result(Cpu c, int al) {
    c.flags.result = (byte) al;
    c.flags.carries = 0;
  }
}
