package dev.biosgateway.x86.translate;

import static org.objectweb.asm.Opcodes.AALOAD;
import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.CHECKCAST;
import static org.objectweb.asm.Opcodes.INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.PUTSTATIC;
import static org.objectweb.asm.Opcodes.RETURN;
import static org.objectweb.asm.Opcodes.SIPUSH;

import dev.biosgateway.x86.cpu.Cpu;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;

/**
 * The rest of a region's class: what its code uses of the machine, as static final fields, which
 * the JVM takes for constants; they come with the class when it is defined.
 */
final class RegionClass {
  private static final String[][] FIELDS = {
    {"CPU", "Ldev/biosgateway/x86/cpu/Cpu;"},
    {"ASSIST", MemoryCode.ASSIST},
    {"GPR", "[I"},
    {"EFLAGS", "Ldev/biosgateway/x86/cpu/Eflags;"},
    {"PENDING", "Ldev/biosgateway/x86/translate/DeferredFlags;"},
    {"RAM", "[B"},
    {"FLAGS", "[B"},
    {"SEGMENT0", "Ldev/biosgateway/x86/cpu/SegmentRegister;"},
    {"SEGMENT1", "Ldev/biosgateway/x86/cpu/SegmentRegister;"},
    {"SEGMENT2", "Ldev/biosgateway/x86/cpu/SegmentRegister;"},
    {"SEGMENT3", "Ldev/biosgateway/x86/cpu/SegmentRegister;"},
    {"SEGMENT4", "Ldev/biosgateway/x86/cpu/SegmentRegister;"},
    {"SEGMENT5", "Ldev/biosgateway/x86/cpu/SegmentRegister;"},
  };

  private static final String[][] PAGING_FIELDS = {
    {"FRAMES", "[I"}, {"READ_TAGS", "[I"}, {"WRITE_TAGS", "[I"},
  };

  private final ClassWriter writer;
  private final String owner;
  private final int operations;
  private final boolean paged;
  private MethodVisitor initializer;
  private int index;

  RegionClass(ClassWriter writer, String owner, int operations, boolean paged) {
    this.writer = writer;
    this.owner = owner;
    this.operations = operations;
    this.paged = paged;
  }

  /** What of the machine the first fields are to hold, in their order; taken on its thread. */
  static List<Object> values(Cpu cpu, Assist assist, boolean paged) {
    List<Object> out = new ArrayList<>();
    out.add(cpu);
    out.add(assist);
    out.add(cpu.gpr);
    out.add(cpu.flags);
    out.add(assist.pending);
    out.add(cpu.bus.ram);
    out.add(cpu.bus.flags);
    out.addAll(List.of(cpu.segments));
    if (paged) {
      out.add(cpu.paging.frames());
      out.add(cpu.paging.readTags());
      out.add(cpu.paging.writeTags());
    }
    return out;
  }

  /** Writes fields, class initializer and constructor. */
  void write() {
    initializer = writer.visitMethod(ACC_STATIC, "<clinit>", "()V", null, null);
    initializer.visitCode();
    initializer.visitMethodInsn(
        INVOKESTATIC,
        "dev/biosgateway/x86/translate/RegionLoader",
        "values",
        "()[Ljava/lang/Object;",
        false);
    initializer.visitVarInsn(ASTORE, 0);
    for (String[] f : FIELDS) {
      field(f[0], f[1]);
    }
    if (paged) {
      for (String[] f : PAGING_FIELDS) {
        field(f[0], f[1]);
      }
    }
    field("SITES", "[Ldev/biosgateway/x86/translate/Site;");
    field("EXITS", "[Ldev/biosgateway/x86/translate/Exit;");
    for (int k = 0; k < operations; k++) {
      field("OPERATION" + k, "Ldev/biosgateway/x86/cpu/Operation;");
      field("INSN" + k, "Ldev/biosgateway/x86/isa/Insn;");
    }
    initializer.visitInsn(RETURN);
    initializer.visitMaxs(0, 0);
    initializer.visitEnd();
    MethodVisitor constructor = writer.visitMethod(ACC_PUBLIC, "<init>", "()V", null, null);
    constructor.visitCode();
    constructor.visitVarInsn(ALOAD, 0);
    constructor.visitMethodInsn(
        INVOKESPECIAL, "dev/biosgateway/x86/translate/RegionCode", "<init>", "()V", false);
    constructor.visitInsn(RETURN);
    constructor.visitMaxs(0, 0);
    constructor.visitEnd();
  }

  private void field(String name, String descriptor) {
    writer
        .visitField(ACC_PRIVATE | ACC_STATIC | ACC_FINAL, name, descriptor, null, null)
        .visitEnd();
    initializer.visitVarInsn(ALOAD, 0);
    initializer.visitIntInsn(SIPUSH, index++);
    initializer.visitInsn(AALOAD);
    String type =
        descriptor.charAt(0) == 'L' ? descriptor.substring(1, descriptor.length() - 1) : descriptor;
    initializer.visitTypeInsn(CHECKCAST, type);
    initializer.visitFieldInsn(PUTSTATIC, owner, name, descriptor);
  }
}
