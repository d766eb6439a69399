package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.DEPTH;
import static dev.biosgateway.x86.translate.Code.LEFT;
import static dev.biosgateway.x86.translate.Code.RETURN;
import static org.objectweb.asm.Opcodes.DUP2;
import static org.objectweb.asm.Opcodes.I2L;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IF_ICMPNE;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.IRETURN;
import static org.objectweb.asm.Opcodes.ISUB;
import static org.objectweb.asm.Opcodes.L2I;
import static org.objectweb.asm.Opcodes.LAND;
import static org.objectweb.asm.Opcodes.LOR;
import static org.objectweb.asm.Opcodes.LRETURN;
import static org.objectweb.asm.Opcodes.LSHL;
import static org.objectweb.asm.Opcodes.LSHR;

import dev.biosgateway.x86.cpu.Cpu;
import org.objectweb.asm.Label;

/**
 * Writes calls of guest functions as calls of Java methods. The return address goes over the
 * guest's stack as ever; a return that finds another one leaves the region, and with it all methods
 * that have called each other: whoever is called gives what is left, or, when the region has been
 * left and everything is in its place, a negative number.
 */
final class CallCode {
  /** What does not come back in the CPU. */
  private static final int IN_HAND = 1 << Cpu.EAX | 1 << Cpu.ESP;

  /** Calls within each other; the one after them leaves the region. */
  private static final int MAX_DEPTH = 100;

  /** What departs is left, counted down from here; left may be -1 after a repeated instruction. */
  private static final int DEPARTED = -2;

  private final Code code;
  private final RegionCompiler region;
  private final MethodCompiler method;
  private final RegisterCode registers;
  private final FlagCode flagCode;
  private final Body body;

  CallCode(
      Code code,
      RegionCompiler region,
      MethodCompiler method,
      RegisterCode registers,
      FlagCode flagCode,
      Body body) {
    this.code = code;
    this.region = region;
    this.method = method;
    this.registers = registers;
    this.flagCode = flagCode;
    this.body = body;
  }

  /** Whether a call of {@code target} in front of {@code next} can be made a call in Java. */
  boolean calls(int target, int next) {
    return body.calls(target, next) && region.popsFrom(target) >= 0;
  }

  /**
   * Calls the function at {@code target}, with {@code next} pushed; then goes on there. What the
   * region writes goes along in registers. EAX comes back with what is left, the stack pointer is
   * known, and what else the function writes comes back in the CPU.
   */
  void call(int target, int next, FlagState before, StackCode stack) {
    if (body.function()) {
      code.load(DEPTH);
      code.jump(IFEQ, method.leave(target, before, 0, Departure.BRANCH));
    }
    defer(before);
    code.constant(next);
    code.load(LEFT);
    if (body.function()) {
      code.load(DEPTH).op(ISUB, 1);
    } else {
      code.constant(MAX_DEPTH);
    }
    for (int r = 0; r < 8; r++) {
      if ((region.written() & 1 << r) != 0) {
        code.load(Code.GPR + r);
      }
    }
    code.method.visitMethodInsn(
        INVOKESTATIC, region.owner, region.function(target), region.functionDescriptor(), false);
    code.op(DUP2);
    code.op(L2I);
    code.store(Code.TEMP);
    code.constant(32);
    code.op(LSHR);
    code.op(L2I);
    code.store(LEFT);
    code.load(LEFT);
    method.goOn();
    int there = region.writtenFrom(target);
    if ((there & 1 << Cpu.EAX) != 0) {
      code.copy(Code.TEMP, Code.GPR + Cpu.EAX);
    }
    registers.load(there & ~IN_HAND);
    stack.move(region.popsFrom(target));
    method.loadBases();
    code.go(method.edge(next, FlagState.PENDING));
  }

  /**
   * Returns to what is in {@code local}: to the caller, if it is where that goes on. The stack
   * pointer was {@code esp} before.
   */
  void returnTo(int local, int esp, FlagState before) {
    if (body.function() && region.popsFrom(body.entry()) >= 0) {
      Label elsewhere = new Label();
      code.load(local).load(RETURN);
      code.jump(IF_ICMPNE, elsewhere);
      code.load(esp).load(Code.RETURN_ESP);
      code.jump(IF_ICMPNE, elsewhere);
      registers.store(region.writtenFrom(body.entry()) & ~IN_HAND);
      defer(before);
      returnLeft();
      code.place(elsewhere);
    }
    code.copy(local, Code.EIP);
    method.leaveAtEip(before, 0, Departure.INDIRECT);
  }

  /** Returns after a call that has left the region. */
  void returnGone() {
    if (!body.function()) {
      departed();
    }
    returnLeft();
  }

  /** Returns to say that the region has been left. */
  void returnDeparted() {
    if (body.function()) {
      departed();
    }
    returnLeft();
  }

  private void returnLeft() {
    code.load(LEFT);
    if (!body.function()) {
      code.op(IRETURN);
      return;
    }
    code.op(I2L);
    code.constant(32);
    code.op(LSHL);
    code.load(Code.GPR + Cpu.EAX).op(I2L);
    code.method.visitLdcInsn(0xffffffffL);
    code.op(LAND).op(LOR).op(LRETURN);
  }

  private void defer(FlagState before) {
    if (before.isRotate()) {
      registers.makeStored(before);
      flagCode.defer(FlagState.STORED);
    } else {
      flagCode.defer(before);
    }
  }

  /** Makes what is left a number that says so of what is left, and the other way round. */
  private void departed() {
    code.constant(DEPARTED);
    code.load(LEFT).op(ISUB);
    code.store(LEFT);
  }
}
