package dev.biosgateway.x86.cpu;

import static dev.biosgateway.x86.cpu.FloatingPoint.computing;
import static dev.biosgateway.x86.cpu.FloatingPoint.immediate;

import dev.biosgateway.x86.fpu.ArithmeticInstructions.Operator;
import dev.biosgateway.x86.fpu.Constant;
import dev.biosgateway.x86.fpu.Fpu;
import dev.biosgateway.x86.isa.Insn;

/** The escapes D8 to DF with ModR/M from C0 to FF (SDM vol. 2D, A.5.2). */
final class EscapeRegister {
  private static final Constant[] CONSTANTS = Constant.values();

  private EscapeRegister() {}

  static Operation of(Insn insn) {
    int digit = insn.modrm >> 3 & 7;
    int st = insn.modrm & 7;
    return switch (insn.row.opcode()) {
      case 0xd8 -> d8(digit, st);
      case 0xd9 -> d9(insn, digit, st);
      case 0xda ->
          digit < 4
              ? conditionalMove(digit, st, true)
              : computing((c, f, i) -> f.compares.register(1, true, 2));
      case 0xdb -> db(insn, digit, st);
      case 0xdc -> dc(digit, st);
      case 0xdd -> dd(insn, digit, st);
      case 0xde -> de(digit, st);
      case 0xdf -> df(insn, digit, st);
      default -> throw Dispatch.misfit(insn);
    };
  }

  private static Operation d8(int digit, int st) {
    if (EscapeMemory.isComparison(digit)) {
      return computing((c, f, i) -> f.compares.register(st, false, digit - 2));
    }
    Operator op = EscapeMemory.operator(digit);
    return computing((c, f, i) -> f.arithmetic.toTop(op, st));
  }

  private static Operation d9(Insn insn, int digit, int st) {
    return switch (digit) {
      case 0 -> computing((c, f, i) -> f.loads.register(st));
      case 1 -> computing((c, f, i) -> f.stores.exchange(st));
      case 2 -> computing((c, f, i) -> {}); // FNOP
      case 3 -> computing((c, f, i) -> f.stores.registerUnchecked(st));
      case 4 -> signsAndTests(insn, st);
      case 5 -> {
        Constant constant = CONSTANTS[st];
        yield computing((c, f, i) -> f.loads.constant(constant));
      }
      case 6, 7 -> function(insn);
      default -> throw Dispatch.misfit(insn);
    };
  }

  private static Operation signsAndTests(Insn insn, int st) {
    return switch (st) {
      case 0 -> computing((c, f, i) -> f.arithmetic.changeSign());
      case 1 -> computing((c, f, i) -> f.arithmetic.absolute());
      case 4 -> computing((c, f, i) -> f.compares.test());
      case 5 -> computing((c, f, i) -> f.compares.examine());
      default -> throw Dispatch.misfit(insn);
    };
  }

  private static Operation function(Insn insn) {
    return switch (insn.modrm) {
      case 0xf0 -> computing((c, f, i) -> f.functions.powerOfTwoMinusOne());
      case 0xf1 -> computing((c, f, i) -> f.functions.yLog2X());
      case 0xf2 -> computing((c, f, i) -> f.functions.partialTangent());
      case 0xf3 -> computing((c, f, i) -> f.functions.partialArctangent());
      case 0xf4 -> computing((c, f, i) -> f.functions.extract());
      case 0xf5 -> computing((c, f, i) -> f.functions.remainder(true));
      case 0xf6 -> computing((c, f, i) -> f.rotate(-1));
      case 0xf7 -> computing((c, f, i) -> f.rotate(1));
      case 0xf8 -> computing((c, f, i) -> f.functions.remainder(false));
      case 0xf9 -> computing((c, f, i) -> f.functions.yLog2XPlusOne());
      case 0xfa -> computing((c, f, i) -> f.arithmetic.squareRoot());
      case 0xfb -> computing((c, f, i) -> f.functions.sineAndCosine());
      case 0xfc -> computing((c, f, i) -> f.arithmetic.roundToInteger());
      case 0xfd -> computing((c, f, i) -> f.functions.scale());
      case 0xfe -> computing((c, f, i) -> f.functions.sine());
      case 0xff -> computing((c, f, i) -> f.functions.cosine());
      default -> throw Dispatch.misfit(insn);
    };
  }

  private static Operation db(Insn insn, int digit, int st) {
    return switch (digit) {
      case 0, 1, 2, 3 -> conditionalMove(digit, st, false);
      case 4 -> control(insn, st);
      case 5, 6 -> computing((c, f, i) -> compareToFlags(c, f, st, digit == 5, false));
      default -> throw Dispatch.misfit(insn);
    };
  }

  private static Operation control(Insn insn, int st) {
    return switch (st) {
      // FENI and FDISI of the 8087, FSETPM of the 287: nothing since the 387.
      case 0, 1, 4 -> immediate((c, f, i) -> {});
      case 2 -> immediate((c, f, i) -> f.clearExceptions());
      case 3 -> immediate((c, f, i) -> f.initialize());
      default -> throw Dispatch.misfit(insn);
    };
  }

  private static Operation dc(int digit, int st) {
    if (EscapeMemory.isComparison(digit)) {
      return computing((c, f, i) -> f.compares.register(st, false, digit - 2));
    }
    Operator op = destinationOperator(digit);
    return computing((c, f, i) -> f.arithmetic.toRegister(op, st, false));
  }

  private static Operation dd(Insn insn, int digit, int st) {
    return switch (digit) {
      case 0 -> computing((c, f, i) -> f.stores.free(st));
      case 1 -> computing((c, f, i) -> f.stores.exchange(st));
      case 2, 3 -> computing((c, f, i) -> f.stores.register(st, digit == 3));
      case 4, 5 -> computing((c, f, i) -> f.compares.register(st, true, digit - 4));
      default -> throw Dispatch.misfit(insn);
    };
  }

  private static Operation de(int digit, int st) {
    if (EscapeMemory.isComparison(digit)) {
      return computing((c, f, i) -> f.compares.register(st, false, digit - 1));
    }
    Operator op = destinationOperator(digit);
    return computing((c, f, i) -> f.arithmetic.toRegister(op, st, true));
  }

  private static Operation df(Insn insn, int digit, int st) {
    return switch (digit) {
      case 0 -> computing((c, f, i) -> f.stores.freeAndPop(st));
      case 1 -> computing((c, f, i) -> f.stores.exchange(st));
      case 2, 3 -> computing((c, f, i) -> f.stores.register(st, true));
      case 4 -> immediate((c, f, i) -> c.setReg16(Cpu.EAX, f.statusWord()));
      case 5, 6 -> computing((c, f, i) -> compareToFlags(c, f, st, digit == 5, true));
      default -> throw Dispatch.misfit(insn);
    };
  }

  /** DC and DE have the reversed forms where D8 has the others (SDM vol. 2D, table A-15, note). */
  private static Operator destinationOperator(int digit) {
    return EscapeMemory.operator(digit < 4 ? digit : digit ^ 1);
  }

  /** FCMOVcc: B, E, BE, U by the reg field; DB has their negations. */
  private static Operation conditionalMove(int digit, int st, boolean wanted) {
    return computing(
        (c, f, i) -> {
          boolean holds =
              switch (digit) {
                case 0 -> c.flags.cf();
                case 1 -> c.flags.zf();
                case 2 -> c.flags.cf() || c.flags.zf();
                default -> c.flags.pf();
              };
          f.stores.conditional(st, holds == wanted);
        });
  }

  /** FCOMI and its forms: C3, C2, C0 become ZF, PF, CF; OF, SF, AF are cleared. */
  private static void compareToFlags(Cpu c, Fpu f, int st, boolean quiet, boolean pop) {
    int codes = f.compares.toFlags(st, quiet, pop);
    // FNSTSW AX and SAHF would do the same: the upper byte of the status word is laid out so.
    c.flags.setArithmetic(codes >> 8 & (Eflags.ZF | Eflags.PF | Eflags.CF));
  }
}
