package dev.biosgateway.x86.isa;

import static dev.biosgateway.x86.isa.CpuModel.I386;
import static dev.biosgateway.x86.isa.CpuModel.I80286;
import static dev.biosgateway.x86.isa.CpuModel.I8086;
import static dev.biosgateway.x86.isa.Mnemonic.*;
import static dev.biosgateway.x86.isa.Operand.*;

import java.util.ArrayList;
import java.util.List;

/** The one-byte opcode map with its groups (Intel SDM vol. 2D, tables ). */
final class OneByteMap {
  private static final CpuModel I186 = I80286; // first modelled processor with the 80186 additions

  private OneByteMap() {}

  static List<Instruction> rows() {
    List<Instruction> rows = new ArrayList<>();
    rows.addAll(List.of(grid()));
    rows.addAll(groups());
    for (int opcode = 0x70; opcode <= 0x7F; opcode++) {
      rows.add(row(opcode, JCC, Jb));
      rows.add(row(opcode - 0x10, JCC, Jb).until(I8086).alias());
    }
    return rows;
  }

  // spotless:off
  private static Instruction[] grid() {
    return new Instruction[] {
      row(0x00, ADD, Eb, Gb), row(0x01, ADD, Ev, Gv), row(0x02, ADD, Gb, Eb), row(0x03, ADD, Gv, Ev),
      row(0x04, ADD, AL, Ib), row(0x05, ADD, eAX, Iz), row(0x06, PUSH_SEGMENT, ES), row(0x07, POP_SEGMENT, ES),
      row(0x08, OR, Eb, Gb),  row(0x09, OR, Ev, Gv),  row(0x0A, OR, Gb, Eb),  row(0x0B, OR, Gv, Ev),
      row(0x0C, OR, AL, Ib),  row(0x0D, OR, eAX, Iz),  row(0x0E, PUSH_SEGMENT, CS), row(0x0F, POP_SEGMENT, CS).until(I8086),

      row(0x10, ADC, Eb, Gb), row(0x11, ADC, Ev, Gv), row(0x12, ADC, Gb, Eb), row(0x13, ADC, Gv, Ev),
      row(0x14, ADC, AL, Ib), row(0x15, ADC, eAX, Iz), row(0x16, PUSH_SEGMENT, SS), row(0x17, POP_SEGMENT, SS),
      row(0x18, SBB, Eb, Gb), row(0x19, SBB, Ev, Gv), row(0x1A, SBB, Gb, Eb), row(0x1B, SBB, Gv, Ev),
      row(0x1C, SBB, AL, Ib), row(0x1D, SBB, eAX, Iz), row(0x1E, PUSH_SEGMENT, DS), row(0x1F, POP_SEGMENT, DS),

      row(0x20, AND, Eb, Gb), row(0x21, AND, Ev, Gv), row(0x22, AND, Gb, Eb), row(0x23, AND, Gv, Ev),
      row(0x24, AND, AL, Ib), row(0x25, AND, eAX, Iz), /* 26 ES: */           row(0x27, DAA),
      row(0x28, SUB, Eb, Gb), row(0x29, SUB, Ev, Gv), row(0x2A, SUB, Gb, Eb), row(0x2B, SUB, Gv, Ev),
      row(0x2C, SUB, AL, Ib), row(0x2D, SUB, eAX, Iz), /* 2E CS: */           row(0x2F, DAS),

      row(0x30, XOR, Eb, Gb), row(0x31, XOR, Ev, Gv), row(0x32, XOR, Gb, Eb), row(0x33, XOR, Gv, Ev),
      row(0x34, XOR, AL, Ib), row(0x35, XOR, eAX, Iz), /* 36 SS: */           row(0x37, AAA),
      row(0x38, CMP, Eb, Gb), row(0x39, CMP, Ev, Gv), row(0x3A, CMP, Gb, Eb), row(0x3B, CMP, Gv, Ev),
      row(0x3C, CMP, AL, Ib), row(0x3D, CMP, eAX, Iz), /* 3E DS: */           row(0x3F, AAS),

      row(0x40, INC, Zv),     row(0x48, DEC, Zv),     row(0x50, PUSH, Zv),    row(0x58, POP, Zv),

      row(0x60, PUSHA).since(I186), row(0x61, POPA).since(I186), row(0x62, BOUND, Gv, Ma).since(I186), row(0x63, ARPL, Ew, Gw).since(I80286),
      /* 64 FS: 65 GS: 66 operand size 67 address size */
      row(0x68, PUSH, Iz).since(I186), row(0x69, IMUL_TRUNCATING, Gv, Ev, Iz).since(I186), row(0x6A, PUSH, Ibs).since(I186), row(0x6B, IMUL_TRUNCATING, Gv, Ev, Ibs).since(I186),
      row(0x6C, INS, Yb, DX).since(I186), row(0x6D, INS, Yv, DX).since(I186), row(0x6E, OUTS, DX, Xb).since(I186), row(0x6F, OUTS, DX, Xv).since(I186),

      /* 70 to 7F Jcc Jb */

      /* 80 to 83 group 1 */                          row(0x84, TEST, Eb, Gb), row(0x85, TEST, Ev, Gv), row(0x86, XCHG, Eb, Gb), row(0x87, XCHG, Ev, Gv),
      row(0x88, MOV, Eb, Gb), row(0x89, MOV, Ev, Gv), row(0x8A, MOV, Gb, Eb), row(0x8B, MOV, Gv, Ev),
      row(0x8C, MOV_FROM_SEGMENT, Ewv, Sw),           row(0x8D, LEA, Gv, M),  row(0x8E, MOV_TO_SEGMENT, Sw, Ew), /* 8F group 1A */

      row(0x90, XCHG, Zv, eAX),
      row(0x98, CBW),         row(0x99, CWD),         row(0x9A, CALL_FAR, Ap), row(0x9B, WAIT),
      row(0x9C, PUSHF),       row(0x9D, POPF),        row(0x9E, SAHF),        row(0x9F, LAHF),

      row(0xA0, MOV, AL, Ob), row(0xA1, MOV, eAX, Ov), row(0xA2, MOV, Ob, AL), row(0xA3, MOV, Ov, eAX),
      row(0xA4, MOVS, Yb, Xb), row(0xA5, MOVS, Yv, Xv), row(0xA6, CMPS, Xb, Yb), row(0xA7, CMPS, Xv, Yv),
      row(0xA8, TEST, AL, Ib), row(0xA9, TEST, eAX, Iz), row(0xAA, STOS, Yb, AL), row(0xAB, STOS, Yv, eAX),
      row(0xAC, LODS, AL, Xb), row(0xAD, LODS, eAX, Xv), row(0xAE, SCAS, AL, Yb), row(0xAF, SCAS, eAX, Yv),

      row(0xB0, MOV, Zb, Ib), row(0xB8, MOV, Zv, Iz),

      /* C0, C1 group 2 */    row(0xC2, RET, Iw),     row(0xC3, RET),         row(0xC4, LES, Gv, Mp), row(0xC5, LDS, Gv, Mp), /* C6, C7 group 11 */
      row(0xC8, ENTER, Iw, Ib).since(I186), row(0xC9, LEAVE).since(I186), row(0xCA, RETF, Iw), row(0xCB, RETF),
      row(0xCC, INT3),        row(0xCD, INT, Ib),     row(0xCE, INTO),        row(0xCF, IRET),
      row(0xC0, RET, Iw).until(I8086).alias(), row(0xC1, RET).until(I8086).alias(), row(0xC8, RETF, Iw).until(I8086).alias(), row(0xC9, RETF).until(I8086).alias(),

      /* D0 to D3 group 2 */  row(0xD4, AAM, Ib),     row(0xD5, AAD, Ib),     row(0xD6, SALC),        row(0xD7, XLAT), /* D8 to DF x87 */

      row(0xE0, LOOPNE, Jb),  row(0xE1, LOOPE, Jb),   row(0xE2, LOOP, Jb),    row(0xE3, JCXZ, Jb),
      row(0xE4, IN, AL, Ib),  row(0xE5, IN, eAX, Ib), row(0xE6, OUT, Ib, AL), row(0xE7, OUT, Ib, eAX),
      row(0xE8, CALL, Jz),    row(0xE9, JMP, Jz),     row(0xEA, JMP_FAR, Ap), row(0xEB, JMP, Jb),
      row(0xEC, IN, AL, DX),  row(0xED, IN, eAX, DX), row(0xEE, OUT, DX, AL), row(0xEF, OUT, DX, eAX),

      /* F0 LOCK */           row(0xF1, INT1).since(I386), /* F2 REPNE F3 REPE */  row(0xF4, HLT),         row(0xF5, CMC), /* F6, F7 group 3 */
      row(0xF8, CLC),         row(0xF9, STC),         row(0xFA, CLI),         row(0xFB, STI),
      row(0xFC, CLD),         row(0xFD, STD),         /* FE group 4, FF group 5 */
    };
  }

  private static List<Instruction> groups() {
    List<Instruction> rows = new ArrayList<>();
    Mnemonic[] group1 = {ADD, OR, ADC, SBB, AND, SUB, XOR, CMP};
    group(rows, group1, row(0x80, ADD, Eb, Ib), row(0x81, ADD, Ev, Iz), row(0x83, ADD, Ev, Ibs));
    group(rows, group1, row(0x82, ADD, Eb, Ib).alias());

    rows.add(row(0x8F, POP, Ev).digit(0));

    Mnemonic[] group2 = {ROL, ROR, RCL, RCR, SHL, SHR, null, SAR};
    Mnemonic[] setMinusOne = {null, null, null, null, null, null, SETMO, null};
    Mnemonic[] group2Alias = {null, null, null, null, null, null, SHL, null};
    for (Mnemonic[] group : new Mnemonic[][] {group2, group2Alias}) {
      boolean alias = group == group2Alias;
      for (Instruction shift : new Instruction[] {
          row(0xC0, ROL, Eb, Ib).since(I186), row(0xC1, ROL, Ev, Ib).since(I186),
          row(0xD0, ROL, Eb, One), row(0xD1, ROL, Ev, One), row(0xD2, ROL, Eb, CL), row(0xD3, ROL, Ev, CL)}) {
        group(rows, group, alias ? shift.since(I186).alias() : shift);
      }
    }

    // The 8086 sets all bits where later processors shift left once more.
    group(rows, setMinusOne, row(0xD0, SETMO, Eb, One).until(I8086), row(0xD1, SETMO, Ev, One).until(I8086));
    group(rows, setMinusOne, row(0xD2, SETMO, Eb, CL).until(I8086), row(0xD3, SETMO, Ev, CL).until(I8086));

    // It does not look at the reg field where only one value means anything.
    for (int digit = 1; digit < 8; digit++) {
      rows.add(row(0x8F, POP, Ev).digit(digit).until(I8086).alias());
      rows.add(row(0xC6, MOV, Eb, Ib).digit(digit).until(I8086).alias());
      rows.add(row(0xC7, MOV, Ev, Iz).digit(digit).until(I8086).alias());
    }
    rows.add(row(0xFF, PUSH, Ev).digit(7).until(I8086).alias());

    rows.add(row(0xC6, MOV, Eb, Ib).digit(0));
    rows.add(row(0xC7, MOV, Ev, Iz).digit(0));

    rows.add(row(0xF6, TEST, Eb, Ib).digit(0));
    rows.add(row(0xF6, TEST, Eb, Ib).digit(1).alias());
    rows.add(row(0xF7, TEST, Ev, Iz).digit(0));
    rows.add(row(0xF7, TEST, Ev, Iz).digit(1).alias());
    group(rows, new Mnemonic[] {null, null, NOT, NEG, MUL, IMUL, DIV, IDIV}, row(0xF6, NOT, Eb), row(0xF7, NOT, Ev));

    group(rows, new Mnemonic[] {INC, DEC}, row(0xFE, INC, Eb), row(0xFF, INC, Ev));
    rows.add(row(0xFF, CALL, Ev).digit(2));
    rows.add(row(0xFF, CALL_FAR, Mp).digit(3));
    rows.add(row(0xFF, JMP, Ev).digit(4));
    rows.add(row(0xFF, JMP_FAR, Mp).digit(5));
    rows.add(row(0xFF, PUSH, Ev).digit(6));
    return rows;
  }
  // spotless:on

  private static void group(List<Instruction> rows, Mnemonic[] group, Instruction... shapes) {
    for (Instruction shape : shapes) {
      for (int digit = 0; digit < group.length; digit++) {
        if (group[digit] != null) {
          rows.add(shape.doing(group[digit]).digit(digit));
        }
      }
    }
  }

  private static Instruction row(int opcode, Mnemonic mnemonic, Operand... operands) {
    return Instruction.row(Instruction.Map.ONE_BYTE, opcode, mnemonic, operands);
  }
}
