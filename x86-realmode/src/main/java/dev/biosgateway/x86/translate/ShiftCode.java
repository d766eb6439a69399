package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.FLAG_A;
import static dev.biosgateway.x86.translate.Code.FLAG_B;
import static dev.biosgateway.x86.translate.Code.TEMP;
import static dev.biosgateway.x86.translate.Code.TEMP3;
import static dev.biosgateway.x86.translate.Code.VALUE;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.ISHL;
import static org.objectweb.asm.Opcodes.ISHR;
import static org.objectweb.asm.Opcodes.IUSHR;
import static org.objectweb.asm.Opcodes.IXOR;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic;

/**
 * Writes shifts and rotates of registers by a constant; the others are left to their operations.
 */
final class ShiftCode {
  private final Code code;
  private final RegionCompiler region;
  private final InsnCode insns;

  ShiftCode(Code code, RegionCompiler region, InsnCode insns) {
    this.code = code;
    this.region = region;
    this.insns = insns;
  }

  FlagState write(Insn i, FlagState before, CpuModel model) {
    boolean byRegister = i.src != Insn.ZERO;
    int count = i.imm & model.shiftCountMask();
    if (i.memory >= 0 || byRegister || count > 31) {
      return insns.byOperation(i);
    }
    if (count == 0) {
      return before;
    }
    Mnemonic m = i.row.mnemonic();
    return m == Mnemonic.ROL || m == Mnemonic.ROR ? rotate(i, count, before) : shift(i, m, count);
  }

  private FlagState shift(Insn i, Mnemonic m, int n) {
    int width = i.width;
    code.register(i.dst, width);
    if (m == Mnemonic.SAR) {
      code.signExtend(width);
    }
    code.store(VALUE);
    code.load(VALUE);
    code.op(m == Mnemonic.SHL ? ISHL : m == Mnemonic.SHR ? IUSHR : ISHR, n);
    code.store(TEMP);
    code.setRegister(i.dst, width, TEMP);
    // The result with its sign, and its sign alone.
    code.load(TEMP);
    code.signExtend(width);
    code.store(FLAG_A);
    if (m == Mnemonic.SHL) {
      shiftedOut(width - n);
      // CF is bit 31; OF is CF xor the top, so the carry into it is the top.
      code.op(ISHL, 31);
      code.load(FLAG_A);
      code.op(IUSHR, 31);
      code.op(ISHL, 30);
    } else {
      shiftedOut(n - 1);
      code.op(org.objectweb.asm.Opcodes.DUP);
      code.op(ISHL, 31);
      code.op(org.objectweb.asm.Opcodes.SWAP);
      // OF is the exclusive or of the two top bits.
      code.load(FLAG_A);
      code.op(IUSHR, 31);
      code.op(IXOR);
      code.load(FLAG_A);
      code.op(IUSHR, width - 2);
      code.op(IXOR);
      code.op(IAND, 1);
      code.op(ISHL, 30);
    }
    code.op(IOR);
    code.store(FLAG_B);
    return FlagState.STORED;
  }

  /** Pushes one bit of VALUE; 0 for those it does not have. */
  private void shiftedOut(int bit) {
    if (bit < 0) {
      code.constant(0);
      return;
    }
    code.load(VALUE);
    code.op(IUSHR, bit);
    code.op(IAND, 1);
  }

  /** CF and OF change, the others stay. */
  private FlagState rotate(Insn i, int count, FlagState before) {
    int width = i.width;
    int n = count & width - 1;
    boolean left = i.row.mnemonic() == Mnemonic.ROL;
    int up = left ? n : width - n;
    insns.register(i.dst, width, VALUE);
    if (n == 0) {
      code.copy(VALUE, TEMP3);
    } else {
      code.load(VALUE);
      code.op(ISHL, up);
      code.load(VALUE);
      code.op(IUSHR, width - up);
      code.op(IOR);
      code.store(TEMP3);
    }
    region.makeStored(before);
    code.setRegister(i.dst, width, TEMP3);
    code.load(FLAG_B);
    code.op(IAND, 0x3fffffff);
    bit(left ? 0 : width - 1);
    code.op(ISHL, 31);
    code.op(IOR);
    // The carry into the sign is CF xor OF: for ROL the top bit, for ROR the one below it.
    bit(left ? width - 1 : width - 2);
    code.op(ISHL, 30);
    code.op(IOR);
    code.store(FLAG_B);
    return FlagState.STORED;
  }

  private void bit(int number) {
    code.load(TEMP3);
    code.op(IUSHR, number);
    code.op(IAND, 1);
  }
}
