package dev.biosgateway.x86.translate;

import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.IRETURN;
import static org.objectweb.asm.Opcodes.RETURN;

import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/**
 * A method of a region's class that makes one kind of access to memory, for guest code so long that
 * the accesses in line would be most of a large method: the JVM takes time by the byte to compile,
 * and puts this one in line by itself where it matters. What is plain memory it accesses, across
 * pages and beside code, too; with everything else the region is left in front of the instruction.
 *
 * @param write whether it stores
 * @param segment number of the segment register
 * @param width 8, 16 or 32
 * @param offsetMask of the offset: 0xffff or -1
 */
record AccessMethod(boolean write, int segment, int width, int offsetMask) {
  private static final String ASSIST = "dev/biosgateway/x86/translate/Assist";

  // Arguments.
  private static final int OFFSET = 0;
  private static final int BASE = 1;
  private static final int VALUE = 2;

  String name() {
    return (write ? "store" : "load") + width + "s" + segment + (offsetMask == -1 ? "" : "w");
  }

  /** Offset, base of the segment, and what is to be stored; what was loaded, zero-extended. */
  String descriptor() {
    return write ? "(III)V" : "(II)I";
  }

  /** Whether every access is one that is not of plain memory, so that there is no such method. */
  boolean isNever(Mode mode) {
    return (write ? mode.writable : mode.readable)[segment] < width >> 3;
  }

  void write(ClassWriter writer, String owner, Mode mode) {
    MethodVisitor method =
        writer.visitMethod(ACC_PRIVATE | ACC_STATIC, name(), descriptor(), null, null);
    int arguments = write ? 3 : 2;
    int[] locals = {Code.OFFSET, Code.BASE + segment, Code.VALUE, Code.ADDRESS, Code.TEMP3};
    Code code = new Code(method, owner, arguments, locals);
    method.visitCode();
    code.copy(OFFSET, Code.OFFSET);
    code.copy(BASE, Code.BASE + segment);
    if (write) {
      code.copy(VALUE, Code.VALUE);
    } else {
      code.set(Code.VALUE, 0);
    }
    code.set(Code.ADDRESS, 0);
    code.set(Code.TEMP3, 0);
    Label slow = new Label();
    new MemoryCode(code, null, mode).access(this, slow);
    giveBack(code);
    while (code.writeCold()) {
      // each of them is written
    }
    code.place(slow);
    code.constantField("ASSIST", MemoryCode.ASSIST);
    for (int argument = 0; argument < arguments; argument++) {
      if (argument != BASE) {
        method.visitVarInsn(ILOAD, argument);
      }
    }
    code.constant(width >> 3);
    code.constant(segment);
    String ends = write ? "(IIII)V" : "(III)I";
    method.visitMethodInsn(INVOKEVIRTUAL, ASSIST, write ? "storePlain" : "loadPlain", ends, false);
    if (!write) {
      code.store(Code.VALUE);
    }
    code.constantField("ASSIST", MemoryCode.ASSIST);
    method.visitMethodInsn(INVOKEVIRTUAL, ASSIST, "made", "()I", false);
    method.visitMethodInsn(
        INVOKESTATIC, "dev/biosgateway/x86/translate/Countdown", "goOn", "(I)V", false);
    giveBack(code);
    method.visitMaxs(0, 0);
    method.visitEnd();
  }

  private void giveBack(Code code) {
    if (write) {
      code.op(RETURN);
    } else {
      code.load(Code.VALUE).op(IRETURN);
    }
  }
}
