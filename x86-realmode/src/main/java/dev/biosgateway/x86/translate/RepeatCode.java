package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.FLOOR;
import static dev.biosgateway.x86.translate.Code.GPR;
import static dev.biosgateway.x86.translate.Code.LEFT;
import static dev.biosgateway.x86.translate.Code.TEMP;
import static dev.biosgateway.x86.translate.Code.TEMP2;
import static dev.biosgateway.x86.translate.Code.VALUE;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IF_ICMPLT;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.ISHL;
import static org.objectweb.asm.Opcodes.ISUB;

import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Eflags;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic;
import org.objectweb.asm.Label;

/**
 * Writes repeated string instructions: a call of {@link dev.biosgateway.x86.cpu.FastStrings}, which
 * makes all passes at once, upwards over plain memory and when all may retire; else their
 * operation. Each pass counts.
 */
final class RepeatCode {
  private static final String STRINGS = "dev/biosgateway/x86/cpu/FastStrings";

  private final Code code;
  private final MethodCompiler region;
  private final InsnCode insns;

  RepeatCode(Code code, MethodCompiler region, InsnCode insns) {
    this.code = code;
    this.region = region;
    this.insns = insns;
  }

  FlagState write(Insn i, FlagState before) {
    return switch (i.row.mnemonic()) {
      case STOS, MOVS -> copied(i, before);
      case CMPS, SCAS -> compared(i);
      default -> {
        region.execute(i);
        yield FlagState.STORED;
      }
    };
  }

  /** REP MOVS, REP STOS: flags stay as they are, on both ways. */
  private FlagState copied(Insn i, FlagState before) {
    Site site = region.site(0);
    Label general = new Label();
    Label done = new Label();
    begin(i, general);
    code.load(LEFT).load(TEMP);
    code.jump(IF_ICMPLT, general);
    boolean moves = i.row.mnemonic() == Mnemonic.MOVS;
    strings();
    if (moves) {
      code.constant(i.segment);
      pointer(i, Cpu.ESI);
      pointer(i, Cpu.EDI);
    } else {
      pointer(i, Cpu.EDI);
      code.load(GPR + Cpu.EAX);
    }
    code.constant(i.width >> 3);
    code.load(TEMP);
    code.constant(i.addressMask);
    call(moves ? "move" : "fill", moves ? "(IIIIII)Z" : "(IIIII)Z");
    code.jump(IFEQ, general);
    passed(i, moves);
    code.place(done);
    code.cold(
        () -> {
          code.place(general);
          region.executeRepeated(i, site);
          code.go(done);
        });
    return before;
  }

  /** REPE and REPNE with CMPS or SCAS: flags are those of the last comparison. */
  private FlagState compared(Insn i) {
    Site site = region.site(0);
    Label general = new Label();
    Label done = new Label();
    begin(i, general);
    boolean twoStrings = i.row.mnemonic() == Mnemonic.CMPS;
    strings();
    if (twoStrings) {
      code.constant(i.segment);
      pointer(i, Cpu.ESI);
      pointer(i, Cpu.EDI);
    } else {
      pointer(i, Cpu.EDI);
      code.register(Cpu.EAX, i.width);
    }
    code.constant(i.width >> 3);
    code.load(TEMP);
    code.load(LEFT);
    code.constant(i.rep == Insn.REPE ? 1 : 0);
    code.constant(i.addressMask);
    call(twoStrings ? "compare" : "scan", twoStrings ? "(IIIIIIZI)I" : "(IIIIIZI)I");
    code.store(TEMP);
    code.load(TEMP);
    code.jump(IFEQ, general);
    passed(i, twoStrings);
    last("lastA", TEMP2);
    last("lastB", VALUE);
    region.makeStored(insns.compared(TEMP2, VALUE, i.width));
    code.place(done);
    code.cold(
        () -> {
          code.place(general);
          region.executeRepeated(i, site);
          region.loadFlags();
          code.go(done);
        });
    return FlagState.STORED;
  }

  /** Puts the count into TEMP; goes to {@code general} when it goes downwards. */
  private void begin(Insn i, Label general) {
    code.constantField("EFLAGS", "L" + RegisterCode.EFLAGS + ";");
    code.method.visitFieldInsn(GETFIELD, RegisterCode.EFLAGS, "system", "I");
    code.op(IAND, Eflags.DF);
    code.jump(IFNE, general);
    pointer(i, Cpu.ECX);
    code.store(TEMP);
  }

  /** Pushes a register of the address size. */
  private void pointer(Insn i, int register) {
    code.register(register, i.addressMask == 0xffff ? 16 : 32);
  }

  /** Counts as many passes as TEMP says; they are no reason to leave at the head. */
  private void passed(Insn i, boolean source) {
    code.load(LEFT).load(TEMP).op(ISUB).store(LEFT);
    code.load(FLOOR).load(TEMP).op(ISUB).op(ICONST_0);
    code.method.visitMethodInsn(INVOKESTATIC, "java/lang/Math", "max", "(II)I", false);
    code.store(FLOOR);
    move(i, Cpu.ECX, false, 0);
    int shift = Integer.numberOfTrailingZeros(i.width >> 3);
    move(i, Cpu.EDI, true, shift);
    if (source) {
      move(i, Cpu.ESI, true, shift);
    }
  }

  private void move(Insn i, int register, boolean up, int shift) {
    code.load(GPR + register);
    code.load(TEMP);
    if (shift != 0) {
      code.op(ISHL, shift);
    }
    code.op(up ? IADD : ISUB);
    if (i.addressMask == 0xffff) {
      code.zeroExtend(16);
      code.load(GPR + register);
      code.op(IAND, 0xffff0000);
      code.op(IOR);
    }
    code.store(GPR + register);
  }

  private void strings() {
    code.constantField("ASSIST", MemoryCode.ASSIST);
    code.method.visitFieldInsn(
        GETFIELD, "dev/biosgateway/x86/translate/Assist", "strings", "L" + STRINGS + ";");
  }

  private void last(String operand, int into) {
    strings();
    code.method.visitFieldInsn(GETFIELD, STRINGS, operand, "I");
    code.store(into);
  }

  private void call(String name, String descriptor) {
    code.method.visitMethodInsn(INVOKEVIRTUAL, STRINGS, name, descriptor, false);
  }
}
