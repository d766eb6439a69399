package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.FLAG_A;
import static dev.biosgateway.x86.translate.Code.FLAG_B;
import static dev.biosgateway.x86.translate.Code.REST_A;
import static dev.biosgateway.x86.translate.Code.REST_B;
import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFGE;
import static org.objectweb.asm.Opcodes.IFGT;
import static org.objectweb.asm.Opcodes.IFLE;
import static org.objectweb.asm.Opcodes.IFLT;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IF_ICMPEQ;
import static org.objectweb.asm.Opcodes.IF_ICMPGE;
import static org.objectweb.asm.Opcodes.IF_ICMPGT;
import static org.objectweb.asm.Opcodes.IF_ICMPLE;
import static org.objectweb.asm.Opcodes.IF_ICMPLT;
import static org.objectweb.asm.Opcodes.IF_ICMPNE;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.ISHL;
import static org.objectweb.asm.Opcodes.IUSHR;
import static org.objectweb.asm.Opcodes.IXOR;

import dev.biosgateway.x86.isa.Condition;
import dev.biosgateway.x86.translate.FlagState.Kind;
import org.objectweb.asm.Label;

/** Writes branches on conditions: one Java compare, wherever the flags are those of a compare. */
final class ConditionCode {
  private final Code code;
  private final FlagCode flagCode;

  ConditionCode(Code code, FlagCode flagCode) {
    this.code = code;
    this.flagCode = flagCode;
  }

  /** Jumps to {@code target} when the condition holds. */
  void branch(FlagState s, Condition condition, Label target) {
    boolean negated = (condition.ordinal() & 1) != 0;
    switch (condition) {
      case O, NO -> overflow(s, negated, target);
      case C, NC -> carry(s, negated, target);
      case Z, NZ -> zero(s, negated, target);
      case NA, A -> belowOrEqual(s, negated, target);
      case S, NS -> {
        sign(s);
        code.jump(negated ? IFGE : IFLT, target);
      }
      case PE, PO -> parity(s, negated, target);
      case L, NL -> less(s, negated, target);
      case NG, G -> lessOrEqual(s, negated, target);
    }
  }

  private void parity(FlagState s, boolean negated, Label target) {
    flagCode.result(s);
    if (isStored(s)) {
      code.load(s.isRotate() ? REST_B : FLAG_B);
      code.op(IUSHR, 8);
      code.op(IXOR);
    }
    code.op(IAND, 0xff);
    code.method.visitMethodInsn(INVOKESTATIC, "java/lang/Integer", "bitCount", "(I)I", false);
    code.op(IAND, 1);
    code.jump(negated ? IFNE : IFEQ, target);
  }

  /** Whether sign and parity want a correction that is in the carries. */
  private static boolean isStored(FlagState s) {
    return (s.isRotate() ? s.rest() : s).kind() == Kind.STORED;
  }

  /** Pushes a number with SF as its sign. */
  private void sign(FlagState s) {
    flagCode.result(s);
    if (isStored(s)) {
      code.load(s.isRotate() ? REST_B : FLAG_B);
      code.op(ISHL, 31);
      code.op(IXOR);
    }
  }

  /** Pushes a number with OF as its sign. */
  private void overflowSign(FlagState s) {
    flagCode.overflow(s);
    code.op(DUP);
    code.op(ISHL, 1);
    code.op(IXOR);
  }

  private void overflow(FlagState s, boolean negated, Label target) {
    if (s.kind() == Kind.LOGIC) {
      known(negated, target);
      return;
    }
    overflowSign(s);
    code.jump(negated ? IFGE : IFLT, target);
  }

  private void zero(FlagState s, boolean negated, Label target) {
    if (s.kind() == Kind.CMP) {
      code.load(FLAG_A);
      code.load(FLAG_B);
      code.jump(negated ? IF_ICMPNE : IF_ICMPEQ, target);
      return;
    }
    boolean asItIs = s.kind() == Kind.ADD || s.kind() == Kind.SUB || s.isStep();
    if (asItIs) {
      code.load(FLAG_A);
    } else {
      flagCode.result(s);
    }
    code.jump(negated ? IFNE : IFEQ, target);
  }

  private void carry(FlagState s, boolean negated, Label target) {
    FlagState source = s.carrySource();
    int a = s.isStep() ? REST_A : FLAG_A;
    int b = s.isStep() ? REST_B : FLAG_B;
    int below = negated ? IF_ICMPGE : IF_ICMPLT;
    switch (source.kind()) {
      case LOGIC -> known(negated, target);
      case CMP, ADD -> {
        // A sum is below what was added when it did not fit.
        code.load(a);
        unsigned(source);
        code.load(b);
        unsigned(source);
        code.jump(below, target);
      }
      case SUB -> {
        minuend(source, a, b);
        unsigned(source);
        code.load(b);
        unsigned(source);
        code.jump(below, target);
      }
      case STORED, INC, DEC, SHIFT_LEFT, SHIFT_RIGHT, ROTATE_LEFT, ROTATE_RIGHT, MIXED, PENDING -> {
        flagCode.carrySign(s);
        code.jump(negated ? IFGE : IFLT, target);
      }
    }
  }

  private void belowOrEqual(FlagState s, boolean negated, Label target) {
    if (isCompare(s)) {
      compared(s, false);
      code.jump(negated ? IF_ICMPGT : IF_ICMPLE, target);
    } else if (s.kind() == Kind.LOGIC) {
      zero(s, negated, target);
    } else if (negated) {
      Label not = new Label();
      carry(s, false, not);
      zero(s, true, target);
      code.place(not);
    } else {
      carry(s, false, target);
      zero(s, false, target);
    }
  }

  private void less(FlagState s, boolean negated, Label target) {
    if (isCompare(s)) {
      compared(s, true);
      code.jump(negated ? IF_ICMPGE : IF_ICMPLT, target);
      return;
    }
    sign(s);
    if (s.kind() != Kind.LOGIC) {
      overflowSign(s);
      code.op(IXOR);
    }
    code.jump(negated ? IFGE : IFLT, target);
  }

  private void lessOrEqual(FlagState s, boolean negated, Label target) {
    if (isCompare(s)) {
      compared(s, true);
      code.jump(negated ? IF_ICMPGT : IF_ICMPLE, target);
    } else if (s.kind() == Kind.LOGIC) {
      code.load(FLAG_A);
      code.jump(negated ? IFGT : IFLE, target);
    } else if (negated) {
      Label not = new Label();
      zero(s, false, not);
      less(s, true, target);
      code.place(not);
    } else {
      zero(s, false, target);
      less(s, false, target);
    }
  }

  private static boolean isCompare(FlagState s) {
    return s.kind() == Kind.CMP || s.kind() == Kind.SUB;
  }

  /** Pushes both operands of a subtraction in such a way that a signed comparison is right. */
  private void compared(FlagState s, boolean signed) {
    minuend(s, FLAG_A, FLAG_B);
    ordered(s, signed);
    code.load(FLAG_B);
    ordered(s, signed);
  }

  private void minuend(FlagState s, int a, int b) {
    code.load(a);
    if (s.kind() == Kind.SUB) {
      code.load(b);
      code.op(IADD);
      code.zeroExtend(s.width());
    }
  }

  private void ordered(FlagState s, boolean signed) {
    if (signed) {
      code.signExtend(s.width());
    } else {
      unsigned(s);
    }
  }

  private void unsigned(FlagState s) {
    if (s.width() == 32) {
      code.op(IADD, Integer.MIN_VALUE);
    }
  }

  private void known(boolean holds, Label target) {
    if (holds) {
      code.goAndGoOn(target);
    }
  }
}
