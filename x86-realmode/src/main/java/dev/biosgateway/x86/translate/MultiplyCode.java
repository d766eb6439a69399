package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.FLAG_A;
import static dev.biosgateway.x86.translate.Code.FLAG_B;
import static dev.biosgateway.x86.translate.Code.TEMP;
import static dev.biosgateway.x86.translate.Code.TEMP2;
import static dev.biosgateway.x86.translate.Code.TEMP3;
import static dev.biosgateway.x86.translate.Code.VALUE;
import static org.objectweb.asm.Opcodes.I2L;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IDIV;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IF_ICMPGE;
import static org.objectweb.asm.Opcodes.IF_ICMPNE;
import static org.objectweb.asm.Opcodes.IMUL;
import static org.objectweb.asm.Opcodes.INEG;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.IREM;
import static org.objectweb.asm.Opcodes.ISHL;
import static org.objectweb.asm.Opcodes.ISHR;
import static org.objectweb.asm.Opcodes.IXOR;
import static org.objectweb.asm.Opcodes.L2I;
import static org.objectweb.asm.Opcodes.LAND;
import static org.objectweb.asm.Opcodes.LCMP;
import static org.objectweb.asm.Opcodes.LDIV;
import static org.objectweb.asm.Opcodes.LMUL;
import static org.objectweb.asm.Opcodes.LOR;
import static org.objectweb.asm.Opcodes.LREM;
import static org.objectweb.asm.Opcodes.LSHL;
import static org.objectweb.asm.Opcodes.LUSHR;

import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** Writes MUL, IMUL, DIV and IDIV. A quotient that does not fit is the interpreter's business. */
final class MultiplyCode {
  /** AH, as an 8-bit register. */
  private static final int AH = 4;

  private final Code code;
  private final MethodCompiler region;
  private final InsnCode insns;

  MultiplyCode(Code code, MethodCompiler region, InsnCode insns) {
    this.code = code;
    this.region = region;
    this.insns = insns;
  }

  FlagState write(Insn i, FlagState before) {
    return switch (i.row.mnemonic()) {
      case IMUL_TRUNCATING -> truncating(i);
      case DIV -> divide(i, before);
      case IDIV -> divideSigned(i, before);
      default -> wide(i);
    };
  }

  /** IMUL with two or three operands. */
  private FlagState truncating(Insn i) {
    boolean three = i.row.operands().size() == 3;
    int width = i.operandSize;
    if (i.memory >= 0) {
      insns.load(i, width);
    } else {
      insns.register(i.src, width, VALUE);
    }
    if (three) {
      code.set(TEMP, i.imm);
    } else {
      insns.register(i.dst, width, TEMP);
    }
    product(width, true, VALUE, TEMP);
    code.setRegister(i.dst, width, TEMP2);
    return flags(width, true);
  }

  /** Low half to TEMP2, high half to TEMP3, both of {@code width} bits at least. */
  private void product(int width, boolean signed, int a, int b) {
    if (width == 32) {
      extended(a, signed);
      extended(b, signed);
      code.op(LMUL);
      code.op(Opcodes.DUP2);
      code.op(L2I);
      code.store(TEMP2);
      code.constant(32);
      code.op(LUSHR);
      code.op(L2I);
      code.store(TEMP3);
      return;
    }
    for (int operand : new int[] {a, b}) {
      code.load(operand);
      if (signed) {
        code.signExtend(width);
      } else {
        code.zeroExtend(width);
      }
    }
    code.op(IMUL);
    code.store(TEMP2);
    code.load(TEMP2);
    code.op(ISHR, width);
    code.store(TEMP3);
  }

  private void extended(int local, boolean signed) {
    code.load(local);
    code.op(I2L);
    if (!signed) {
      code.method.visitLdcInsn(0xffffffffL);
      code.op(LAND);
    }
  }

  /** CF and OF say whether the upper half is significant; the others follow from the lower. */
  private FlagState flags(int width, boolean signed) {
    code.load(TEMP2);
    code.signExtend(width);
    code.store(FLAG_A);
    code.load(TEMP3);
    if (signed) {
      code.load(FLAG_A);
      code.op(ISHR, 31);
      code.op(IXOR);
    } else if (width < 32) {
      code.zeroExtend(width);
    }
    // Nonzero to the sign bit: x | -x.
    code.store(TEMP3);
    code.load(TEMP3);
    code.load(TEMP3);
    code.op(INEG);
    code.op(IOR);
    code.op(IAND, 0x80000000);
    code.store(FLAG_B);
    return FlagState.STORED;
  }

  private void operand(Insn i) {
    if (i.memory >= 0) {
      insns.load(i, i.width);
    } else {
      insns.register(i.dst, i.width, VALUE);
    }
  }

  /** MUL and IMUL with one operand. */
  private FlagState wide(Insn i) {
    boolean signed = i.row.mnemonic() == Mnemonic.IMUL;
    operand(i);
    insns.register(Cpu.EAX, i.width, TEMP);
    product(i.width, signed, VALUE, TEMP);
    if (i.width == 8) {
      code.setRegister(Cpu.EAX, 16, TEMP2);
    } else {
      code.setRegister(Cpu.EAX, i.width, TEMP2);
      code.setRegister(Cpu.EDX, i.width, TEMP3);
    }
    return flags(i.width, signed);
  }

  /** DIV; #DE, for zero and for a quotient that does not fit, is the interpreter's. */
  private FlagState divide(Insn i, FlagState before) {
    int width = i.width;
    operand(i);
    code.register(width == 8 ? AH : Cpu.EDX, width);
    code.store(TEMP);
    // Fits, and is no division by zero, when the upper half is below the divisor.
    code.load(TEMP).op(IADD, Integer.MIN_VALUE);
    code.load(VALUE).op(IADD, Integer.MIN_VALUE);
    code.jump(IF_ICMPGE, region.leaveBefore(Departure.DEVICE));
    if (width == 32) {
      dividend64();
      divisor64(false);
      longs("divideUnsigned", TEMP2);
      dividend64();
      divisor64(false);
      longs("remainderUnsigned", TEMP3);
    } else {
      dividend(width);
      quotient("divideUnsigned", TEMP2);
      quotient("remainderUnsigned", TEMP3);
    }
    return divided(i, before);
  }

  /** IDIV of 16 and 32 bits, with the same limits. */
  private FlagState divideSigned(Insn i, FlagState before) {
    int width = i.width;
    if (width == 8) {
      return insns.byOperation(i);
    }
    operand(i);
    code.load(VALUE);
    code.jump(IFEQ, region.leaveBefore(Departure.DEVICE));
    Label wide = region.leaveBefore(Departure.DEVICE);
    if (width == 32) {
      insns.register(Cpu.EDX, 32, TEMP);
      dividend64();
      divisor64(true);
      code.op(LDIV);
      code.op(Opcodes.DUP2);
      code.op(L2I);
      code.store(TEMP2);
      code.load(TEMP2).op(I2L);
      code.op(LCMP);
      code.jump(IFNE, wide);
      dividend64();
      divisor64(true);
      code.op(LREM);
      code.op(L2I);
      code.store(TEMP3);
    } else {
      insns.register(Cpu.EDX, 16, TEMP);
      dividend(16);
      signedPart(IDIV, TEMP2);
      signedPart(IREM, TEMP3);
      code.load(TEMP2);
      code.signExtend(16);
      code.load(TEMP2);
      code.jump(IF_ICMPNE, wide);
    }
    return divided(i, before);
  }

  /** The upper half, in TEMP, and the lower, in AL or AX: to TEMP. */
  private void dividend(int width) {
    code.load(TEMP).op(ISHL, width);
    code.register(Cpu.EAX, width);
    code.op(IOR);
    code.store(TEMP);
  }

  /** Pushes the upper half, in TEMP, and EAX as one number. */
  private void dividend64() {
    code.load(TEMP).op(I2L);
    code.constant(32);
    code.op(LSHL);
    extended(Code.GPR + Cpu.EAX, false);
    code.op(LOR);
  }

  private FlagState divided(Insn i, FlagState before) {
    if (i.width == 8) {
      code.setRegister(Cpu.EAX, 8, TEMP2);
      code.setRegister(AH, 8, TEMP3);
    } else {
      code.setRegister(Cpu.EAX, i.width, TEMP2);
      code.setRegister(Cpu.EDX, i.width, TEMP3);
    }
    return before;
  }

  private void divisor64(boolean signed) {
    extended(VALUE, signed);
  }

  private void signedPart(int opcode, int into) {
    code.load(TEMP);
    code.load(VALUE);
    code.signExtend(16);
    code.op(opcode);
    code.store(into);
  }

  private void longs(String name, int into) {
    code.method.visitMethodInsn(INVOKESTATIC, "java/lang/Long", name, "(JJ)J", false);
    code.op(L2I);
    code.store(into);
  }

  private void quotient(String name, int into) {
    code.load(TEMP);
    code.load(VALUE);
    code.method.visitMethodInsn(INVOKESTATIC, "java/lang/Integer", name, "(II)I", false);
    code.store(into);
  }
}
