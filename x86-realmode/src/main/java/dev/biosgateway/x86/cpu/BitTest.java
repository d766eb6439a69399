package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Operand;

/**
 * BT, BTS, BTR, BTC, BSF, BSR, BSWAP. With a register as bit offset and the bits in memory, the
 * offset is signed and reaches 2^31 bits in both directions (SDM vol. 1, 3.7.1 "bit strings").
 */
final class BitTest {
  private BitTest() {}

  /** What a bit that was tested leaves in the flags: CF is the bit. */
  interface Flags {
    /** Sets them after {@code bit} of {@code value}, an operand of {@code width} bits. */
    void set(Cpu c, int value, int bit, int width);
  }

  /** The others keep their values, as on a P6. */
  static void carryAlone(Cpu c, int value, int bit, int width) {
    c.flags.setCarry((value >>> bit & 1) != 0);
  }

  /**
   * The 386 brings the bit into CF as RCR does: OF is that of a rotate with CF 0 before it
   * (test386.asm, run on a 386SX).
   */
  static void carryAsRotated(Cpu c, int value, int bit, int width) {
    c.flags.setCarry((value >>> bit & 1) != 0);
    int top = bit == 0 ? 0 : value >>> bit - 1;
    int second = bit == 1 ? 0 : value >>> (bit == 0 ? width - 1 : bit - 2);
    c.flags.setOverflow(((top ^ second) & 1) != 0);
  }

  static Operation bt(Insn insn, Flags flags) {
    return insn.memory < 0
        ? (c, i) -> test(c, i, flags, register(c, i))
        : (c, i) -> test(c, i, flags, load(c, i, bitAddress(c, i)));
  }

  static Operation bts(Insn insn, Flags flags) {
    return insn.memory < 0
        ? (c, i) -> setRegister(c, i, register(c, i) | test(c, i, flags, register(c, i)))
        : (c, i) -> {
          int address = bitAddress(c, i);
          int v = modify(c, i, address);
          store(c, i, address, v | test(c, i, flags, v));
        };
  }

  static Operation btr(Insn insn, Flags flags) {
    return insn.memory < 0
        ? (c, i) -> setRegister(c, i, register(c, i) & ~test(c, i, flags, register(c, i)))
        : (c, i) -> {
          int address = bitAddress(c, i);
          int v = modify(c, i, address);
          store(c, i, address, v & ~test(c, i, flags, v));
        };
  }

  static Operation btc(Insn insn, Flags flags) {
    return insn.memory < 0
        ? (c, i) -> setRegister(c, i, register(c, i) ^ test(c, i, flags, register(c, i)))
        : (c, i) -> {
          int address = bitAddress(c, i);
          int v = modify(c, i, address);
          store(c, i, address, v ^ test(c, i, flags, v));
        };
  }

  static Operation bsf(Insn insn) {
    return (c, i) -> {
      int v = scanned(c, i);
      scanFlags(c, v, Integer.numberOfTrailingZeros(v));
      if (v != 0) {
        setRegister(c, i, Integer.numberOfTrailingZeros(v));
      }
    };
  }

  static Operation bsr(Insn insn) {
    return (c, i) -> {
      int v = scanned(c, i);
      scanFlags(c, v, 31 - Integer.numberOfLeadingZeros(v));
      if (v != 0) {
        setRegister(c, i, 31 - Integer.numberOfLeadingZeros(v));
      }
    };
  }

  /** BSWAP of a 16-bit register is undefined (SDM vol. 2A, BSWAP); a P6 leaves zero. */
  static Operation bswap(Insn insn) {
    return insn.is32()
        ? (c, i) -> c.gpr[i.dst] = Integer.reverseBytes(c.gpr[i.dst])
        : (c, i) -> c.setReg16(i.dst, 0);
  }

  /** Sets the flags by the bit. Returns its mask. */
  private static int test(Cpu c, Insn i, Flags flags, int value) {
    int n = bit(c, i);
    flags.set(c, value, n, i.operandSize);
    return 1 << n;
  }

  /**
   * A source of zero leaves the destination as it is, on every processor there was: undefined in
   * SDM vol. 2A, BSF; documented in APM vol. 3, BSF.
   */
  private static void scanFlags(Cpu c, int source, int index) {
    int others = c.flags.get() & ~Eflags.ZF;
    boolean odd = (Integer.bitCount(index) & 1) != 0;
    c.flags.setArithmetic(source == 0 ? others | Eflags.ZF : odd ? 0 : Eflags.PF);
  }

  private static int scanned(Cpu c, Insn i) {
    if (i.memory >= 0) {
      return load(c, i, i.address(c.gpr));
    }
    return i.is32() ? c.gpr[i.src] : c.reg16(i.src);
  }

  private static int offset(Cpu c, Insn i) {
    return i.row.operands().get(1) == Operand.Ib
        ? i.imm & i.operandSize - 1
        : i.is32() ? c.gpr[i.src] : (short) c.gpr[i.src];
  }

  private static int bit(Cpu c, Insn i) {
    return offset(c, i) & i.operandSize - 1;
  }

  private static int bitAddress(Cpu c, Insn i) {
    int units = offset(c, i) >> (i.is32() ? 5 : 4);
    return i.address(c.gpr) + units * (i.operandSize >> 3) & i.addressMask;
  }

  private static int register(Cpu c, Insn i) {
    return c.gpr[i.dst];
  }

  private static void setRegister(Cpu c, Insn i, int value) {
    if (i.is32()) {
      c.gpr[i.dst] = value;
    } else {
      c.setReg16(i.dst, value);
    }
  }

  private static int load(Cpu c, Insn i, int address) {
    return i.is32()
        ? c.loadStore.load32(i.segment, address)
        : c.loadStore.load16(i.segment, address);
  }

  private static int modify(Cpu c, Insn i, int address) {
    return i.is32()
        ? c.loadStore.loadForStore32(i.segment, address)
        : c.loadStore.loadForStore16(i.segment, address);
  }

  private static void store(Cpu c, Insn i, int address, int value) {
    if (i.is32()) {
      c.loadStore.store32(i.segment, address, value);
    } else {
      c.loadStore.store16(i.segment, address, value);
    }
  }
}
