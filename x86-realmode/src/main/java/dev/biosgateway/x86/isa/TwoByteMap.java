package dev.biosgateway.x86.isa;

import static dev.biosgateway.x86.isa.CpuModel.I386;
import static dev.biosgateway.x86.isa.CpuModel.I486;
import static dev.biosgateway.x86.isa.CpuModel.I80286;
import static dev.biosgateway.x86.isa.CpuModel.PENTIUM;
import static dev.biosgateway.x86.isa.CpuModel.PENTIUM_MMX;
import static dev.biosgateway.x86.isa.CpuModel.PENTIUM_PRO;
import static dev.biosgateway.x86.isa.Mnemonic.*;
import static dev.biosgateway.x86.isa.Operand.*;

import java.util.ArrayList;
import java.util.List;

/** The two-byte opcode map, after 0F, with its groups (Intel SDM vol. 2D, tables ). */
final class TwoByteMap {
  private TwoByteMap() {}

  static List<Instruction> rows() {
    List<Instruction> rows = new ArrayList<>(List.of(grid()));
    for (int cc = 0; cc < 16; cc++) {
      rows.add(row(0x40 + cc, CMOVCC, Gv, Ev).since(PENTIUM_PRO).feature(CpuModel.Feature.CMOV));
      rows.add(row(0x80 + cc, JCC, Jz).since(I386));
      rows.add(row(0x90 + cc, SETCC, Eb).since(I386));
    }
    // SDM vol. 2B, NOP: 0F 18 to 0F 1F are hints that a P6 without the hint executes as NOP.
    for (int opcode = 0x18; opcode <= 0x1F; opcode++) {
      Instruction hint = row(opcode, NOP, Ev).since(PENTIUM_PRO);
      rows.add(opcode == 0x1F ? hint : hint.alias());
    }
    return rows;
  }

  // spotless:off
  private static Instruction[] grid() {
    return new Instruction[] {
      row(0x00, SLDT, Ewv).digit(0).since(I80286), row(0x00, STR, Ewv).digit(1).since(I80286), row(0x00, LLDT, Ew).digit(2).since(I80286),
      row(0x00, LTR, Ew).digit(3).since(I80286),   row(0x00, VERR, Ew).digit(4).since(I80286), row(0x00, VERW, Ew).digit(5).since(I80286),
      row(0x01, SGDT, Ms).digit(0).since(I80286),  row(0x01, SIDT, Ms).digit(1).since(I80286), row(0x01, LGDT, Ms).digit(2).since(I80286),
      row(0x01, LIDT, Ms).digit(3).since(I80286),  row(0x01, SMSW, Ewv).digit(4).since(I80286), row(0x01, LMSW, Ew).digit(6).since(I80286),
      row(0x01, INVLPG, M).digit(7).since(I486),
      row(0x02, LAR, Gv, Ewv).since(I80286),       row(0x03, LSL, Gv, Ewv).since(I80286),
      row(0x05, LOADALL).since(I80286).until(I80286).named("loadall286"), row(0x07, LOADALL).since(I386).until(I386),
      row(0x06, CLTS).since(I80286),               row(0x08, INVD).since(I486), row(0x09, WBINVD).since(I486), row(0x0B, UD2).since(I80286),

      row(0x20, MOV_FROM_CR, Rd, Cd).since(I386),  row(0x21, MOV_FROM_DR, Rd, Dd).since(I386), row(0x22, MOV_TO_CR, Cd, Rd).since(I386), row(0x23, MOV_TO_DR, Dd, Rd).since(I386),
      row(0x24, MOV_FROM_TR, Rd, Td).since(I386).until(I486), row(0x26, MOV_TO_TR, Td, Rd).since(I386).until(I486),

      row(0x30, WRMSR).since(PENTIUM),             row(0x31, RDTSC).since(PENTIUM), row(0x32, RDMSR).since(PENTIUM), row(0x33, RDPMC).since(PENTIUM_MMX),
      row(0x34, SYSENTER).since(PENTIUM_PRO),      row(0x35, SYSEXIT).since(PENTIUM_PRO),

      /* 40 to 4F CMOVcc, 80 to 8F Jcc, 90 to 9F SETcc */

      row(0xA0, PUSH_SEGMENT, FS).since(I386),     row(0xA1, POP_SEGMENT, FS).since(I386), row(0xA2, CPUID).since(I486), row(0xA3, BT, Ev, Gv).since(I386),
      row(0xA4, SHLD, Ev, Gv, Ib).since(I386),     row(0xA5, SHLD, Ev, Gv, CL).since(I386),
      row(0xA8, PUSH_SEGMENT, GS).since(I386),     row(0xA9, POP_SEGMENT, GS).since(I386), row(0xAA, RSM).since(PENTIUM), row(0xAB, BTS, Ev, Gv).since(I386),
      row(0xAC, SHRD, Ev, Gv, Ib).since(I386),     row(0xAD, SHRD, Ev, Gv, CL).since(I386), row(0xAF, IMUL_TRUNCATING, Gv, Ev).since(I386),

      row(0xB0, CMPXCHG, Eb, Gb).since(I486),      row(0xB1, CMPXCHG, Ev, Gv).since(I486), row(0xB2, LSS, Gv, Mp).since(I386), row(0xB3, BTR, Ev, Gv).since(I386),
      row(0xB4, LFS, Gv, Mp).since(I386),          row(0xB5, LGS, Gv, Mp).since(I386), row(0xB6, MOVZX, Gv, Eb).since(I386), row(0xB7, MOVZX, Gv, Ew).since(I386),
      row(0xBA, BT, Ev, Ib).digit(4).since(I386),  row(0xBA, BTS, Ev, Ib).digit(5).since(I386), row(0xBA, BTR, Ev, Ib).digit(6).since(I386), row(0xBA, BTC, Ev, Ib).digit(7).since(I386),
      row(0xBB, BTC, Ev, Gv).since(I386),          row(0xBC, BSF, Gv, Ev).since(I386), row(0xBD, BSR, Gv, Ev).since(I386), row(0xBE, MOVSX, Gv, Eb).since(I386), row(0xBF, MOVSX, Gv, Ew).since(I386),

      row(0xC0, XADD, Eb, Gb).since(I486),         row(0xC1, XADD, Ev, Gv).since(I486), row(0xC7, CMPXCHG8B, Mq).digit(1).since(PENTIUM), row(0xC8, BSWAP, Zv).since(I486),
    };
  }
  // spotless:on

  private static Instruction row(int opcode, Mnemonic mnemonic, Operand... operands) {
    return Instruction.row(Instruction.Map.TWO_BYTE, opcode, mnemonic, operands);
  }
}
