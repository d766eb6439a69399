package dev.biosgateway.x86.isa;

import static dev.biosgateway.x86.isa.Operand.*;

import java.util.ArrayList;
import java.util.List;

/** The coprocessor escapes D8 to DF (Intel SDM vol. 2D, tables ). */
final class EscapeMap {
  private static final String[] ARITHMETIC = {
    "fadd", "fmul", "fcom", "fcomp", "fsub", "fsubr", "fdiv", "fdivr"
  };

  private EscapeMap() {}

  // spotless:off
  static List<Instruction> rows() {
    List<Instruction> rows = new ArrayList<>();
    memory(rows, 0xD8, Md, ARITHMETIC);
    memory(rows, 0xD9, null, "fld", null, "fst", "fstp", "fldenv", "fldcw", "fnstenv", "fnstcw");
    memory(rows, 0xDA, Md, "fiadd", "fimul", "ficom", "ficomp", "fisub", "fisubr", "fidiv", "fidivr");
    memory(rows, 0xDB, Md, "fild", null, "fist", "fistp");
    rows.add(row(0xDB, "fld", Mt).digit(5));
    rows.add(row(0xDB, "fstp", Mt).digit(7));
    memory(rows, 0xDC, Mq, ARITHMETIC);
    memory(rows, 0xDD, Mq, "fld", null, "fst", "fstp");
    rows.add(row(0xDD, "frstor", M).digit(4));
    rows.add(row(0xDD, "fnsave", M).digit(6));
    rows.add(row(0xDD, "fnstsw", Mw).digit(7));
    memory(rows, 0xDE, Mw, "fiadd", "fimul", "ficom", "ficomp", "fisub", "fisubr", "fidiv", "fidivr");
    memory(rows, 0xDF, Mw, "fild", null, "fist", "fistp");
    rows.add(row(0xDF, "fbld", Mt).digit(4));
    rows.add(row(0xDF, "fild", Mq).digit(5));
    rows.add(row(0xDF, "fbstp", Mt).digit(6));
    rows.add(row(0xDF, "fistp", Mq).digit(7));

    for (int i = 0; i < 8; i++) {
      boolean compare = i == 2 || i == 3;
      rows.add(
          compare
              ? register(0xD8, i, ARITHMETIC[i], STi)
              : register(0xD8, i, ARITHMETIC[i], ST, STi));
    }
    rows.add(register(0xD9, 0, "fld", STi));
    rows.add(register(0xD9, 1, "fxch", STi));
    rows.add(row(0xD9, "fnop").digit(2).rm(0));
    rows.add(register(0xD9, 3, "fstp", STi).alias());
    single(rows, 0xD9, 4, "fchs", "fabs", null, null, "ftst", "fxam", null, null);
    single(rows, 0xD9, 5, "fld1", "fldl2t", "fldl2e", "fldpi", "fldlg2", "fldln2", "fldz", null);
    single(rows, 0xD9, 6, "f2xm1", "fyl2x", "fptan", "fpatan", "fxtract", "fprem1", "fdecstp", "fincstp");
    single(rows, 0xD9, 7, "fprem", "fyl2xp1", "fsqrt", "fsincos", "frndint", "fscale", "fsin", "fcos");
    String[] conditions = {"b", "e", "be", "u"};
    for (int i = 0; i < 4; i++) {
      rows.add(flagged(Mnemonic.FCMOVCC, 0xDA, i, "fcmov" + conditions[i]));
      rows.add(flagged(Mnemonic.FCMOVCC, 0xDB, i, "fcmovn" + conditions[i]));
    }
    rows.add(row(0xDA, "fucompp").digit(5).rm(1).since(CpuModel.I386));
    single(rows, 0xDB, 4, "fneni", "fndisi", "fnclex", "fninit", "fsetpm", null, null, null);
    rows.add(flagged(Mnemonic.FCOMI, 0xDB, 5, "fucomi"));
    rows.add(flagged(Mnemonic.FCOMI, 0xDB, 6, "fcomi"));
    String[] reversed = {"fadd", "fmul", "fcom", "fcomp", "fsubr", "fsub", "fdivr", "fdiv"};
    for (int i = 0; i < 8; i++) {
      boolean compare = i == 2 || i == 3;
      rows.add(
          compare
              ? register(0xDC, i, reversed[i], STi).alias()
              : register(0xDC, i, reversed[i], STi, ST));
    }
    rows.add(register(0xDD, 0, "ffree", STi));
    rows.add(register(0xDD, 1, "fxch", STi).alias());
    rows.add(register(0xDD, 2, "fst", STi));
    rows.add(register(0xDD, 3, "fstp", STi));
    rows.add(register(0xDD, 4, "fucom", STi).since(CpuModel.I386));
    rows.add(register(0xDD, 5, "fucomp", STi).since(CpuModel.I386));
    String[] popping = {"faddp", "fmulp", "fcomp", null, "fsubrp", "fsubp", "fdivrp", "fdivp"};
    for (int i = 0; i < 8; i++) {
      if (popping[i] != null) {
        rows.add(
            i == 2
                ? register(0xDE, i, popping[i], STi).alias()
                : register(0xDE, i, popping[i], STi, ST));
      }
    }
    rows.add(row(0xDE, "fcompp").digit(3).rm(1));
    rows.add(register(0xDF, 0, "ffreep", STi));
    rows.add(register(0xDF, 1, "fxch", STi).alias());
    rows.add(register(0xDF, 2, "fstp", STi).alias());
    rows.add(register(0xDF, 3, "fstp", STi).alias());
    rows.add(row(0xDF, "fnstsw", AX).digit(4).rm(0).since(CpuModel.I80286));
    rows.add(flagged(Mnemonic.FCOMI, 0xDF, 5, "fucomip"));
    rows.add(flagged(Mnemonic.FCOMI, 0xDF, 6, "fcomip"));
    return rows;
  }
  // spotless:on

  /** The eight memory forms of an escape; D9 has an operand of its own for each. */
  private static void memory(List<Instruction> rows, int opcode, Operand operand, String... names) {
    Operand[] mixed = {Md, Md, Md, Md, M, Mw, M, Mw};
    for (int digit = 0; digit < names.length; digit++) {
      if (names[digit] != null) {
        rows.add(row(opcode, names[digit], operand == null ? mixed[digit] : operand).digit(digit));
      }
    }
  }

  private static void single(List<Instruction> rows, int opcode, int digit, String... names) {
    for (int rm = 0; rm < 8; rm++) {
      if (names[rm] != null) {
        rows.add(row(opcode, names[rm]).digit(digit).rm(rm));
      }
    }
  }

  private static Instruction register(int opcode, int digit, String name, Operand... operands) {
    return row(opcode, name, operands).digit(digit).form(Instruction.Form.REGISTER);
  }

  /** The instructions of the P6 that read or write EFLAGS. */
  private static Instruction flagged(Mnemonic mnemonic, int opcode, int digit, String name) {
    return Instruction.row(Instruction.Map.ONE_BYTE, opcode, mnemonic, ST, STi)
        .named(name)
        .digit(digit)
        .form(Instruction.Form.REGISTER)
        .feature(CpuModel.Feature.CMOV);
  }

  private static Instruction row(int opcode, String name, Operand... operands) {
    return Instruction.row(Instruction.Map.ONE_BYTE, opcode, Mnemonic.X87, operands).named(name);
  }
}
