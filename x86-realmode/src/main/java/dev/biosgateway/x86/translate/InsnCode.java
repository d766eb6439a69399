package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.FLAG_A;
import static dev.biosgateway.x86.translate.Code.FLAG_B;
import static dev.biosgateway.x86.translate.Code.OFFSET;
import static dev.biosgateway.x86.translate.Code.TEMP;
import static dev.biosgateway.x86.translate.Code.TEMP2;
import static dev.biosgateway.x86.translate.Code.VALUE;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.ISHR;
import static org.objectweb.asm.Opcodes.ISUB;
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
  private final RegionCompiler region;
  private final ShiftCode shifts;
  private final MultiplyCode multiply;
  private final StackCode stack;
  private final SegmentCode segments;
  private final TransferCode transfer;
  private final CpuModel model;

  InsnCode(
      Code code,
      FlagCode flagCode,
      MemoryCode memory,
      RegionCompiler region,
      Mode mode,
      CpuModel model) {
    this.code = code;
    this.flagCode = flagCode;
    this.memory = memory;
    this.region = region;
    this.model = model;
    this.shifts = new ShiftCode(code, region, this);
    this.multiply = new MultiplyCode(code, region, this);
    this.stack = new StackCode(code, memory, region, this, mode, model);
    this.segments = new SegmentCode(code, memory, stack, region, this);
    this.transfer = new TransferCode(code, flagCode, stack, region, this, mode);
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
    if (i.lock) {
      return byOperation(i);
    }
    return switch (i.row.mnemonic()) {
      case ADD, SUB, CMP, AND, OR, XOR, TEST -> arithmetic(i);
      case ADC, SBB -> withCarry(i, before);
      case INC, DEC -> step(i, before);
      case NEG, NOT -> negate(i, before);
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
      case SHL, SHR, SAR, ROL, ROR -> shifts.write(i, before, model);
      case IMUL_TRUNCATING, MUL, IMUL, DIV -> multiply.write(i, before);
      case PUSH, POP, LEAVE -> stack.write(i, before);
      case PUSH_SEGMENT, MOV_FROM_SEGMENT, LDS, LES, LFS, LGS -> segments.write(i, before);
      case MOV_TO_SEGMENT, POP_SEGMENT, LSS ->
          SegmentCode.shadows(i) ? byOperation(i) : goOn(segments.write(i, before));
      case JCC, JMP, CALL, RET, LOOP, LOOPE, LOOPNE, JCXZ -> transfer.write(i, before, eip);
      default -> byOperation(i);
    };
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

  // ---- arithmetic

  private FlagState arithmetic(Insn i) {
    Mnemonic m = i.row.mnemonic();
    boolean logic =
        m == Mnemonic.AND || m == Mnemonic.OR || m == Mnemonic.XOR || m == Mnemonic.TEST;
    FlagState after =
        logic
            ? FlagState.LOGIC
            : m == Mnemonic.ADD ? FlagState.add(i.width) : FlagState.sub(i.width);
    boolean discards = m == Mnemonic.CMP || m == Mnemonic.TEST;
    int opcode =
        switch (m) {
          case ADD -> IADD;
          case AND, TEST -> IAND;
          case OR -> IOR;
          case XOR -> IXOR;
          default -> ISUB;
        };
    if (i.memory == 0 && !discards) {
      source(i, i.width, TEMP);
      memory.offset(i);
      memory.modify(
          i.segment,
          i.width,
          i.addressMask,
          () -> compute(opcode, VALUE, TEMP, TEMP2),
          TEMP2,
          () -> flagsOf(logic, i.width, VALUE, TEMP, TEMP2),
          region.behind(region.next(), after));
      return after;
    }
    int a = TEMP;
    int b = VALUE;
    if (i.memory == 0) {
      load(i, i.width);
      a = VALUE;
      b = TEMP;
      source(i, i.width, b);
    } else {
      if (i.memory == 1) {
        load(i, i.width);
      } else {
        source(i, i.width, b);
      }
      register(i.dst, i.width, a);
    }
    if (logic || !discards) {
      compute(opcode, a, b, TEMP2);
    }
    if (!discards) {
      code.setRegister(i.dst, i.width, TEMP2);
    }
    flagsOf(logic, i.width, a, b, TEMP2);
    return after;
  }

  private void compute(int opcode, int a, int b, int into) {
    code.load(a);
    code.load(b);
    code.op(opcode);
    code.store(into);
  }

  private void flagsOf(boolean logic, int width, int a, int b, int result) {
    if (logic) {
      code.load(result);
      code.signExtend(width);
      code.store(FLAG_A);
    } else {
      flagCode.operands(a, b);
    }
  }

  private FlagState withCarry(Insn i, FlagState before) {
    boolean sum = i.row.mnemonic() == Mnemonic.ADC;
    if (i.memory == 0) {
      return byOperation(i);
    }
    if (i.memory == 1) {
      load(i, i.width);
    } else {
      source(i, i.width, VALUE);
    }
    register(i.dst, i.width, TEMP);
    code.load(TEMP);
    code.load(VALUE);
    code.op(sum ? IADD : ISUB);
    flagCode.carry(before);
    code.op(sum ? IADD : ISUB);
    code.store(TEMP2);
    code.setRegister(i.dst, i.width, TEMP2);
    carriesOf(sum, i.width);
    code.store(FLAG_B);
    code.load(TEMP2);
    code.signExtend(i.width);
    code.store(FLAG_A);
    return FlagState.STORED;
  }

  /** Pushes the carries of TEMP plus or minus VALUE when the result is TEMP2. */
  private void carriesOf(boolean sum, int width) {
    if (sum) {
      code.load(TEMP);
      code.load(VALUE);
      code.op(IAND);
      code.load(TEMP);
      code.load(VALUE);
      code.op(IOR);
      code.load(TEMP2);
      code.op(IXOR, -1);
    } else {
      code.load(TEMP);
      code.op(IXOR, -1);
      code.load(VALUE);
      code.op(IAND);
      code.load(TEMP);
      code.load(VALUE);
      code.op(IXOR);
      code.op(IXOR, -1);
      code.load(TEMP2);
    }
    code.op(IAND);
    code.op(IOR);
    flagCode.masked(width);
  }

  private FlagState step(Insn i, FlagState before) {
    boolean up = i.row.mnemonic() == Mnemonic.INC;
    FlagState after = FlagState.step(up, i.width, before);
    if (i.memory == 0) {
      memory.offset(i);
      memory.modify(
          i.segment,
          i.width,
          i.addressMask,
          () -> {
            code.load(VALUE);
            code.op(up ? IADD : ISUB, 1);
            code.store(TEMP2);
          },
          TEMP2,
          () -> {
            flagCode.keepCarry(before);
            code.copy(VALUE, FLAG_A);
          },
          region.behind(region.next(), after));
      return after;
    }
    register(i.dst, i.width, VALUE);
    code.load(VALUE);
    code.op(up ? IADD : ISUB, 1);
    code.store(TEMP2);
    code.setRegister(i.dst, i.width, TEMP2);
    flagCode.keepCarry(before);
    code.copy(VALUE, FLAG_A);
    return after;
  }

  private FlagState negate(Insn i, FlagState before) {
    boolean not = i.row.mnemonic() == Mnemonic.NOT;
    FlagState after = not ? before : FlagState.sub(i.width);
    Runnable compute =
        () -> {
          code.constant(not ? -1 : 0);
          code.load(VALUE);
          code.op(not ? IXOR : ISUB);
          code.store(TEMP2);
        };
    Runnable tail =
        () -> {
          if (!not) {
            code.set(FLAG_A, 0);
            code.copy(VALUE, FLAG_B);
          }
        };
    if (i.memory == 0) {
      memory.offset(i);
      memory.modify(
          i.segment,
          i.width,
          i.addressMask,
          compute,
          TEMP2,
          tail,
          region.behind(region.next(), after));
      return after;
    }
    register(i.dst, i.width, VALUE);
    compute.run();
    code.setRegister(i.dst, i.width, TEMP2);
    tail.run();
    return after;
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
      return byOperation(i);
    }
    register(i.dst, i.width, TEMP);
    register(i.src, i.width, VALUE);
    code.setRegister(i.dst, i.width, VALUE);
    code.setRegister(i.src, i.width, TEMP);
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
    if (set && i.memory >= 0) {
      return byOperation(i);
    }
    Label holds = new Label();
    Label done = new Label();
    if (set) {
      code.set(VALUE, 1);
      flagCode.branch(before, i.row.condition(), done);
      code.set(VALUE, 0);
      code.place(done);
      code.setRegister(i.dst, 8, VALUE);
      return before;
    }
    if (i.memory >= 0) {
      load(i, i.operandSize);
    } else {
      register(i.src, i.operandSize, VALUE);
    }
    flagCode.branch(before, i.row.condition(), holds);
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
    return FlagState.STORED;
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
