package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Operand;

/**
 * Binds the rows of the instruction table to what executes them: one line a mnemonic. Operations
 * that come in several shapes are selected here, once, when the instruction is decoded.
 */
final class Dispatch {
  private Dispatch() {}

  /**
   * The step that executes {@code insn} on that model. What most programs are made of has steps of
   * its own, the rest of the table operations.
   */
  static Step of(CpuModel model, Insn insn) {
    if (model.undefinedFlags().differ(insn.row.mnemonic())) {
      return new OperationStep(insn, UndefinedFlagRules.of(model, insn));
    }
    return switch (insn.row.mnemonic()) {
      case ADC -> Arithmetic.adc(insn);
      case ADD -> Arithmetic.add(insn);
      case AND -> Logic.and(insn);
      case CALL -> NearTransfer.call(insn);
      case CBW -> DataTransfer.cbw(insn);
      case CMOVCC -> DataTransfer.cmovcc(insn);
      case CMP -> Arithmetic.cmp(insn);
      case CWD -> DataTransfer.cwd(insn);
      case DEC -> Arithmetic.dec(insn);
      case IMUL_TRUNCATING -> MultiplyDivide.imulTruncating(insn);
      case IN -> PortIo.in(insn);
      case INC -> Arithmetic.inc(insn);
      case JCC -> NearTransfer.jcc(insn);
      case JCXZ -> NearTransfer.jcxz(insn);
      case JMP -> NearTransfer.jmp(insn);
      case LEA -> DataTransfer.lea(insn);
      case LOOP -> NearTransfer.loop(insn);
      case LOOPE -> NearTransfer.loope(insn);
      case LOOPNE -> NearTransfer.loopne(insn);
      case MOV -> DataTransfer.mov(insn);
      case MOVSX -> DataTransfer.movsx(insn);
      case MOVZX -> DataTransfer.movzx(insn);
      case NEG -> Arithmetic.neg(insn);
      case NOT -> Logic.not(insn);
      case OR -> Logic.or(insn);
      case OUT -> PortIo.out(insn);
      case POP -> Stack.pop(insn);
      case PUSH -> Stack.push(insn);
      case RCL -> ShiftRotate.rcl(insn);
      case RCR -> ShiftRotate.rcr(insn);
      case RET -> NearTransfer.ret(insn);
      case ROL -> ShiftRotate.rol(insn);
      case ROR -> ShiftRotate.ror(insn);
      case SAR -> ShiftRotate.sar(insn);
      case SBB -> Arithmetic.sbb(insn);
      case SETCC -> DataTransfer.setcc(insn);
      case SETMO -> ShiftRotate.setmo(insn);
      case SHL -> ShiftRotate.shl(insn);
      case SHLD -> ShiftRotate.shld(insn);
      case SHR -> ShiftRotate.shr(insn);
      case SHRD -> ShiftRotate.shrd(insn);
      case SUB -> Arithmetic.sub(insn);
      case TEST -> Logic.test(insn);
      case XCHG -> Exchange.xchg(insn);
      case XOR -> Logic.xor(insn);
      default -> new OperationStep(insn, operation(model, insn));
    };
  }

  private static Operation operation(CpuModel model, Insn insn) {
    return switch (insn.row.mnemonic()) {
      case AAA -> Bcd::aaa;
      case AAD -> Bcd::aad;
      case AAM -> Bcd::aam;
      case AAS -> Bcd::aas;
      case ARPL -> DescriptorInstructions::arpl;
      case BOUND -> SoftwareInterrupt::bound;
      case BSF -> BitTest.bsf(insn);
      case BSR -> BitTest.bsr(insn);
      case BSWAP -> BitTest.bswap(insn);
      case BT -> BitTest.bt(insn, BitTest::carryAlone);
      case BTC -> BitTest.btc(insn, BitTest::carryAlone);
      case BTR -> BitTest.btr(insn, BitTest::carryAlone);
      case BTS -> BitTest.bts(insn, BitTest::carryAlone);
      case CALL_FAR ->
          insn.row.operands().get(0) == Operand.Ap
              ? FarTransfer::callPointer
              : FarTransfer::callMemory;
      case CLC -> FlagControl::clc;
      case CLD -> FlagControl::cld;
      case CLI -> FlagControl::cli;
      case CLTS -> ControlRegisters::clts;
      case CMC -> FlagControl::cmc;
      case CMPS -> string(model, Strings.cmps(insn));
      case CMPXCHG -> Exchange.cmpxchg(insn);
      case CMPXCHG8B -> Exchange::cmpxchg8b;
      case CPUID -> CpuIdentification::cpuid;
      case DAA -> Bcd::daa;
      case DAS -> Bcd::das;
      case DIV -> MultiplyDivide.div(insn);
      case ENTER -> Stack::enter;
      case WAIT -> FloatingPoint::waitForPending;
      case HLT -> SoftwareInterrupt::halt;
      case IDIV -> MultiplyDivide.idiv(insn);
      case IMUL -> MultiplyDivide.imul(insn);
      case INS -> string(model, Strings.ins(insn));
      case INT -> SoftwareInterrupt::interrupt;
      case INT1 -> SoftwareInterrupt::icebp;
      case INT3 -> SoftwareInterrupt::breakpoint;
      case INTO -> SoftwareInterrupt::overflow;
      case INVD -> ControlRegisters::invalidateCaches;
      case INVLPG -> ControlRegisters::invlpg;
      case IRET -> InterruptReturn::iret;
      case JMP_FAR ->
          insn.row.operands().get(0) == Operand.Ap
              ? FarTransfer::jmpPointer
              : FarTransfer::jmpMemory;
      case LAHF -> FlagControl::lahf;
      case LAR -> DescriptorInstructions::lar;
      case LDS -> SegmentLoad.loadPointer(SegmentRegister.DS);
      case LEAVE -> Stack::leave;
      case LES -> SegmentLoad.loadPointer(SegmentRegister.ES);
      case LFS -> SegmentLoad.loadPointer(SegmentRegister.FS);
      case LGDT -> DescriptorInstructions::lgdt;
      case LGS -> SegmentLoad.loadPointer(SegmentRegister.GS);
      case LIDT -> DescriptorInstructions::lidt;
      case LLDT -> DescriptorInstructions::lldt;
      case LMSW -> ControlRegisters::lmsw;
      case LOADALL -> model == CpuModel.I80286 ? LoadAll::of286 : LoadAll::of386;
      case LODS -> string(model, Strings.lods(insn));
      case LSL -> DescriptorInstructions::lsl;
      case LSS -> SegmentLoad.loadPointer(SegmentRegister.SS);
      case LTR -> DescriptorInstructions::ltr;
      case MOV_FROM_CR -> ControlRegisters::read;
      case MOV_FROM_DR -> DebugRegisters::read;
      case MOV_FROM_SEGMENT -> DataTransfer.movFromSegment(insn);
      case MOV_FROM_TR -> TestRegisters::read;
      case MOV_TO_CR -> ControlRegisters::write;
      case MOV_TO_DR -> DebugRegisters::write;
      case MOV_TO_SEGMENT -> SegmentLoad::moveToSegment;
      case MOV_TO_TR -> TestRegisters::write;
      case MOVS -> string(model, Strings.movs(insn));
      case MUL -> MultiplyDivide.mul(insn);
      case NOP -> ProcessorControl::nop;
      case OUTS -> string(model, Strings.outs(insn));
      case POP_SEGMENT -> SegmentLoad::pop;
      case POPA -> Stack::popa;
      case POPF -> FlagControl::popf;
      case PUSH_SEGMENT -> Stack::pushSegment;
      case PUSHA -> Stack::pusha;
      case PUSHF -> FlagControl::pushf;
      case RDMSR -> ModelSpecificRegisters::rdmsr;
      case RDPMC -> ModelSpecificRegisters::rdpmc;
      case RDTSC -> ModelSpecificRegisters::rdtsc;
      case RETF -> FarTransfer::ret;
      case RSM -> SoftwareInterrupt::undefined;
      case SAHF -> FlagControl::sahf;
      case SALC -> FlagControl::salc;
      case SCAS -> string(model, Strings.scas(insn));
      case SGDT -> DescriptorInstructions::sgdt;
      case SIDT -> DescriptorInstructions::sidt;
      case SLDT -> DescriptorInstructions::sldt;
      case SMSW -> ControlRegisters::smsw;
      case STC -> FlagControl::stc;
      case STD -> FlagControl::std;
      case STI -> FlagControl::sti;
      case STOS -> string(model, Strings.stos(insn));
      case STR -> DescriptorInstructions::str;
      case SYSENTER -> FastSystemCall::sysenter;
      case SYSEXIT -> FastSystemCall::sysexit;
      case UD2 -> SoftwareInterrupt::undefined;
      case VERR -> DescriptorInstructions::verr;
      case VERW -> DescriptorInstructions::verw;
      case WBINVD -> ControlRegisters::invalidateCaches;
      case WRMSR -> ModelSpecificRegisters::wrmsr;
      case XADD -> Exchange.xadd(insn);
      case XLAT -> DataTransfer::xlat;
      case X87, FCMOVCC, FCOMI ->
          model.has(CpuModel.Feature.FPU)
              ? insn.memory < 0 ? EscapeRegister.of(insn) : EscapeMemory.of(insn)
              : FloatingPoint::absent;
      case MMX -> PackedInstructions.of(insn);
      case UNDEFINED ->
          model.trapsUndefined() ? SoftwareInterrupt::undefined : ProcessorControl::undefined8086;
      case TOO_LONG -> ProcessorControl::tooLong;
      case ADC,
          ADD,
          AND,
          CALL,
          CBW,
          CMOVCC,
          CMP,
          CWD,
          DEC,
          IMUL_TRUNCATING,
          IN,
          INC,
          JCC,
          JCXZ,
          JMP,
          LEA,
          LOOP,
          LOOPE,
          LOOPNE,
          MOV,
          MOVSX,
          MOVZX,
          NEG,
          NOT,
          OR,
          OUT,
          POP,
          PUSH,
          RCL,
          RCR,
          RET,
          ROL,
          ROR,
          SAR,
          SBB,
          SETCC,
          SETMO,
          SHL,
          SHLD,
          SHR,
          SHRD,
          SUB,
          TEST,
          XCHG,
          XOR ->
          throw misfit(insn);
    };
  }

  /** A shape that the table does not have: a mistake in table or decoder. */
  static IllegalStateException misfit(Insn insn) {
    return new IllegalStateException(
        "%s: no operation for width %d with memory operand %d"
            .formatted(insn.row, insn.width, insn.memory));
  }

  private static Operation string(CpuModel model, Operation operation) {
    return model.leavesOverrunHalfDone() ? SegmentOverrun.of(operation) : operation;
  }
}
