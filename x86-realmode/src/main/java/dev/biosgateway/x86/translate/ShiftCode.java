package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.FLAG_A;
import static dev.biosgateway.x86.translate.Code.FLAG_B;
import static dev.biosgateway.x86.translate.Code.TEMP;
import static dev.biosgateway.x86.translate.Code.TEMP2;
import static dev.biosgateway.x86.translate.Code.VALUE;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.ISHL;
import static org.objectweb.asm.Opcodes.ISHR;
import static org.objectweb.asm.Opcodes.IUSHR;
import static org.objectweb.asm.Opcodes.L2I;

import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic;
import dev.biosgateway.x86.isa.Operand;
import dev.biosgateway.x86.translate.FlagState.Kind;
import java.util.Locale;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/**
 * Writes shifts and rotates: those by a constant in a few operations, of registers and of memory;
 * those by CL, through the carry and of two operands by the {@link
 * dev.biosgateway.x86.cpu.BarrelShifter}. Those of memory by CL, which may store or not, are left
 * to their operations.
 */
final class ShiftCode {
  private static final String SHIFTER = "dev/biosgateway/x86/cpu/BarrelShifter";

  private final Code code;
  private final FlagCode flagCode;
  private final MemoryCode memory;
  private final MethodCompiler region;
  private final InsnCode insns;
  private final CpuModel model;

  ShiftCode(
      Code code,
      FlagCode flagCode,
      MemoryCode memory,
      MethodCompiler region,
      InsnCode insns,
      CpuModel model) {
    this.code = code;
    this.flagCode = flagCode;
    this.memory = memory;
    this.region = region;
    this.insns = insns;
    this.model = model;
  }

  FlagState write(Insn i, FlagState before) {
    Mnemonic m = i.row.mnemonic();
    boolean twice = m == Mnemonic.SHLD || m == Mnemonic.SHRD;
    boolean byRegister = twice ? i.row.operands().get(2) == Operand.CL : i.src != Insn.ZERO;
    int count = i.imm & (twice ? 31 : model.shiftCountMask());
    if (byRegister) {
      return i.memory >= 0 ? insns.byOperation(i) : byRegister(i, twice, before);
    }
    if (count == 0) {
      // Memory is read and, as a write would be, checked.
      return i.memory >= 0 ? insns.byOperation(i) : before;
    }
    return switch (m) {
      case SHL, SHR, SAR -> count > 31 ? insns.byOperation(i) : shift(i, m, count, before);
      case ROL, ROR -> rotate(i, count, before);
      case RCL, RCR, SHLD, SHRD -> byShifter(i, count, before);
      default -> throw new IllegalArgumentException("no shift: " + m);
    };
  }

  // ---- by a constant

  private FlagState shift(Insn i, Mnemonic m, int n, FlagState before) {
    int width = i.width;
    FlagState after = FlagState.of(m == Mnemonic.SHL ? Kind.SHIFT_LEFT : Kind.SHIFT_RIGHT, width);
    Runnable compute =
        () -> {
          if (m == Mnemonic.SAR) {
            code.load(VALUE);
            code.signExtend(width);
            code.store(VALUE);
          }
          code.load(VALUE);
          code.op(m == Mnemonic.SHL ? ISHL : m == Mnemonic.SHR ? IUSHR : ISHR, n);
          code.store(TEMP);
        };
    Runnable flags =
        () -> {
          code.load(TEMP);
          code.signExtend(width);
          code.store(FLAG_A);
          shiftedOut(m == Mnemonic.SHL ? width - n : n - 1);
          code.store(FLAG_B);
        };
    change(i, compute, flags, after);
    return after;
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
    FlagState after = FlagState.rotate(left, width, before);
    Runnable compute =
        () -> {
          if (n == 0) {
            code.copy(VALUE, TEMP);
          } else {
            code.load(VALUE).op(ISHL, up);
            code.load(VALUE).op(IUSHR, width - up);
            code.op(IOR);
            code.store(TEMP);
          }
        };
    Runnable flags =
        () -> {
          flagCode.keepRest(before, true);
          flagCode.keepResult(TEMP, width);
        };
    change(i, compute, flags, after);
    return after;
  }

  /** Has VALUE, the destination, replaced by TEMP, and the flags kept. */
  private void change(Insn i, Runnable compute, Runnable flags, FlagState after) {
    if (i.memory >= 0) {
      memory.offset(i);
      memory.modify(
          i.segment,
          i.width,
          i.addressMask,
          compute,
          TEMP,
          flags,
          region.behind(region.next(), after));
      return;
    }
    insns.register(i.dst, i.width, VALUE);
    compute.run();
    code.setRegister(i.dst, i.width, TEMP);
    flags.run();
  }

  // ---- by the shifter

  /** By a constant; memory is left to the operation, as the flags are made with the result. */
  private FlagState byShifter(Insn i, int count, FlagState before) {
    if (i.memory >= 0) {
      return insns.byOperation(i);
    }
    boolean keeps = keepsFlags(i.row.mnemonic());
    if (keeps) {
      region.makeStored(before);
    }
    code.set(TEMP2, count);
    shifted(i, keeps);
    return FlagState.STORED;
  }

  /** A register by CL: a count of zero leaves everything as it was. */
  private FlagState byRegister(Insn i, boolean twice, FlagState before) {
    boolean keeps = keepsFlags(i.row.mnemonic());
    boolean mixes = !keeps && !before.isRotate() && region.asked(region.next()) == 0;
    if (mixes) {
      flagCode.mix(before);
    } else {
      region.makeStored(before);
    }
    code.load(Code.GPR + Cpu.ECX).op(IAND, 0xff & (twice ? 31 : model.shiftCountMask()));
    code.store(TEMP2);
    Label done = new Label();
    code.load(TEMP2);
    code.jump(IFEQ, done);
    shifted(i, keeps);
    if (mixes) {
      flagCode.mix(FlagState.STORED);
    }
    code.place(done);
    return mixes ? FlagState.MIXED : FlagState.STORED;
  }

  /** Whether flags other than CF and OF stay as they are. */
  private static boolean keepsFlags(Mnemonic m) {
    return switch (m) {
      case ROL, ROR, RCL, RCR -> true;
      default -> false;
    };
  }

  /** Shifts a register by TEMP2; flags go to the flag operands. */
  private void shifted(Insn i, boolean keeps) {
    Mnemonic m = i.row.mnemonic();
    String name = m.name().toLowerCase(Locale.ROOT);
    insns.register(i.dst, i.width, VALUE);
    code.load(VALUE);
    String descriptor;
    if (m == Mnemonic.SHLD || m == Mnemonic.SHRD) {
      name += i.width;
      code.register(i.src, i.width);
      code.load(TEMP2);
      descriptor = "(III)J";
    } else {
      code.load(TEMP2);
      code.constant(i.width);
      descriptor = "(III)J";
    }
    if (keeps) {
      code.load(FLAG_B);
      descriptor = "(IIII)J";
    }
    code.method.visitMethodInsn(INVOKESTATIC, SHIFTER, name, descriptor, false);
    code.op(Opcodes.DUP2);
    code.op(L2I);
    code.store(TEMP);
    code.method.visitMethodInsn(INVOKESTATIC, SHIFTER, "carries", "(J)I", false);
    code.store(FLAG_B);
    code.setRegister(i.dst, i.width, TEMP);
    if (!keeps) {
      code.load(TEMP);
      code.signExtend(i.width);
      code.store(FLAG_A);
    }
  }
}
