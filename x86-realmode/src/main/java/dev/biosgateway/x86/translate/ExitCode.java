package dev.biosgateway.x86.translate;

import static org.objectweb.asm.Opcodes.AALOAD;
import static org.objectweb.asm.Opcodes.ATHROW;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.POP;

import org.objectweb.asm.Label;

/**
 * Writes the ways out of a method: many, of a few bytes each, that come together at its end. What
 * is known of each beforehand is an {@link Exit}.
 */
final class ExitCode {
  private static final String ASSIST = "dev/biosgateway/x86/translate/Assist";
  private static final String EXIT = "dev/biosgateway/x86/translate/Exit";

  private static final String COUNTDOWN = "dev/biosgateway/x86/translate/Countdown";
  private static final String OVER = COUNTDOWN + "$Over";

  /** What the CPU throws, and what a policy does that refuses an access. */
  private static final String EXCEPTION = "java/lang/RuntimeException";

  private final Code code;
  private final FlagCode flagCode;
  private final RegionCompiler region;
  private final RegisterCode registers;
  private final CallCode calls;

  private final Label way = new Label();
  private boolean leaves;
  private final Label wayAtEip = new Label();
  private boolean leavesAtEip;
  private final Label refused = new Label();
  private boolean refuses;
  private final Label handler = new Label();
  private boolean handles;
  private final Label over = new Label();
  private boolean ends;
  private final Label gone = new Label();
  private boolean departs;

  ExitCode(
      Code code, FlagCode flagCode, RegionCompiler region, RegisterCode registers, CallCode calls) {
    this.code = code;
    this.flagCode = flagCode;
    this.region = region;
    this.registers = registers;
    this.calls = calls;
  }

  /** Leaves. */
  void leave(Exit exit) {
    code.set(Code.EXIT, region.exit(exit));
    code.go(way);
    leaves = true;
  }

  /** Says how to leave when {@link #counted} does. */
  void expect(Exit exit) {
    code.set(Code.EXIT, region.exit(exit));
  }

  /** Writes a call of {@link Countdown} after which the method may have to be left as expected. */
  void counted(String name, String descriptor) {
    until(over, COUNTDOWN, name, descriptor);
    ends = true;
  }

  /** The same of a method of the region's class that makes an access to memory. */
  void access(AccessMethod access) {
    until(over, region.owner, region.access(access), access.descriptor());
    ends = true;
  }

  /** The same behind a call that may have left the region. */
  void goOn() {
    until(gone, COUNTDOWN, "goOn", "(I)V");
    departs = true;
  }

  private void until(Label handler, String owner, String name, String descriptor) {
    Label from = new Label();
    Label to = new Label();
    code.method.visitTryCatchBlock(from, to, handler, OVER);
    code.method.visitLabel(from);
    code.method.visitMethodInsn(INVOKESTATIC, owner, name, descriptor, false);
    code.method.visitLabel(to);
  }

  /** Leaves to where {@link Code#EIP} says. */
  void leaveAtEip(Exit exit) {
    code.set(Code.EXIT, region.exit(exit));
    code.go(wayAtEip);
    leavesAtEip = true;
  }

  /** Where to go after {@link Assist} did not make an access: everything is in its place. */
  Label refused() {
    refuses = true;
    return refused;
  }

  /** Writes a call that may raise an exception of the CPU: then the registers are put back. */
  void guarded(Runnable call) {
    Label from = new Label();
    Label to = new Label();
    code.method.visitTryCatchBlock(from, to, handler, EXCEPTION);
    code.method.visitLabel(from);
    call.run();
    code.method.visitLabel(to);
    handles = true;
  }

  /** Writes where all of these come together. */
  void write() {
    if (departs) {
      code.placeHandler(gone, OVER);
      code.op(POP);
      calls.returnGone();
    }
    if (ends) {
      code.placeHandler(over, OVER);
      code.op(POP);
      if (leaves) {
        code.go(way);
      }
    }
    if (leaves || ends) {
      if (leaves) {
        code.place(way);
      }
      pushExit();
      code.method.visitMethodInsn(INVOKEVIRTUAL, EXIT, "eip", "()I", false);
      code.store(Code.EIP);
      if (leavesAtEip) {
        code.go(wayAtEip);
      } else {
        depart();
      }
    }
    if (leavesAtEip) {
      code.place(wayAtEip);
      depart();
    }
    if (refuses) {
      code.place(refused);
      registers.store();
      code.constantField("ASSIST", MemoryCode.ASSIST);
      code.method.visitFieldInsn(GETFIELD, ASSIST, "rest", "I");
      code.store(Code.LEFT);
      calls.returnDeparted();
    }
    if (handles) {
      code.placeHandler(handler, EXCEPTION);
      registers.store();
      code.op(ATHROW);
    }
  }

  private void depart() {
    registers.store();
    code.constantField("ASSIST", MemoryCode.ASSIST);
    pushExit();
    code.load(Code.EIP);
    code.load(Code.LEFT);
    flagCode.pushAll(FlagState.MIXED);
    code.method.visitMethodInsn(INVOKEVIRTUAL, ASSIST, "leave", "(L" + EXIT + ";IIIIIIII)I", false);
    code.store(Code.LEFT);
    calls.returnDeparted();
  }

  private void pushExit() {
    code.constantField("EXITS", "[L" + EXIT + ";");
    code.load(Code.EXIT);
    code.op(AALOAD);
  }
}
