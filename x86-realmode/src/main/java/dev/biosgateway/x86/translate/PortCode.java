package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.TEMP;
import static dev.biosgateway.x86.translate.Code.TEMP2;
import static dev.biosgateway.x86.translate.Code.VALUE;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;

import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.isa.Insn;
import org.objectweb.asm.Label;

/**
 * Writes IN and OUT: a call with EIP and the count in place, so that devices see the time as it is;
 * registers stay where they are, as no device sees them.
 */
final class PortCode {
  private final Code code;
  private final MemoryCode memory;
  private final MethodCompiler region;

  PortCode(Code code, MemoryCode memory, MethodCompiler region) {
    this.code = code;
    this.memory = memory;
    this.region = region;
  }

  FlagState in(Insn i, FlagState before) {
    port(i.src, i.imm);
    begin(i);
    memory.call("portIn", "II", region.site(0));
    code.store(VALUE);
    code.setRegister(Cpu.EAX, i.width, VALUE);
    leaveWhenLast(before);
    return before;
  }

  FlagState out(Insn i, FlagState before) {
    port(i.dst, i.imm);
    code.register(i.src, i.width);
    code.store(TEMP2);
    begin(i);
    code.load(TEMP2);
    memory.call("portOut", "III", region.site(0));
    code.store(VALUE);
    leaveWhenLast(before);
    return before;
  }

  /** DX or the immediate to TEMP. */
  private void port(int register, int immediate) {
    if (register == Insn.ZERO) {
      code.set(TEMP, immediate & 0xffff);
    } else {
      code.register(register, 16);
      code.store(TEMP);
    }
  }

  private void begin(Insn i) {
    code.constantField("ASSIST", MemoryCode.ASSIST);
    code.load(TEMP);
    code.constant(i.width >> 3);
  }

  private void leaveWhenLast(FlagState before) {
    Runnable leave = region.behind(region.next(), before);
    Label last = new Label();
    code.constantField("ASSIST", MemoryCode.ASSIST);
    code.method.visitMethodInsn(
        INVOKEVIRTUAL, "dev/biosgateway/x86/translate/Assist", "isLast", "()Z", false);
    code.jump(IFNE, last);
    code.cold(
        () -> {
          code.place(last);
          leave.run();
        });
  }
}
