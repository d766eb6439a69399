package dev.biosgateway.x86.translate;

import java.util.ArrayDeque;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The bytecode of a region as it is written: a method whose locals are all ints and whose operand
 * stack is empty at every label, so that all its frames are the same.
 *
 * <p>What is seldom executed is put behind everything else: {@link #cold}.
 */
final class Code {
  // Locals. The first is the object, or in a function where it is to return to; the general
  // registers are the eight from GPR on.
  static final int RETURN = 0;
  static final int LEFT = 1;
  static final int GPR = 2;
  static final int FLAG_A = 10;
  static final int FLAG_B = 11;
  static final int REST_A = 12;
  static final int REST_B = 13;

  /** Bases of the six segment registers. */
  static final int BASE = 14;

  /** Offset of the memory operand. */
  static final int OFFSET = 20;

  /** Its linear, then its physical address. */
  static final int ADDRESS = 21;

  /** What is loaded, or to be stored. */
  static final int VALUE = 22;

  /** Work of one instruction. */
  static final int TEMP = 23;

  static final int TEMP2 = 24;

  static final int TEMP3 = 27;

  /** Where EIP is when the region is left. */
  static final int EIP = 25;

  /** Number of the {@link Exit}. */
  static final int EXIT = 26;

  /** Codes of what the flags follow from, where that is {@link FlagState#MIXED}. */
  static final int FLAG_KIND = 28;

  static final int REST_KIND = 29;

  /** {@link Assist#floor}. */
  static final int FLOOR = 30;

  /** The stack pointer when the function begins, which is to be the same when it returns. */
  static final int RETURN_ESP = 31;

  /** How deep calls may go from here. */
  static final int DEPTH = 32;

  static final int LOCALS = 33;

  final MethodVisitor method;
  private final String owner;
  private final ArrayDeque<Runnable> cold = new ArrayDeque<>();
  private final Object[] locals = new Object[LOCALS];
  private boolean framed;

  /** The code of a method of guest code. */
  Code(MethodVisitor method, String owner, boolean function) {
    this.method = method;
    this.owner = owner;
    java.util.Arrays.fill(locals, Opcodes.INTEGER);
    if (!function) {
      locals[0] = owner;
    }
  }

  /** The code of a method with some integers as arguments, and of the locals above only these. */
  Code(MethodVisitor method, String owner, int arguments, int... used) {
    this.method = method;
    this.owner = owner;
    java.util.Arrays.fill(locals, Opcodes.TOP);
    java.util.Arrays.fill(locals, 0, arguments, Opcodes.INTEGER);
    for (int local : used) {
      locals[local] = Opcodes.INTEGER;
    }
  }

  /** Has {@code writer} write its piece where it is out of the way. */
  void cold(Runnable writer) {
    cold.add(writer);
  }

  /** Writes the next of the pieces put aside; false when there was none. */
  boolean writeCold() {
    Runnable next = cold.poll();
    if (next != null) {
      next.run();
    }
    return next != null;
  }

  /** Bytes so far. */
  int size() {
    Label here = new Label();
    method.visitLabel(here);
    return here.getOffset();
  }

  // ---- labels and jumps

  /** A label here, where something jumps to. */
  void place(Label label) {
    method.visitLabel(label);
    if (framed) {
      method.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
    } else {
      framed = true;
      method.visitFrame(Opcodes.F_FULL, LOCALS, locals, 0, new Object[0]);
    }
  }

  /** The beginning of an exception handler; the exception is on the stack. */
  void placeHandler(Label label, String exception) {
    method.visitLabel(label);
    method.visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {exception});
  }

  void jump(int opcode, Label label) {
    method.visitJumpInsn(opcode, label);
  }

  void go(Label label) {
    method.visitJumpInsn(Opcodes.GOTO, label);
  }

  /** Jumps always, and goes on with what no jump leads to: a condition that is known. */
  void goAndGoOn(Label label) {
    go(label);
    place(new Label());
  }

  // ---- locals and constants

  Code load(int local) {
    method.visitVarInsn(Opcodes.ILOAD, local);
    return this;
  }

  void store(int local) {
    method.visitVarInsn(Opcodes.ISTORE, local);
  }

  void copy(int from, int to) {
    load(from);
    store(to);
  }

  void constant(int value) {
    if (value >= -1 && value <= 5) {
      method.visitInsn(Opcodes.ICONST_0 + value);
    } else if (value == (byte) value) {
      method.visitIntInsn(Opcodes.BIPUSH, value);
    } else if (value == (short) value) {
      method.visitIntInsn(Opcodes.SIPUSH, value);
    } else {
      method.visitLdcInsn(value);
    }
  }

  void set(int local, int value) {
    constant(value);
    store(local);
  }

  Code op(int opcode) {
    method.visitInsn(opcode);
    return this;
  }

  /** One operation with a constant on the right. */
  Code op(int opcode, int right) {
    constant(right);
    method.visitInsn(opcode);
    return this;
  }

  /** Zero-extends what is on the stack from {@code width} bits. */
  void zeroExtend(int width) {
    if (width == 8) {
      op(Opcodes.IAND, 0xff);
    } else if (width == 16) {
      op(Opcodes.I2C);
    }
  }

  /** Sign-extends what is on the stack from {@code width} bits. */
  void signExtend(int width) {
    if (width == 8) {
      op(Opcodes.I2B);
    } else if (width == 16) {
      op(Opcodes.I2S);
    }
  }

  // ---- general registers

  /** Pushes a register of {@code width} bits, zero-extended. */
  void register(int r, int width) {
    if (width == 8) {
      load(GPR + (r & 3));
      if (r >= 4) {
        op(Opcodes.IUSHR, 8);
      }
      op(Opcodes.IAND, 0xff);
    } else {
      load(GPR + r);
      zeroExtend(width);
    }
  }

  /** Puts local {@code from} into a register of {@code width} bits. */
  void setRegister(int r, int width, int from) {
    if (width == 32) {
      copy(from, GPR + r);
      return;
    }
    int into = GPR + (width == 8 ? r & 3 : r);
    boolean high = width == 8 && r >= 4;
    int mask = width == 16 ? 0xffff : high ? 0xff00 : 0xff;
    load(into);
    op(Opcodes.IAND, ~mask);
    load(from);
    if (high) {
      op(Opcodes.ISHL, 8);
    }
    if (width == 16) {
      op(Opcodes.I2C);
    } else {
      op(Opcodes.IAND, mask);
    }
    op(Opcodes.IOR);
    store(into);
  }

  // ---- fields of the generated class, all constant

  void constantField(String name, String descriptor) {
    method.visitFieldInsn(Opcodes.GETSTATIC, owner, name, descriptor);
  }
}
