package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.FLAG_A;
import static dev.biosgateway.x86.translate.Code.FLAG_B;
import static dev.biosgateway.x86.translate.Code.TEMP;
import static dev.biosgateway.x86.translate.Code.TEMP2;
import static dev.biosgateway.x86.translate.Code.TEMP3;
import static dev.biosgateway.x86.translate.Code.VALUE;
import static org.objectweb.asm.Opcodes.I2L;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IMUL;
import static org.objectweb.asm.Opcodes.INEG;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.ISHR;
import static org.objectweb.asm.Opcodes.IXOR;
import static org.objectweb.asm.Opcodes.L2I;
import static org.objectweb.asm.Opcodes.LAND;
import static org.objectweb.asm.Opcodes.LMUL;
import static org.objectweb.asm.Opcodes.LUSHR;

import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic;
import org.objectweb.asm.Opcodes;

/** Writes MUL, IMUL and DIV. A quotient that does not fit is the interpreter's business. */
final class MultiplyCode {
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

  /** DIV of 16 and 32 bits, when the upper half of the dividend is zero, as it mostly is. */
  private FlagState divide(Insn i, FlagState before) {
    if (i.width == 8) {
      return insns.byOperation(i);
    }
    operand(i);
    code.load(VALUE);
    code.jump(IFEQ, region.leaveBefore(Departure.DEVICE));
    insns.register(Cpu.EDX, i.width, TEMP);
    code.load(TEMP);
    code.jump(IFNE, region.leaveBefore(Departure.DEVICE));
    insns.register(Cpu.EAX, i.width, TEMP);
    quotient("divideUnsigned", TEMP2);
    quotient("remainderUnsigned", TEMP3);
    code.setRegister(Cpu.EAX, i.width, TEMP2);
    code.setRegister(Cpu.EDX, i.width, TEMP3);
    return before;
  }

  private void quotient(String name, int into) {
    code.load(TEMP);
    code.load(VALUE);
    code.method.visitMethodInsn(INVOKESTATIC, "java/lang/Integer", name, "(II)I", false);
    code.store(into);
  }
}
