package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;

/**
 * DAA, DAS, AAA, AAS, AAM, AAD: decimal adjustment, as the "Operation" sections of SDM vol. 2A say.
 * Flags they leave undefined follow from the result. What the 8086 does otherwise was seen on
 * silicon (P80C86A-2, single instructions captured by their bus cycles).
 */
final class Bcd {
  private Bcd() {}

  static void daa(Cpu c, Insn i) {
    int al = c.reg8(0);
    boolean half = (al & 15) > 9 || c.flags.af();
    boolean full = al > largest(c) || c.flags.cf();
    decimal(c, al + (half ? 6 : 0) + (full ? 0x60 : 0), half, full);
  }

  static void das(Cpu c, Insn i) {
    int al = c.reg8(0);
    boolean half = (al & 15) > 9 || c.flags.af();
    boolean full = al > largest(c) || c.flags.cf();
    // Below 6, subtracting the 6 borrows too; the 8086 keeps what it borrowed for the 60 alone.
    boolean borrow = full || half && al < 6 && c.model != CpuModel.I8086;
    decimal(c, al - (half ? 6 : 0) - (full ? 0x60 : 0), half, borrow);
  }

  /** The largest AL without a carry of 60: the 8086 looks after AF has been made good for. */
  private static int largest(Cpu c) {
    return c.model == CpuModel.I8086 && c.flags.af() ? 0x9f : 0x99;
  }

  static void aaa(Cpu c, Insn i) {
    boolean adjust = (c.reg8(0) & 15) > 9 || c.flags.af();
    ascii(c, adjust ? 1 : 0, adjust);
  }

  static void aas(Cpu c, Insn i) {
    boolean adjust = (c.reg8(0) & 15) > 9 || c.flags.af();
    ascii(c, adjust ? -1 : 0, adjust);
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

  /** Adds 106h so many times; the 8086 adds 1 to AH and 6 to AL, without a carry between them. */
  private static void ascii(Cpu c, int times, boolean adjusted) {
    int ax = c.reg16(Cpu.EAX);
    int al = ax + 6 * times & 0x0f;
    int ah = c.model == CpuModel.I8086 ? ax + 0x100 * times : ax + 0x106 * times;
    c.setReg16(Cpu.EAX, ah & 0xff00 | al);
    c.flags.result = al;
    c.flags.carries = adjusted ? 0xc0000008 : 0;
  }

  private static void result(Cpu c, int al) {
    c.flags.result = (byte) al;
    c.flags.carries = 0;
  }
}
