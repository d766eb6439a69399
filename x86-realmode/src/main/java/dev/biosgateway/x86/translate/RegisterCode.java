package dev.biosgateway.x86.translate;

import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.PUTFIELD;

import org.objectweb.asm.Opcodes;

/** Writes what moves registers and flags between the CPU and the locals of a method. */
final class RegisterCode {
  static final String CPU = "dev/biosgateway/x86/cpu/Cpu";
  static final String EFLAGS = "dev/biosgateway/x86/cpu/Eflags";
  static final String SEGMENT = "dev/biosgateway/x86/cpu/SegmentRegister";
  private static final String DEFERRED = "dev/biosgateway/x86/translate/DeferredFlags";

  private final Code code;
  private final FlagCode flagCode;

  /** General registers that the region writes, a bit for each. */
  private final int written;

  RegisterCode(Code code, FlagCode flagCode, int written) {
    this.code = code;
    this.flagCode = flagCode;
    this.written = written;
  }

  void load(int which) {
    for (int r = 0; r < 8; r++) {
      if ((which & 1 << r) != 0) {
        code.constantField("GPR", "[I");
        code.constant(r);
        code.op(Opcodes.IALOAD);
        code.store(Code.GPR + r);
      }
    }
  }

  /** Puts back those that the region writes. */
  void store() {
    store(written);
  }

  void store(int which) {
    for (int r = 0; r < 8; r++) {
      if ((which & 1 << r) != 0) {
        code.constantField("GPR", "[I");
        code.constant(r);
        code.load(Code.GPR + r);
        code.op(Opcodes.IASTORE);
      }
    }
  }

  void storeEip() {
    pushCpu();
    code.load(Code.EIP);
    code.method.visitFieldInsn(PUTFIELD, CPU, "eip", "I");
  }

  void loadEip() {
    pushCpu();
    code.method.visitFieldInsn(GETFIELD, CPU, "eip", "I");
    code.store(Code.EIP);
  }

  void pushCpu() {
    code.constantField("CPU", "L" + CPU + ";");
  }

  // ---- segment registers

  void loadBase(int segment) {
    pushSegment(segment);
    code.method.visitFieldInsn(GETFIELD, SEGMENT, "base", "I");
    code.store(Code.BASE + segment);
  }

  void pushSegment(int segment) {
    code.constantField("SEGMENT" + segment, "L" + SEGMENT + ";");
  }

  // ---- flags

  /** Loads {@link FlagState#STORED}. */
  void loadFlags() {
    flagField("result");
    code.store(Code.FLAG_A);
    flagField("carries");
    code.store(Code.FLAG_B);
  }

  private void flagField(String name) {
    pushFlags();
    code.method.visitFieldInsn(GETFIELD, EFLAGS, name, "I");
  }

  private void pushFlags() {
    code.constantField("EFLAGS", "L" + EFLAGS + ";");
  }

  void storeFlags(FlagState s) {
    if (s.isLate()) {
      storeFlagsLate(s);
      return;
    }
    pushFlags();
    flagCode.result(s);
    code.method.visitFieldInsn(PUTFIELD, EFLAGS, "result", "I");
    pushFlags();
    flagCode.carries(s);
    code.method.visitFieldInsn(PUTFIELD, EFLAGS, "carries", "I");
  }

  /** The same by a call, which is shorter. */
  void storeFlagsLate(FlagState s) {
    flagCode.pushPending();
    pushFlags();
    flagCode.pushAll(s);
    code.method.visitMethodInsn(
        INVOKEVIRTUAL, DEFERRED, "write", "(L" + EFLAGS + ";IIIIII)V", false);
  }

  /** Computes result and carries into the flag operands. */
  void makeStored(FlagState s) {
    if (s.equals(FlagState.STORED)) {
      return;
    }
    if (s.isLate()) {
      storeFlagsLate(s);
      loadFlags();
      return;
    }
    flagCode.carries(s);
    code.store(Code.TEMP);
    flagCode.result(s);
    code.store(Code.FLAG_A);
    code.copy(Code.TEMP, Code.FLAG_B);
  }
}
