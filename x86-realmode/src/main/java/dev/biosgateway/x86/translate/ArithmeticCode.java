package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.FLAG_A;
import static dev.biosgateway.x86.translate.Code.FLAG_B;
import static dev.biosgateway.x86.translate.Code.TEMP;
import static dev.biosgateway.x86.translate.Code.TEMP2;
import static dev.biosgateway.x86.translate.Code.VALUE;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.ISUB;
import static org.objectweb.asm.Opcodes.IXOR;

import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic;
import dev.biosgateway.x86.translate.FlagState.Kind;

/** Writes integer arithmetic of two operands and of one, in registers and in memory. */
final class ArithmeticCode {
  private final Code code;
  private final FlagCode flagCode;
  private final MemoryCode memory;
  private final MethodCompiler region;
  private final InsnCode insns;

  ArithmeticCode(
      Code code, FlagCode flagCode, MemoryCode memory, MethodCompiler region, InsnCode insns) {
    this.code = code;
    this.flagCode = flagCode;
    this.memory = memory;
    this.region = region;
    this.insns = insns;
  }

  FlagState write(Insn i, FlagState before) {
    return switch (i.row.mnemonic()) {
      case ADC, SBB -> withCarry(i, before);
      case INC, DEC -> step(i, before);
      case NEG -> negate(i);
      case NOT -> complement(i, before);
      default -> binary(i);
    };
  }

  private FlagState binary(Insn i) {
    Mnemonic m = i.row.mnemonic();
    boolean logic =
        m == Mnemonic.AND || m == Mnemonic.OR || m == Mnemonic.XOR || m == Mnemonic.TEST;
    boolean discards = m == Mnemonic.CMP || m == Mnemonic.TEST;
    FlagState after =
        switch (m) {
          case ADD -> FlagState.of(Kind.ADD, i.width);
          case SUB -> FlagState.of(Kind.SUB, i.width);
          case CMP -> FlagState.of(Kind.CMP, i.width);
          default -> FlagState.LOGIC;
        };
    int opcode =
        switch (m) {
          case ADD -> IADD;
          case AND, TEST -> IAND;
          case OR -> IOR;
          case XOR -> IXOR;
          default -> ISUB;
        };
    if (i.memory == 0 && !discards) {
      insns.source(i, i.width, TEMP);
      memory.offset(i);
      memory.modify(
          i.segment,
          i.width,
          i.addressMask,
          () -> compute(opcode, VALUE, TEMP, TEMP2),
          TEMP2,
          () -> flagsOf(after, i.width, VALUE, TEMP),
          region.behind(region.next(), after));
      return after;
    }
    int a = TEMP;
    int b = VALUE;
    if (i.memory == 0) {
      insns.load(i, i.width);
      a = VALUE;
      b = TEMP;
      insns.source(i, i.width, b);
    } else {
      if (i.memory == 1) {
        insns.load(i, i.width);
      } else {
        insns.source(i, i.width, b);
      }
      insns.register(i.dst, i.width, a);
    }
    if (logic || !discards) {
      compute(opcode, a, b, TEMP2);
    }
    if (!discards) {
      code.setRegister(i.dst, i.width, TEMP2);
    }
    flagsOf(after, i.width, a, b);
    return after;
  }

  private void compute(int opcode, int a, int b, int into) {
    code.load(a);
    code.load(b);
    code.op(opcode);
    code.store(into);
  }

  private void flagsOf(FlagState after, int width, int a, int b) {
    switch (after.kind()) {
      case LOGIC -> {
        code.load(TEMP2);
        code.signExtend(width);
        code.store(FLAG_A);
      }
      case CMP -> flagCode.operands(a, b);
      default -> {
        flagCode.keepResult(TEMP2, width);
        code.copy(b, FLAG_B);
      }
    }
  }

  private FlagState withCarry(Insn i, FlagState before) {
    boolean sum = i.row.mnemonic() == Mnemonic.ADC;
    if (i.memory == 0) {
      insns.source(i, i.width, TEMP);
      memory.offset(i);
      memory.modify(
          i.segment,
          i.width,
          i.addressMask,
          () -> computeWithCarry(sum, VALUE, TEMP, before),
          TEMP2,
          () -> flagsWithCarry(sum, i.width, VALUE, TEMP),
          region.behind(region.next(), FlagState.STORED));
      return FlagState.STORED;
    }
    if (i.memory == 1) {
      insns.load(i, i.width);
    } else {
      insns.source(i, i.width, VALUE);
    }
    insns.register(i.dst, i.width, TEMP);
    computeWithCarry(sum, TEMP, VALUE, before);
    code.setRegister(i.dst, i.width, TEMP2);
    flagsWithCarry(sum, i.width, TEMP, VALUE);
    return FlagState.STORED;
  }

  private void computeWithCarry(boolean sum, int a, int b, FlagState before) {
    flagCode.carry(before); // first: it may use TEMP2
    code.store(TEMP2);
    code.load(a);
    code.load(b);
    code.op(sum ? IADD : ISUB);
    code.load(TEMP2);
    code.op(sum ? IADD : ISUB);
    code.store(TEMP2);
  }

  private void flagsWithCarry(boolean sum, int width, int a, int b) {
    carriesOf(sum, width, a, b);
    code.store(FLAG_B);
    code.load(TEMP2);
    code.signExtend(width);
    code.store(FLAG_A);
  }

  /** Pushes the carries of a plus or minus b when the result is TEMP2. */
  private void carriesOf(boolean sum, int width, int a, int b) {
    if (sum) {
      code.load(a);
      code.load(b);
      code.op(IAND);
      code.load(a);
      code.load(b);
      code.op(IOR);
      code.load(TEMP2);
      code.op(IXOR, -1);
    } else {
      code.load(a);
      code.op(IXOR, -1);
      code.load(b);
      code.op(IAND);
      code.load(a);
      code.load(b);
      code.op(IXOR);
      code.op(IXOR, -1);
      code.load(TEMP2);
    }
    code.op(IAND);
    code.op(IOR);
    flagCode.masked(width);
  }

  private FlagState step(Insn i, FlagState before) {
    boolean up = i.row.mnemonic() == Mnemonic.INC;
    Runnable compute =
        () -> {
          code.load(VALUE).op(up ? IADD : ISUB, 1);
          code.store(TEMP2);
        };
    Runnable flags =
        () -> {
          flagCode.keepRest(before, false);
          flagCode.keepResult(TEMP2, i.width);
        };
    return unary(i, compute, flags, FlagState.step(up, i.width, before));
  }

  private FlagState negate(Insn i) {
    Runnable compute =
        () -> {
          code.set(TEMP, 0);
          compute(ISUB, TEMP, VALUE, TEMP2);
        };
    Runnable flags =
        () -> {
          code.set(FLAG_A, 0);
          code.copy(VALUE, FLAG_B);
        };
    return unary(i, compute, flags, FlagState.of(Kind.CMP, i.width));
  }

  private FlagState complement(Insn i, FlagState before) {
    Runnable compute =
        () -> {
          code.load(VALUE).op(IXOR, -1);
          code.store(TEMP2);
        };
    return unary(i, compute, () -> {}, before);
  }

  /** Has VALUE replaced by TEMP2, and the flags kept. */
  private FlagState unary(Insn i, Runnable compute, Runnable flags, FlagState after) {
    if (i.memory == 0) {
      memory.offset(i);
      memory.modify(
          i.segment,
          i.width,
          i.addressMask,
          compute,
          TEMP2,
          flags,
          region.behind(region.next(), after));
      return after;
    }
    insns.register(i.dst, i.width, VALUE);
    compute.run();
    code.setRegister(i.dst, i.width, TEMP2);
    flags.run();
    return after;
  }
}
