package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.FLAG_A;
import static dev.biosgateway.x86.translate.Code.FLAG_B;
import static dev.biosgateway.x86.translate.Code.FLAG_KIND;
import static dev.biosgateway.x86.translate.Code.REST_A;
import static dev.biosgateway.x86.translate.Code.REST_B;
import static dev.biosgateway.x86.translate.Code.REST_KIND;
import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.ISHL;
import static org.objectweb.asm.Opcodes.ISUB;
import static org.objectweb.asm.Opcodes.IUSHR;
import static org.objectweb.asm.Opcodes.IXOR;
import static org.objectweb.asm.Opcodes.SWAP;

import dev.biosgateway.x86.translate.FlagState.Kind;

/**
 * Writes what keeps the operands that flags follow from, and what makes numbers of them. {@link
 * ConditionCode} makes branches.
 */
final class FlagCode {
  private static final String DEFERRED = "dev/biosgateway/x86/translate/DeferredFlags";

  private final Code code;

  FlagCode(Code code) {
    this.code = code;
  }

  // ---- after an operation

  /** Keeps locals a and b, as {@link FlagState} has them. */
  void operands(int a, int b) {
    code.copy(a, FLAG_A);
    code.copy(b, FLAG_B);
  }

  /** Keeps a result, zero-extended from {@code width} bits. */
  void keepResult(int from, int width) {
    code.load(from);
    code.zeroExtend(width);
    code.store(FLAG_A);
  }

  /** Before an operation that leaves some flags alone: puts aside what those follow from. */
  void keepRest(FlagState before, boolean rotate) {
    boolean there = rotate ? before.isRotate() : before.isStep() || before.isLate();
    if (!there) {
      code.copy(FLAG_A, REST_A);
      code.copy(FLAG_B, REST_B);
    }
  }

  /** From another state, but not of a rotate, to {@link FlagState#MIXED}. */
  void mix(FlagState from) {
    if (from.kind() == Kind.MIXED) {
      return;
    }
    if (from.kind() == Kind.PENDING) {
      carryFirst();
      take("code", FLAG_KIND);
      take("a", FLAG_A);
      take("b", FLAG_B);
      takeRest();
      return;
    }
    code.set(FLAG_KIND, from.code());
    if (!from.isStep()) {
      code.set(REST_KIND, from.code());
      code.copy(FLAG_A, REST_A);
      code.copy(FLAG_B, REST_B);
    } else if (from.isPending()) {
      carryFirst();
      takeRest();
    } else if (!from.isMixed()) {
      code.set(REST_KIND, from.rest().code());
    }
  }

  /** From another state, but not of a rotate, to {@link FlagState#PENDING}. */
  void defer(FlagState from) {
    if (from.kind() == Kind.PENDING) {
      return;
    }
    if (from.isStep() && from.isPending()) {
      carryFirst();
      keep(from);
    } else if (from.isStep() || from.isMixed()) {
      pushPending();
      pushAll(from);
      code.method.visitMethodInsn(INVOKEVIRTUAL, DEFERRED, "keep", "(IIIIII)V", false);
    } else {
      keep(from);
    }
  }

  private void keep(FlagState from) {
    pushPending();
    pushCode(from);
    code.load(FLAG_A);
    code.load(FLAG_B);
    code.method.visitMethodInsn(INVOKEVIRTUAL, DEFERRED, "keep", "(III)V", false);
  }

  private void carryFirst() {
    pushPending();
    code.method.visitMethodInsn(INVOKEVIRTUAL, DEFERRED, "carryFirst", "()V", false);
  }

  private void takeRest() {
    take("restCode", REST_KIND);
    take("restA", REST_A);
    take("restB", REST_B);
  }

  private void take(String field, int local) {
    pushPending();
    code.method.visitFieldInsn(GETFIELD, DEFERRED, field, "I");
    code.store(local);
  }

  void pushPending() {
    code.constantField("PENDING", "L" + DEFERRED + ";");
  }

  /** Pushes codes and operands, six numbers, as {@link DeferredFlags} wants them. */
  void pushAll(FlagState s) {
    pushCode(s);
    code.load(FLAG_A);
    code.load(FLAG_B);
    pushRestCode(s);
    if (s.isMixed() || s.rest() != null) {
      code.load(REST_A);
      code.load(REST_B);
    } else {
      code.constant(0);
      code.constant(0);
    }
  }

  private void pushCode(FlagState s) {
    if (s.kind() == Kind.MIXED) {
      code.load(FLAG_KIND);
    } else {
      code.constant(s.code());
    }
  }

  private void pushRestCode(FlagState s) {
    if (s.isMixed()) {
      code.load(REST_KIND);
    } else {
      code.constant(s.rest() == null ? 0 : s.rest().code());
    }
  }

  // ---- values

  /** Pushes {@link dev.biosgateway.x86.cpu.Eflags#result}. */
  void result(FlagState s) {
    if (s.isRotate()) {
      result(s.rest(), REST_A, REST_B);
    } else {
      result(s, FLAG_A, FLAG_B);
    }
  }

  private void result(FlagState s, int a, int b) {
    code.load(a);
    switch (s.kind()) {
      case STORED, LOGIC, SHIFT_LEFT, SHIFT_RIGHT -> {
        // a is it
      }
      case ADD, SUB, INC, DEC -> code.signExtend(s.width());
      case CMP -> {
        code.load(b);
        code.op(ISUB);
        code.signExtend(s.width());
      }
      case ROTATE_LEFT, ROTATE_RIGHT, MIXED, PENDING -> throw unknown(s);
    }
  }

  /** Pushes {@link dev.biosgateway.x86.cpu.Eflags#carries}. */
  void carries(FlagState s) {
    if (s.isStep()) {
      carrySign(s);
      ownCarries(s, FLAG_A, FLAG_B);
      code.method.visitMethodInsn(
          INVOKESTATIC, "dev/biosgateway/x86/translate/DeferredFlags", "keepCarry", "(II)I", false);
    } else if (s.isRotate()) {
      ownCarries(s.rest(), REST_A, REST_B);
      code.op(IAND, 0x3fffffff);
      ownCarries(s, FLAG_A, FLAG_B);
      code.op(IOR);
    } else {
      ownCarries(s, FLAG_A, FLAG_B);
    }
  }

  /** Pushes carries of which only those into and out of the sign, exclusive or, are to be used. */
  void overflow(FlagState s) {
    ownCarries(s, FLAG_A, FLAG_B);
  }

  private void ownCarries(FlagState s, int a, int b) {
    switch (s.kind()) {
      case STORED -> code.load(b);
      case LOGIC -> code.constant(0);
      case ADD, SUB, CMP, INC, DEC -> {
        vector(s, a, b);
        masked(s.width());
      }
      case SHIFT_LEFT -> {
        topTwo(b, 0, a, 31);
        code.op(IOR);
      }
      case SHIFT_RIGHT -> {
        code.load(b);
        code.op(ISHL, 31);
        code.load(b);
        code.load(a);
        code.op(IUSHR, 31);
        code.op(IXOR);
        code.load(a);
        code.op(IUSHR, s.width() - 2);
        code.op(IXOR);
        code.op(IAND, 1);
        code.op(ISHL, 30);
        code.op(IOR);
      }
      case ROTATE_LEFT -> {
        topTwo(a, 0, a, s.width() - 1);
        code.op(IOR);
      }
      case ROTATE_RIGHT -> {
        topTwo(a, s.width() - 1, a, s.width() - 2);
        code.op(IOR);
      }
      case MIXED, PENDING -> throw unknown(s);
    }
  }

  /** Pushes two numbers: one bit of a local as bit 31, one of another as bit 30. */
  private void topTwo(int a, int bitA, int b, int bitB) {
    bit(a, bitA);
    code.op(ISHL, 31);
    bit(b, bitB);
    code.op(ISHL, 30);
  }

  private void bit(int local, int number) {
    code.load(local);
    code.op(IUSHR, number);
    code.op(IAND, 1);
  }

  /** Pushes a number with CF as its sign and other bits zero. */
  void carrySign(FlagState s) {
    if (s.isStep()) {
      carrySign(s.rest(), REST_A, REST_B);
    } else {
      carrySign(s, FLAG_A, FLAG_B);
    }
  }

  private void carrySign(FlagState s, int a, int b) {
    switch (s.kind()) {
      case STORED -> code.load(b);
      case LOGIC -> {
        code.constant(0);
        return;
      }
      case ADD, SUB, CMP -> {
        vector(s, a, b);
        code.op(ISHL, 32 - s.width());
      }
      case SHIFT_LEFT, SHIFT_RIGHT -> code.load(b).op(ISHL, 31);
      case ROTATE_LEFT -> code.load(a).op(ISHL, 31);
      case ROTATE_RIGHT -> code.load(a).op(ISHL, 32 - s.width());
      case INC, DEC, MIXED, PENDING -> throw unknown(s);
    }
    code.op(IAND, 0x80000000);
  }

  /** Pushes CF as 0 or 1. */
  void carry(FlagState s) {
    carrySign(s);
    code.op(IUSHR, 31);
  }

  /**
   * Pushes the carry, or borrow, out of each bit; more significant bits than the width has, too.
   */
  private void vector(FlagState s, int a, int b) {
    switch (s.kind()) {
      case ADD -> carryVector(() -> code.load(b), () -> code.load(a).load(b).op(ISUB), a);
      case INC -> carryVector(() -> code.constant(1), () -> code.load(a).op(ISUB, 1), a);
      case SUB -> borrowVector(() -> code.load(a).load(b).op(IADD), () -> code.load(b), a);
      case DEC -> borrowVector(() -> code.load(a).op(IADD, 1), () -> code.constant(1), a);
      case CMP -> {
        code.load(a).load(b).op(ISUB).store(Code.TEMP2);
        borrowVector(() -> code.load(a), () -> code.load(b), Code.TEMP2);
      }
      case STORED, LOGIC, SHIFT_LEFT, SHIFT_RIGHT, ROTATE_LEFT, ROTATE_RIGHT, MIXED, PENDING ->
          throw unknown(s);
    }
  }

  /** {@code x & y | (x | y) & ~sum}. */
  private void carryVector(Runnable x, Runnable y, int sum) {
    x.run();
    y.run();
    code.op(IAND);
    x.run();
    y.run();
    code.op(IOR);
    code.load(sum).op(IXOR, -1);
    code.op(IAND);
    code.op(IOR);
  }

  /** {@code ~x & y | ~(x ^ y) & difference}. */
  private void borrowVector(Runnable x, Runnable y, int difference) {
    x.run();
    code.op(IXOR, -1);
    y.run();
    code.op(IAND);
    x.run();
    y.run();
    code.op(IXOR);
    code.op(IXOR, -1);
    code.load(difference);
    code.op(IAND);
    code.op(IOR);
  }

  /** Makes carries of the vector on the stack. */
  void masked(int width) {
    if (width == 32) {
      code.op(IAND, 0xc0000008);
      return;
    }
    code.op(DUP);
    code.op(ISHL, 32 - width);
    code.op(IAND, 0xc0000000);
    code.op(SWAP);
    code.op(IAND, 8);
    code.op(IOR);
  }

  static IllegalStateException unknown(FlagState s) {
    return new IllegalStateException("flags that follow from something else were asked of " + s);
  }
}
