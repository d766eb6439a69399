package dev.biosgateway.x86.cpu;

import static dev.biosgateway.x86.cpu.FloatingPoint.packed;
import static dev.biosgateway.x86.cpu.PackedInteger.mask;
import static dev.biosgateway.x86.cpu.PackedInteger.saturateSigned;
import static dev.biosgateway.x86.cpu.PackedInteger.saturateUnsigned;
import static dev.biosgateway.x86.cpu.PackedInteger.signed;
import static dev.biosgateway.x86.cpu.PackedInteger.unsigned;

import dev.biosgateway.x86.fpu.Fpu;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Operand;
import java.util.function.LongBinaryOperator;

/**
 * The MMX instructions (SDM vol. 1, chapter 9). Memory is accessed before the unit changes hands
 * from x87 to MMX, so a fault leaves tags and TOP as they were.
 */
final class PackedInstructions {
  private PackedInstructions() {}

  static Operation of(Insn insn) {
    return switch (insn.row.opcode()) {
      case 0x6e -> load((c, i) -> i.memory < 0 ? c.gpr[i.src] : Form.load32(c, i), 0xffffffffL);
      case 0x6f -> load(PackedInstructions::source, -1);
      case 0x71, 0x72, 0x73 -> shiftByImmediate(insn);
      case 0x77 -> packed((c, f, i) -> f.endMmx());
      case 0x7e -> packed(PackedInstructions::storeDoubleword);
      case 0x7f -> packed(PackedInstructions::storeQuadword);
      default -> compute(operator(insn));
    };
  }

  // ---- moves

  /** Where 64 bits come from. */
  @FunctionalInterface
  private interface Source {
    long read(Cpu c, Insn i);
  }

  private static Operation load(Source source, long mask) {
    return packed(
        (c, f, i) -> {
          long value = source.read(c, i) & mask;
          f.useAsMmx();
          f.setMmx(i.dst, value);
        });
  }

  private static void storeDoubleword(Cpu c, Fpu f, Insn i) {
    int value = (int) f.mmx(i.src);
    if (i.memory < 0) {
      c.gpr[i.dst] = value;
    } else {
      Form.store32(c, i, value);
    }
    f.useAsMmx();
  }

  private static void storeQuadword(Cpu c, Fpu f, Insn i) {
    long value = f.mmx(i.src);
    if (i.memory >= 0) {
      NumericOperand.store64(c, i, 0, value);
    }
    f.useAsMmx();
    if (i.memory < 0) {
      f.setMmx(i.dst, value);
    }
  }

  // ---- computations

  private static Operation compute(LongBinaryOperator operator) {
    return packed(
        (c, f, i) -> {
          long value = source(c, i);
          f.useAsMmx();
          f.setMmx(i.dst, operator.applyAsLong(f.mmx(i.dst), value));
        });
  }

  /** The second operand; PUNPCKL reads only the half that it uses. */
  private static long source(Cpu c, Insn i) {
    if (i.memory < 0) {
      return c.fpu.mmx(i.src);
    }
    return i.row.operands().get(1) == Operand.Qd
        ? Form.load32(c, i)
        : NumericOperand.load64(c, i, 0);
  }

  private static Operation shiftByImmediate(Insn insn) {
    LongBinaryOperator shift = shift(insn, insn.row.opcode() - 0x70, insn.row.digit() >> 1);
    return packed(
        (c, f, i) -> {
          f.useAsMmx();
          f.setMmx(i.dst, shift.applyAsLong(f.mmx(i.dst), i.imm & 0xff));
        });
  }

  /** Shifts of words (1), doublewords (2), quadwords (3): right 1, right with sign 2, left 3. */
  private static LongBinaryOperator shift(Insn insn, int width, int kind) {
    int bits = 8 << width;
    return switch (kind) {
      case 1 -> (a, n) -> PackedInteger.shiftRight(bits, a, n);
      case 2 -> (a, n) -> PackedInteger.shiftRightSigned(bits, a, n);
      case 3 -> (a, n) -> PackedInteger.shiftLeft(bits, a, n);
      default -> throw Dispatch.misfit(insn);
    };
  }

  private static LongBinaryOperator operator(Insn insn) {
    int opcode = insn.row.opcode();
    return switch (opcode) {
      case 0x60, 0x61, 0x62 -> (a, b) -> PackedInteger.interleave(8 << opcode - 0x60, 0, a, b);
      case 0x63 -> (a, b) -> PackedInteger.packSigned(16, a, b);
      case 0x64, 0x65, 0x66 -> (a, b) -> signed(8 << opcode - 0x64, a, b, (x, y) -> mask(x > y));
      case 0x67 -> PackedInteger::packUnsigned;
      case 0x68, 0x69, 0x6a -> (a, b) -> PackedInteger.interleave(8 << opcode - 0x68, 32, a, b);
      case 0x6b -> (a, b) -> PackedInteger.packSigned(32, a, b);
      case 0x74, 0x75, 0x76 -> (a, b) -> signed(8 << opcode - 0x74, a, b, (x, y) -> mask(x == y));
      case 0xd1, 0xd2, 0xd3 -> shift(insn, opcode - 0xd0, 1);
      case 0xd5 -> (a, b) -> signed(16, a, b, (x, y) -> x * y);
      case 0xd8 -> (a, b) -> unsigned(8, a, b, (x, y) -> saturateUnsigned(x - y, 8));
      case 0xd9 -> (a, b) -> unsigned(16, a, b, (x, y) -> saturateUnsigned(x - y, 16));
      case 0xdb -> (a, b) -> a & b;
      case 0xdc -> (a, b) -> unsigned(8, a, b, (x, y) -> saturateUnsigned(x + y, 8));
      case 0xdd -> (a, b) -> unsigned(16, a, b, (x, y) -> saturateUnsigned(x + y, 16));
      case 0xdf -> (a, b) -> ~a & b;
      case 0xe1, 0xe2 -> shift(insn, opcode - 0xe0, 2);
      case 0xe5 -> (a, b) -> signed(16, a, b, (x, y) -> x * y >> 16);
      case 0xe8 -> (a, b) -> signed(8, a, b, (x, y) -> saturateSigned(x - y, 8));
      case 0xe9 -> (a, b) -> signed(16, a, b, (x, y) -> saturateSigned(x - y, 16));
      case 0xeb -> (a, b) -> a | b;
      case 0xec -> (a, b) -> signed(8, a, b, (x, y) -> saturateSigned(x + y, 8));
      case 0xed -> (a, b) -> signed(16, a, b, (x, y) -> saturateSigned(x + y, 16));
      case 0xef -> (a, b) -> a ^ b;
      case 0xf1, 0xf2, 0xf3 -> shift(insn, opcode - 0xf0, 3);
      case 0xf5 -> PackedInteger::multiplyAdd;
      case 0xf8, 0xf9, 0xfa -> (a, b) -> signed(8 << opcode - 0xf8, a, b, (x, y) -> x - y);
      case 0xfc, 0xfd, 0xfe -> (a, b) -> signed(8 << opcode - 0xfc, a, b, (x, y) -> x + y);
      default -> throw Dispatch.misfit(insn);
    };
  }
}
