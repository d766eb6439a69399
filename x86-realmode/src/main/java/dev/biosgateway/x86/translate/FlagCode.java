package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.CARRY_A;
import static dev.biosgateway.x86.translate.Code.CARRY_B;
import static dev.biosgateway.x86.translate.Code.FLAG_A;
import static dev.biosgateway.x86.translate.Code.FLAG_B;
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
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.ISHL;
import static org.objectweb.asm.Opcodes.ISUB;
import static org.objectweb.asm.Opcodes.IUSHR;
import static org.objectweb.asm.Opcodes.IXOR;

import dev.biosgateway.x86.isa.Condition;
import dev.biosgateway.x86.translate.FlagState.Kind;
import org.objectweb.asm.Label;

/** Writes what asks for flags: branches on conditions, CF as an operand, flags to be stored. */
final class FlagCode {
  private final Code code;

  FlagCode(Code code) {
    this.code = code;
  }

  // ---- after an operation

  /** Puts locals a and b into the flag operands, as {@link FlagState} has them. */
  void operands(int a, int b) {
    code.copy(a, FLAG_A);
    code.copy(b, FLAG_B);
  }

  /** Before INC or DEC: what CF follows from is put aside, unless it is there already. */
  void keepCarry(FlagState before) {
    if (!before.isStep()) {
      code.copy(FLAG_A, CARRY_A);
      code.copy(FLAG_B, CARRY_B);
    }
  }

  // ---- values

  /** Pushes {@link dev.biosgateway.x86.cpu.Eflags#result}. */
  void result(FlagState s) {
    code.load(FLAG_A);
    switch (s.kind()) {
      case STORED, LOGIC -> {
        // a is it
      }
      case ADD -> {
        code.load(FLAG_B);
        code.op(IADD);
        code.signExtend(s.width());
      }
      case SUB -> {
        code.load(FLAG_B);
        code.op(ISUB);
        code.signExtend(s.width());
      }
      case INC -> {
        code.op(IADD, 1);
        code.signExtend(s.width());
      }
      case DEC -> {
        code.op(ISUB, 1);
        code.signExtend(s.width());
      }
    }
  }

  /** Pushes {@link dev.biosgateway.x86.cpu.Eflags#carries}. */
  void carries(FlagState s) {
    switch (s.kind()) {
      case STORED -> code.load(FLAG_B);
      case LOGIC -> code.constant(0);
      case ADD, SUB -> {
        vector(s.kind() == Kind.ADD, FLAG_A, FLAG_B);
        masked(s.width());
      }
      case INC, DEC -> {
        carrySign(s);
        code.set(Code.TEMP2, 1);
        vector(s.kind() == Kind.INC, FLAG_A, Code.TEMP2);
        masked(s.width());
        call("keepCarry", "(II)I");
      }
    }
  }

  /** Pushes a number with CF as its sign and other bits zero. */
  void carrySign(FlagState s) {
    FlagState source = s.carrySource();
    int a = s.isStep() ? CARRY_A : FLAG_A;
    int b = s.isStep() ? CARRY_B : FLAG_B;
    switch (source.kind()) {
      case STORED -> code.load(b);
      case LOGIC -> {
        code.constant(0);
        return;
      }
      case ADD, SUB -> {
        vector(source.kind() == Kind.ADD, a, b);
        if (source.width() < 32) {
          code.op(ISHL, 32 - source.width());
        }
      }
      case INC, DEC -> throw new IllegalStateException("CF of " + source);
    }
    code.op(IAND, 0x80000000);
  }

  /** Pushes CF as 0 or 1. */
  void carry(FlagState s) {
    carrySign(s);
    code.op(IUSHR, 31);
  }

  /** The carry, or borrow, out of each bit of local a plus, or minus, local b. */
  void vector(boolean sum, int a, int b) {
    if (sum) {
      // a & b | (a | b) & ~(a + b)
      code.load(a);
      code.load(b);
      code.op(IAND);
      code.load(a);
      code.load(b);
      code.op(IOR);
      code.load(a);
      code.load(b);
      code.op(IADD);
      code.op(IXOR, -1);
      code.op(IAND);
    } else {
      // ~a & b | ~(a ^ b) & (a - b)
      code.load(a);
      code.op(IXOR, -1);
      code.load(b);
      code.op(IAND);
      code.load(a);
      code.load(b);
      code.op(IXOR);
      code.op(IXOR, -1);
      code.load(a);
      code.load(b);
      code.op(ISUB);
      code.op(IAND);
    }
    code.op(IOR);
  }

  /** Makes carries of the vector on the stack. */
  void masked(int width) {
    if (width == 32) {
      code.op(IAND, 0xc0000008);
      return;
    }
    code.op(org.objectweb.asm.Opcodes.DUP);
    code.op(ISHL, 32 - width);
    code.op(IAND, 0xc0000000);
    code.op(org.objectweb.asm.Opcodes.SWAP);
    code.op(IAND, 8);
    code.op(IOR);
  }

  // ---- conditions

  /** Jumps to {@code target} when the condition holds. */
  void branch(FlagState s, Condition condition, Label target) {
    boolean negated = (condition.ordinal() & 1) != 0;
    switch (condition) {
      case O, NO -> overflow(s, negated, target);
      case C, NC -> carryBranch(s, negated, target);
      case Z, NZ -> zero(s, negated, target);
      case NA, A -> belowOrEqual(s, negated, target);
      case S, NS -> {
        sign(s);
        code.jump(negated ? IFGE : IFLT, target);
      }
      case PE, PO -> {
        result(s);
        if (s.kind() == Kind.STORED) {
          code.load(FLAG_B);
          code.op(IUSHR, 8);
          code.op(IXOR);
        }
        code.op(IAND, 0xff);
        code.method.visitMethodInsn(INVOKESTATIC, "java/lang/Integer", "bitCount", "(I)I", false);
        code.op(IAND, 1);
        code.jump(negated ? IFNE : IFEQ, target);
      }
      case L, NL -> less(s, negated, target);
      case NG, G -> lessOrEqual(s, negated, target);
    }
  }

  /** Pushes a number with SF as its sign. */
  private void sign(FlagState s) {
    result(s);
    if (s.kind() == Kind.STORED) {
      code.load(FLAG_B);
      code.op(ISHL, 31);
      code.op(IXOR);
    }
  }

  /** Pushes a number with OF as its sign. */
  private void overflowSign(FlagState s) {
    carries(s);
    code.op(org.objectweb.asm.Opcodes.DUP);
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
    if (s.kind() == Kind.SUB) {
      code.load(FLAG_A);
      code.load(FLAG_B);
      code.jump(negated ? IF_ICMPNE : IF_ICMPEQ, target);
    } else {
      result(s);
      code.jump(negated ? IFNE : IFEQ, target);
    }
  }

  private void carryBranch(FlagState s, boolean negated, Label target) {
    FlagState source = s.carrySource();
    if (source.kind() == Kind.LOGIC) {
      known(negated, target);
    } else if (source.kind() == Kind.SUB) {
      int a = s.isStep() ? CARRY_A : FLAG_A;
      compared(source.width(), a, a + 1, false);
      code.jump(negated ? IF_ICMPGE : IF_ICMPLT, target);
    } else {
      carrySign(s);
      code.jump(negated ? IFGE : IFLT, target);
    }
  }

  private void belowOrEqual(FlagState s, boolean negated, Label target) {
    if (s.kind() == Kind.SUB) {
      compared(s.width(), FLAG_A, FLAG_B, false);
      code.jump(negated ? IF_ICMPGT : IF_ICMPLE, target);
    } else if (s.kind() == Kind.LOGIC) {
      zero(s, negated, target);
    } else if (negated) {
      Label not = new Label();
      carryBranch(s, false, not);
      zero(s, true, target);
      code.place(not);
    } else {
      carryBranch(s, false, target);
      zero(s, false, target);
    }
  }

  private void less(FlagState s, boolean negated, Label target) {
    if (s.kind() == Kind.SUB) {
      compared(s.width(), FLAG_A, FLAG_B, true);
      code.jump(negated ? IF_ICMPGE : IF_ICMPLT, target);
      return;
    }
    lessSign(s);
    code.jump(negated ? IFGE : IFLT, target);
  }

  private void lessOrEqual(FlagState s, boolean negated, Label target) {
    if (s.kind() == Kind.SUB) {
      compared(s.width(), FLAG_A, FLAG_B, true);
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

  /** Pushes a number whose sign is SF xor OF. */
  private void lessSign(FlagState s) {
    sign(s);
    if (s.kind() != Kind.LOGIC) {
      overflowSign(s);
      code.op(IXOR);
    }
  }

  /** Pushes both operands of a comparison in such a way that a signed one of Java's is right. */
  private void compared(int width, int a, int b, boolean signed) {
    for (int operand : new int[] {a, b}) {
      code.load(operand);
      if (signed) {
        code.signExtend(width);
      } else if (width == 32) {
        code.op(IADD, Integer.MIN_VALUE);
      }
    }
  }

  private void known(boolean holds, Label target) {
    if (holds) {
      code.goAndGoOn(target);
    }
  }

  private void call(String name, String descriptor) {
    code.method.visitMethodInsn(
        INVOKESTATIC, "dev/biosgateway/x86/translate/FlagState", name, descriptor, false);
  }
}
