package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.FLAG_A;
import static dev.biosgateway.x86.translate.Code.FLAG_B;
import static dev.biosgateway.x86.translate.Code.TEMP;
import static dev.biosgateway.x86.translate.Code.VALUE;
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.ISHL;
import static org.objectweb.asm.Opcodes.ISHR;
import static org.objectweb.asm.Opcodes.IUSHR;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic;
import dev.biosgateway.x86.translate.FlagState.Kind;

/**
 * Writes shifts and rotates of registers by a constant; the others are left to their operations.
 */
final class ShiftCode {
  private final Code code;
  private final FlagCode flagCode;
  private final InsnCode insns;

  ShiftCode(Code code, FlagCode flagCode, InsnCode insns) {
    this.code = code;
    this.flagCode = flagCode;
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
    code.load(TEMP);
    code.signExtend(width);
    code.store(FLAG_A);
    shiftedOut(m == Mnemonic.SHL ? width - n : n - 1);
    code.store(FLAG_B);
    return FlagState.of(m == Mnemonic.SHL ? Kind.SHIFT_LEFT : Kind.SHIFT_RIGHT, width);
  }

  /** Pushes a number with one bit of VALUE as bit 0; 0 for those it does not have. */
  private void shiftedOut(int bit) {
    if (bit < 0) {
      code.constant(0);
      return;
    }
    code.load(VALUE).op(IUSHR, bit);
  }

  /** CF and OF change, the others stay. */
  private FlagState rotate(Insn i, int count, FlagState before) {
    int width = i.width;
    int n = count & width - 1;
    boolean left = i.row.mnemonic() == Mnemonic.ROL;
    int up = left ? n : width - n;
    insns.register(i.dst, width, VALUE);
    if (n == 0) {
      code.copy(VALUE, TEMP);
    } else {
      code.load(VALUE).op(ISHL, up);
      code.load(VALUE).op(IUSHR, width - up);
      code.op(IOR);
      code.store(TEMP);
    }
    code.setRegister(i.dst, width, TEMP);
    flagCode.keepRest(before, true);
    flagCode.keepResult(TEMP, width);
    return FlagState.rotate(left, width, before);
  }
}
