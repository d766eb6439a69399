package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.FLAG_A;
import static dev.biosgateway.x86.translate.Code.OFFSET;
import static dev.biosgateway.x86.translate.Code.TEMP;
import static dev.biosgateway.x86.translate.Code.TEMP2;
import static dev.biosgateway.x86.translate.Code.TEMP3;
import static dev.biosgateway.x86.translate.Code.VALUE;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.ISHL;
import static org.objectweb.asm.Opcodes.ISHR;
import static org.objectweb.asm.Opcodes.ISUB;
import static org.objectweb.asm.Opcodes.IXOR;

import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic;
import dev.biosgateway.x86.isa.Operand;

/** Writes BT, BTS, BTR, BTC, BSF and BSR. */
final class BitCode {
  private final Code code;
  private final MemoryCode memory;
  private final MethodCompiler region;
  private final InsnCode insns;

  BitCode(Code code, MemoryCode memory, MethodCompiler region, InsnCode insns) {
    this.code = code;
    this.memory = memory;
    this.region = region;
    this.insns = insns;
  }

  FlagState write(Insn i, FlagState before) {
    return switch (i.row.mnemonic()) {
      case BSF, BSR -> scan(i);
      default -> test(i, before);
    };
  }

  /** CF becomes the bit, the others stay; a bit string in memory reaches beyond its operand. */
  private FlagState test(Insn i, FlagState before) {
    int width = i.operandSize;
    boolean immediate = i.row.operands().get(1) == Operand.Ib;
    if (immediate) {
      code.set(TEMP, i.imm & width - 1);
    } else {
      insns.register(i.src, width, TEMP);
    }
    Runnable flags =
        () -> {
          code.load(VALUE);
          code.load(TEMP).op(IAND, width - 1);
          code.op(IXOR, 31);
          code.op(ISHL);
          code.op(IAND, 0x80000000);
          code.store(TEMP3);
          insns.replaceCarry(before);
        };
    if (i.memory < 0) {
      insns.register(i.dst, width, VALUE);
      if (i.row.mnemonic() != Mnemonic.BT) {
        changed(i.row.mnemonic(), width);
        code.setRegister(i.dst, width, TEMP2);
      }
      flags.run();
      return FlagState.STORED;
    }
    memory.offset(i);
    if (!immediate) {
      unit(i, width);
    }
    if (i.row.mnemonic() == Mnemonic.BT) {
      memory.load(i.segment, width, i.addressMask);
      flags.run();
    } else {
      memory.modify(
          i.segment,
          width,
          i.addressMask,
          () -> changed(i.row.mnemonic(), width),
          TEMP2,
          flags,
          region.behind(region.next(), FlagState.STORED));
    }
    return FlagState.STORED;
  }

  /** Moves OFFSET to the operand that has the bit. */
  private void unit(Insn i, int width) {
    code.load(OFFSET);
    code.load(TEMP);
    code.signExtend(width);
    code.op(ISHR, width == 32 ? 5 : 4);
    code.op(ISHL, width == 32 ? 2 : 1);
    code.op(IADD);
    if (i.addressMask == 0xffff) {
      code.zeroExtend(16);
    }
    code.store(OFFSET);
  }

  /** VALUE with the bit that TEMP says changed, to TEMP2. */
  private void changed(Mnemonic m, int width) {
    code.load(VALUE);
    code.constant(1);
    code.load(TEMP).op(IAND, width - 1);
    code.op(ISHL);
    switch (m) {
      case BTS -> code.op(IOR);
      case BTC -> code.op(IXOR);
      case BTR -> code.op(IXOR, -1).op(IAND);
      default -> throw new IllegalArgumentException("changes no bit: " + m);
    }
    code.store(TEMP2);
  }

  /**
   * The index of a bit that is set: all flags but the parity of the index are clear. A source of
   * zero keeps destination and flags, and is the interpreter's business.
   */
  private FlagState scan(Insn i) {
    int width = i.operandSize;
    if (i.memory >= 0) {
      insns.load(i, width);
    } else {
      insns.register(i.src, width, VALUE);
    }
    code.load(VALUE);
    code.jump(IFEQ, region.leaveBefore(Departure.DEVICE));
    boolean forward = i.row.mnemonic() == Mnemonic.BSF;
    if (!forward) {
      code.constant(31);
    }
    code.load(VALUE);
    String name = forward ? "numberOfTrailingZeros" : "numberOfLeadingZeros";
    code.method.visitMethodInsn(INVOKESTATIC, "java/lang/Integer", name, "(I)I", false);
    if (!forward) {
      code.op(ISUB);
    }
    code.store(TEMP);
    code.setRegister(i.dst, width, TEMP);
    code.load(TEMP).op(IOR, 0x100); // neither zero nor negative
    code.store(FLAG_A);
    return FlagState.LOGIC;
  }
}
