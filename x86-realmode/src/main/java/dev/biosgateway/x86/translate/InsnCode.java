package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.FLAG_B;
import static dev.biosgateway.x86.translate.Code.OFFSET;
import static dev.biosgateway.x86.translate.Code.TEMP;
import static dev.biosgateway.x86.translate.Code.VALUE;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.ISHR;
import static org.objectweb.asm.Opcodes.IXOR;

import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.SegmentRegister;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic;
import dev.biosgateway.x86.isa.Operand;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/**
 * Writes instructions: what the {@code cpu} package says in Java, said in bytecode with everything
 * known that is known when it is written. An instruction of which there is no such text is executed
 * by its operation, from within the region.
 */
final class InsnCode {
  private final Code code;
  private final FlagCode flagCode;
  private final MemoryCode memory;
  private final MethodCompiler region;
  private final ConditionCode conditions;
  private final ArithmeticCode arithmetic;
  private final ShiftCode shifts;
  private final MultiplyCode multiply;
  private final StackCode stack;
  private final SegmentCode segments;
  private final TransferCode transfer;
  private final CpuModel model;
  private final StringCode strings;
  private final BitCode bits;
  private final PortCode ports;

  InsnCode(
      Code code,
      FlagCode flagCode,
      MemoryCode memory,
      MethodCompiler region,
      CallCode calls,
      Mode mode,
      CpuModel model) {
    this.code = code;
    this.flagCode = flagCode;
    this.memory = memory;
    this.region = region;
    this.model = model;
    this.conditions = new ConditionCode(code, flagCode);
    this.arithmetic = new ArithmeticCode(code, flagCode, memory, region, this);
    this.shifts = new ShiftCode(code, flagCode, memory, region, this, model);
    this.strings = new StringCode(code, memory, region, this, new RepeatCode(code, region, this));
    this.bits = new BitCode(code, memory, region, this);
    this.ports = new PortCode(code, memory, region);
    this.multiply = new MultiplyCode(code, region, this);
    this.stack = new StackCode(code, memory, region, this, mode, model);
    this.segments = new SegmentCode(code, memory, stack, region, this);
    this.transfer = new TransferCode(code, conditions, stack, region, calls, this, mode);
  }

  /** Whether the instruction at {@code eip} can be in a region; if not, it is left before it. */
  boolean canWrite(Insn i, int eip) {
    return switch (i.row.mnemonic()) {
      case JCC, JMP, CALL, RET, LOOP, LOOPE, LOOPNE, JCXZ -> transfer.canWrite(i, eip);
      case MOV_TO_SEGMENT, POP_SEGMENT, LSS -> SegmentCode.loads(i);
      case MOV_FROM_SEGMENT -> i.src <= SegmentRegister.GS;
      default -> !i.row.mnemonic().is(Mnemonic.Trait.ENDS_BLOCK) || ModeChange.of(i) != null;
    };
  }

  /**
   * Writes one instruction.
   *
   * @param before how the flags come in
   * @return how they go out
   */
  FlagState write(Insn i, FlagState before, int eip) {
    if (i.lock || model.undefinedFlags().differ(i.row.mnemonic()) || overrunsHalfDone(i)) {
      return byOperation(i);
    }
    return switch (i.row.mnemonic()) {
      case ADD, SUB, CMP, AND, OR, XOR, TEST, ADC, SBB, INC, DEC, NEG, NOT ->
          arithmetic.write(i, before);
      case MOV -> move(i, before);
      case MOVZX, MOVSX -> extend(i, before);
      case LEA -> {
        memory.offset(i);
        code.setRegister(i.dst, i.operandSize, OFFSET);
        yield before;
      }
      case XCHG -> exchange(i, before);
      case CBW, CWD, BSWAP -> convert(i, before);
      case SETCC, CMOVCC -> conditional(i, before);
      case NOP -> before;
      case CLC, STC, CMC -> carryFlag(i, before);
      case CLD, STD -> directionFlag(i, before);
      case SHL, SHR, SAR, ROL, ROR, RCL, RCR, SHLD, SHRD -> shifts.write(i, before);
      case IMUL_TRUNCATING, MUL, IMUL, DIV, IDIV -> multiply.write(i, before);
      case BT, BTS, BTR, BTC, BSF, BSR -> bits.write(i, before);
      case MOVS, STOS, LODS, CMPS, SCAS -> {
        FlagState after = strings.write(i, before);
        yield i.endsBlock() ? goOn(after) : after;
      }
      case IN -> ports.in(i, before);
      case OUT -> ports.out(i, before);
      case XLAT -> translateByte(i, before);
      case PUSH, POP, LEAVE -> stack.write(i, before);
      case PUSH_SEGMENT, MOV_FROM_SEGMENT, LDS, LES, LFS, LGS -> segments.write(i, before);
      case MOV_TO_SEGMENT, POP_SEGMENT, LSS -> goOn(segments.write(i, before));
      case JCC, JMP, CALL, RET, LOOP, LOOPE, LOOPNE, JCXZ, INT, IRET ->
          transfer.write(i, before, eip);
      default -> byOperation(i);
    };
  }

  /** Whether a fault of the instruction leaves what only its operation knows. */
  private boolean overrunsHalfDone(Insn i) {
    return model.leavesOverrunHalfDone() && i.row.mnemonic().is(Mnemonic.Trait.STRING);
  }

  /** Has the instruction executed as the interpreter would. */
  FlagState byOperation(Insn i) {
    ModeChange change = ModeChange.of(i);
    if (change == ModeChange.ELSEWHERE) {
      region.executeAndLeave(i);
      return FlagState.STORED;
    }
    region.execute(i);
    if (change == ModeChange.PERHAPS) {
      region.leaveUnlessMode();
    }
    return i.endsBlock() ? goOn(FlagState.STORED) : FlagState.STORED;
  }

  /** Goes on with the instruction behind one that ends a block, unless the trace does. */
  private FlagState goOn(FlagState after) {
    if (region.follow() == Trace.Follow.NOWHERE) {
      code.go(region.edge(region.next(), after));
    }
    return after;
  }

  // ---- operands

  /** Puts the source that is no memory, zero-extended, into {@code local}. */
  void source(Insn i, int width, int local) {
    if (i.src == Insn.ZERO) {
      PatchedCode.Immediate patched = region.patchedImmediate();
      if (patched != null) {
        memory.immediate(patched);
        code.zeroExtend(width);
        code.store(local);
        return;
      }
      int mask = width == 32 ? -1 : (1 << width) - 1;
      code.set(local, i.imm & mask);
    } else {
      code.register(i.src, width);
      code.store(local);
    }
  }

  /** Puts a register's value, zero-extended, into {@code local}. */
  void register(int r, int width, int local) {
    code.register(r, width);
    code.store(local);
  }

  void load(Insn i, int width) {
    memory.offset(i);
    memory.load(i.segment, width, i.addressMask);
  }

  /** Keeps what flags follow from after two locals have been compared. */
  FlagState compared(int a, int b, int width) {
    flagCode.operands(a, b);
    return FlagState.of(FlagState.Kind.CMP, width);
  }

  // ---- data transfer

  private FlagState move(Insn i, FlagState before) {
    if (i.memory == 0) {
      source(i, i.width, TEMP);
      memory.offset(i);
      memory.store(
          i.segment, i.width, i.addressMask, TEMP, () -> {}, region.behind(region.next(), before));
    } else {
      if (i.memory == 1) {
        load(i, i.width);
      } else {
        source(i, i.width, VALUE);
      }
      code.setRegister(i.dst, i.width, VALUE);
    }
    return before;
  }

  private FlagState extend(Insn i, FlagState before) {
    int from = i.row.operands().get(1) == Operand.Eb ? 8 : 16;
    if (i.memory >= 0) {
      load(i, from);
    } else {
      register(i.src, from, VALUE);
    }
    if (i.row.mnemonic() == Mnemonic.MOVSX) {
      code.load(VALUE);
      code.signExtend(from);
      code.store(VALUE);
    }
    code.setRegister(i.dst, i.operandSize, VALUE);
    return before;
  }

  private FlagState exchange(Insn i, FlagState before) {
    if (i.memory >= 0) {
      register(i.src, i.width, TEMP);
      memory.offset(i);
      memory.modify(
          i.segment,
          i.width,
          i.addressMask,
          () -> {},
          TEMP,
          () -> code.setRegister(i.src, i.width, VALUE),
          region.behind(region.next(), before));
      return before;
    }
    register(i.dst, i.width, TEMP);
    register(i.src, i.width, VALUE);
    code.setRegister(i.dst, i.width, VALUE);
    code.setRegister(i.src, i.width, TEMP);
    return before;
  }

  /** XLAT. */
  private FlagState translateByte(Insn i, FlagState before) {
    code.load(Code.GPR + Cpu.EBX);
    code.register(Cpu.EAX, 8);
    code.op(Opcodes.IADD);
    if (i.addressMask == 0xffff) {
      code.zeroExtend(16);
    }
    code.store(OFFSET);
    memory.load(i.segment, 8, i.addressMask);
    code.setRegister(Cpu.EAX, 8, VALUE);
    return before;
  }

  private FlagState convert(Insn i, FlagState before) {
    switch (i.row.mnemonic()) {
      case CBW -> {
        code.load(Code.GPR + Cpu.EAX);
        code.signExtend(i.operandSize >> 1);
        code.store(VALUE);
        code.setRegister(Cpu.EAX, i.operandSize, VALUE);
      }
      case CWD -> {
        code.load(Code.GPR + Cpu.EAX);
        code.signExtend(i.operandSize);
        code.op(ISHR, 31);
        code.store(VALUE);
        code.setRegister(Cpu.EDX, i.operandSize, VALUE);
      }
      default -> {
        if (!i.is32()) {
          return byOperation(i);
        }
        code.load(Code.GPR + i.dst);
        code.method.visitMethodInsn(
            Opcodes.INVOKESTATIC, "java/lang/Integer", "reverseBytes", "(I)I", false);
        code.store(Code.GPR + i.dst);
      }
    }
    return before;
  }

  private FlagState conditional(Insn i, FlagState before) {
    boolean set = i.row.mnemonic() == Mnemonic.SETCC;
    Label holds = new Label();
    Label done = new Label();
    if (set) {
      code.set(VALUE, 1);
      conditions.branch(before, i.row.condition(), done);
      code.set(VALUE, 0);
      code.place(done);
      if (i.memory < 0) {
        code.setRegister(i.dst, 8, VALUE);
        return before;
      }
      memory.offset(i);
      Runnable leave = region.behind(region.next(), before);
      memory.store(i.segment, 8, i.addressMask, VALUE, () -> {}, leave);
      return before;
    }
    if (i.memory >= 0) {
      load(i, i.operandSize);
    } else {
      register(i.src, i.operandSize, VALUE);
    }
    conditions.branch(before, i.row.condition(), holds);
    code.go(done);
    code.place(holds);
    code.setRegister(i.dst, i.operandSize, VALUE);
    code.place(done);
    return before;
  }

  // ---- flags by name

  private FlagState carryFlag(Insn i, FlagState before) {
    switch (i.row.mnemonic()) {
      case CLC -> code.constant(0);
      case STC -> code.constant(0x80000000);
      default -> {
        flagCode.carrySign(before);
        code.op(IXOR, 0x80000000);
      }
    }
    code.store(Code.TEMP3);
    replaceCarry(before);
    return FlagState.STORED;
  }

  /**
   * Makes the sign of TEMP3, whose other bits are zero, CF, and {@link FlagState#STORED} of all.
   */
  void replaceCarry(FlagState before) {
    region.makeStored(before);
    // The other five stay: as for INC, but bits 8 to 15 and 0 of the carries with them.
    code.load(FLAG_B);
    code.op(IAND, 0x3fffffff);
    code.load(FLAG_B);
    code.op(Opcodes.DUP);
    code.op(Opcodes.ISHL, 1);
    code.op(IXOR);
    code.load(Code.TEMP3);
    code.op(IXOR);
    code.op(IAND, 0x80000000);
    code.op(Opcodes.IUSHR, 1);
    code.op(IOR);
    code.load(Code.TEMP3);
    code.op(IOR);
    code.store(FLAG_B);
  }

  private FlagState directionFlag(Insn i, FlagState before) {
    boolean set = i.row.mnemonic() == Mnemonic.STD;
    code.constantField("EFLAGS", "Ldev/biosgateway/x86/cpu/Eflags;");
    code.op(Opcodes.DUP);
    code.method.visitFieldInsn(Opcodes.GETFIELD, "dev/biosgateway/x86/cpu/Eflags", "system", "I");
    if (set) {
      code.op(IOR, dev.biosgateway.x86.cpu.Eflags.DF);
    } else {
      code.op(IAND, ~dev.biosgateway.x86.cpu.Eflags.DF);
    }
    code.method.visitFieldInsn(Opcodes.PUTFIELD, "dev/biosgateway/x86/cpu/Eflags", "system", "I");
    return before;
  }
}
