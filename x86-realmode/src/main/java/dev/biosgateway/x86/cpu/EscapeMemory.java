package dev.biosgateway.x86.cpu;

import static dev.biosgateway.x86.cpu.FloatingPoint.computing;
import static dev.biosgateway.x86.cpu.FloatingPoint.controlling;
import static dev.biosgateway.x86.cpu.FloatingPoint.immediate;

import dev.biosgateway.x86.fpu.ArithmeticInstructions.Operator;
import dev.biosgateway.x86.fpu.Fpu;
import dev.biosgateway.x86.isa.Insn;

/** The escapes D8 to DF with a memory operand, by the reg field of ModR/M (SDM vol. 2D, A.5.2). */
final class EscapeMemory {
  private EscapeMemory() {}

  static Operation of(Insn insn) {
    int digit = insn.modrm >> 3 & 7;
    return switch (insn.row.opcode()) {
      case 0xd8 -> computing(single(digit));
      case 0xd9 -> d9(insn, digit);
      case 0xda -> computing(integer32(digit));
      case 0xdb -> db(insn, digit);
      case 0xdc -> computing(doublePrecision(digit));
      case 0xdd -> dd(insn, digit);
      case 0xde -> computing(integer16(digit));
      case 0xdf -> df(insn, digit);
      default -> throw Dispatch.misfit(insn);
    };
  }

  // ---- arithmetic and comparisons: D8 single, DC double, DA and DE integers

  private static FloatingPoint.Work single(int digit) {
    if (isComparison(digit)) {
      return (c, f, i) -> f.compares.single(load32(c, i), digit == 3);
    }
    Operator op = operator(digit);
    return (c, f, i) -> f.arithmetic.single(op, load32(c, i));
  }

  private static FloatingPoint.Work doublePrecision(int digit) {
    if (isComparison(digit)) {
      return (c, f, i) -> f.compares.doublePrecision(load64(c, i), digit == 3);
    }
    Operator op = operator(digit);
    return (c, f, i) -> f.arithmetic.doublePrecision(op, load64(c, i));
  }

  private static FloatingPoint.Work integer32(int digit) {
    if (isComparison(digit)) {
      return (c, f, i) -> f.compares.integer(load32(c, i), digit == 3);
    }
    Operator op = operator(digit);
    return (c, f, i) -> f.arithmetic.integer(op, load32(c, i));
  }

  private static FloatingPoint.Work integer16(int digit) {
    if (isComparison(digit)) {
      return (c, f, i) -> f.compares.integer(load16(c, i), digit == 3);
    }
    Operator op = operator(digit);
    return (c, f, i) -> f.arithmetic.integer(op, load16(c, i));
  }

  /** FCOM /2 and FCOMP /3 among the arithmetic of an escape. */
  static boolean isComparison(int digit) {
    return (digit & 6) == 2;
  }

  /** The operation of an escape's reg field, ST(0) on the left. */
  static Operator operator(int digit) {
    return switch (digit) {
      case 0 -> Operator.ADD;
      case 1 -> Operator.MULTIPLY;
      case 4 -> Operator.SUBTRACT;
      case 5 -> Operator.SUBTRACT_REVERSED;
      case 6 -> Operator.DIVIDE;
      case 7 -> Operator.DIVIDE_REVERSED;
      default -> throw new IllegalArgumentException("/" + digit + " is a comparison");
    };
  }

  // ---- loads, stores and control

  private static Operation d9(Insn insn, int digit) {
    return switch (digit) {
      case 0 -> computing((c, f, i) -> f.loads.single(load32(c, i)));
      case 2, 3 ->
          computing(
              (c, f, i) -> {
                if (f.stores.single()) {
                  Form.store32(c, i, (int) f.stores.bits());
                }
                f.stores.complete(digit == 3);
              });
      case 4 -> controlling(FloatingPointControl::loadEnvironment);
      case 5 -> controlling((c, f, i) -> f.setControlWord(load16(c, i)));
      case 6 -> immediate(FloatingPointControl::storeEnvironment);
      case 7 -> immediate((c, f, i) -> Form.store16(c, i, f.controlWord()));
      default -> throw Dispatch.misfit(insn);
    };
  }

  private static Operation db(Insn insn, int digit) {
    return switch (digit) {
      case 0 -> computing((c, f, i) -> f.loads.integer(load32(c, i)));
      case 2, 3 ->
          computing(
              (c, f, i) -> {
                if (f.stores.integer(32)) {
                  Form.store32(c, i, (int) f.stores.bits());
                }
                f.stores.complete(digit == 3);
              });
      case 5 -> computing(EscapeMemory::loadExtended);
      case 7 ->
          computing(
              (c, f, i) -> {
                if (f.stores.extended()) {
                  NumericOperand.store80(c, i, f.stores.bits(), f.stores.high());
                }
                f.stores.complete(true);
              });
      default -> throw Dispatch.misfit(insn);
    };
  }

  private static Operation dd(Insn insn, int digit) {
    return switch (digit) {
      case 0 -> computing((c, f, i) -> f.loads.doublePrecision(load64(c, i)));
      case 2, 3 ->
          computing(
              (c, f, i) -> {
                if (f.stores.doublePrecision()) {
                  NumericOperand.store64(c, i, 0, f.stores.bits());
                }
                f.stores.complete(digit == 3);
              });
      case 4 -> controlling(FloatingPointControl::restore);
      case 6 -> immediate(FloatingPointControl::save);
      case 7 -> immediate((c, f, i) -> Form.store16(c, i, f.statusWord()));
      default -> throw Dispatch.misfit(insn);
    };
  }

  private static Operation df(Insn insn, int digit) {
    return switch (digit) {
      case 0 -> computing((c, f, i) -> f.loads.integer(load16(c, i)));
      case 2, 3 ->
          computing(
              (c, f, i) -> {
                if (f.stores.integer(16)) {
                  Form.store16(c, i, (int) f.stores.bits());
                }
                f.stores.complete(digit == 3);
              });
      case 4 -> computing(EscapeMemory::loadPackedDecimal);
      case 5 -> computing((c, f, i) -> f.loads.integer(load64(c, i)));
      case 6 ->
          computing(
              (c, f, i) -> {
                if (f.stores.packedDecimal()) {
                  NumericOperand.store80(c, i, f.stores.bits(), f.stores.high());
                }
                f.stores.complete(true);
              });
      case 7 ->
          computing(
              (c, f, i) -> {
                if (f.stores.integer(64)) {
                  NumericOperand.store64(c, i, 0, f.stores.bits());
                }
                f.stores.complete(true);
              });
      default -> throw Dispatch.misfit(insn);
    };
  }

  private static void loadExtended(Cpu c, Fpu f, Insn i) {
    long low = NumericOperand.load64(c, i, 0);
    f.loads.extended(NumericOperand.loadUpper16(c, i, 0), low);
  }

  /** FBLD looks at the upper two bytes first, as page faults show. */
  private static void loadPackedDecimal(Cpu c, Fpu f, Insn i) {
    int high = NumericOperand.loadUpper16(c, i, 0);
    f.loads.packedDecimal(NumericOperand.load64(c, i, 0), high);
  }

  /** A word, sign-extended. */
  private static int load16(Cpu c, Insn i) {
    return (short) Form.load16(c, i);
  }

  private static int load32(Cpu c, Insn i) {
    return Form.load32(c, i);
  }

  private static long load64(Cpu c, Insn i) {
    return NumericOperand.load64(c, i, 0);
  }
}
