package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Operand;

/**
 * Binds the rows of the instruction table to what executes them: one line a mnemonic. Operations
 * that come in several shapes are selected here, once, when the instruction is decoded.
 */
final class Dispatch {
  private Dispatch() {}

  /** The operation that executes {@code insn}. */
  static Operation of(Insn insn) {
    return switch (insn.row.mnemonic()) {
      case AAA -> Bcd::aaa;
      case AAD -> Bcd::aad;
      case AAM -> Bcd::aam;
      case AAS -> Bcd::aas;
      case ADC -> Arithmetic.adc(insn);
      case ADD -> Arithmetic.add(insn);
      case AND -> Logic.and(insn);
      case ARPL -> ProcessorControl::notModelled;
      case BOUND -> ProcessorControl::notModelled;
      case BSF -> BitTest.bsf(insn);
      case BSR -> BitTest.bsr(insn);
      case BSWAP -> BitTest.bswap(insn);
      case BT -> BitTest.bt(insn);
      case BTC -> BitTest.btc(insn);
      case BTR -> BitTest.btr(insn);
      case BTS -> BitTest.bts(insn);
      case CALL -> NearTransfer.call(insn);
      case CALL_FAR -> insn.row.operands().get(0) == Operand.Ap
          ? FarTransfer::callPointer
          : FarTransfer::callMemory;
      case CBW -> DataTransfer::cbw;
      case CLC -> FlagControl::clc;
      case CLD -> FlagControl::cld;
      case CLI -> FlagControl::cli;
      case CLTS -> ProcessorControl::notModelled;
      case CMC -> FlagControl::cmc;
      case CMOVCC -> DataTransfer::cmovcc;
      case CMP -> Arithmetic.cmp(insn);
      case CMPS -> Strings.cmps(insn);
      case CMPXCHG -> Exchange.cmpxchg(insn);
      case CMPXCHG8B -> Exchange::cmpxchg8b;
      case CPUID -> ProcessorControl::notModelled;
      case CWD -> DataTransfer::cwd;
      case DAA -> Bcd::daa;
      case DAS -> Bcd::das;
      case DEC -> Arithmetic.dec(insn);
      case DIV -> MultiplyDivide.div(insn);
      case ENTER -> Stack::enter;
      case WAIT -> ProcessorControl::waitForCoprocessor;
      case HLT -> ProcessorControl::hlt;
      case IDIV -> MultiplyDivide.idiv(insn);
      case IMUL -> MultiplyDivide.imul(insn);
      case IMUL_TRUNCATING -> MultiplyDivide.imulTruncating(insn);
      case IN -> PortIo.in(insn);
      case INC -> Arithmetic.inc(insn);
      case INS -> Strings.ins(insn);
      case INT -> ProcessorControl::notModelled;
      case INT1 -> ProcessorControl::notModelled;
      case INT3 -> ProcessorControl::notModelled;
      case INTO -> ProcessorControl::notModelled;
      case INVD -> ProcessorControl::notModelled;
      case INVLPG -> ProcessorControl::notModelled;
      case IRET -> InterruptReturn::iret;
      case JCC -> NearTransfer.jcc(insn);
      case JCXZ -> NearTransfer::jcxz;
      case JMP -> NearTransfer.jmp(insn);
      case JMP_FAR -> insn.row.operands().get(0) == Operand.Ap
          ? FarTransfer::jmpPointer
          : FarTransfer::jmpMemory;
      case LAHF -> FlagControl::lahf;
      case LAR -> ProcessorControl::notModelled;
      case LDS -> ProcessorControl::notModelled;
      case LEA -> DataTransfer.lea(insn);
      case LEAVE -> Stack::leave;
      case LES -> ProcessorControl::notModelled;
      case LFS -> ProcessorControl::notModelled;
      case LGDT -> ProcessorControl::notModelled;
      case LGS -> ProcessorControl::notModelled;
      case LIDT -> ProcessorControl::notModelled;
      case LLDT -> ProcessorControl::notModelled;
      case LMSW -> ProcessorControl::notModelled;
      case LODS -> Strings.lods(insn);
      case LOOP -> NearTransfer::loop;
      case LOOPE -> NearTransfer::loope;
      case LOOPNE -> NearTransfer::loopne;
      case LSL -> ProcessorControl::notModelled;
      case LSS -> ProcessorControl::notModelled;
      case LTR -> ProcessorControl::notModelled;
      case MOV -> DataTransfer.mov(insn);
      case MOV_FROM_CR -> ProcessorControl::notModelled;
      case MOV_FROM_DR -> ProcessorControl::notModelled;
      case MOV_FROM_SEGMENT -> DataTransfer.movFromSegment(insn);
      case MOV_FROM_TR -> ProcessorControl::notModelled;
      case MOV_TO_CR -> ProcessorControl::notModelled;
      case MOV_TO_DR -> ProcessorControl::notModelled;
      case MOV_TO_SEGMENT -> ProcessorControl::notModelled;
      case MOV_TO_TR -> ProcessorControl::notModelled;
      case MOVS -> Strings.movs(insn);
      case MOVSX -> DataTransfer.movsx(insn);
      case MOVZX -> DataTransfer.movzx(insn);
      case MUL -> MultiplyDivide.mul(insn);
      case NEG -> Arithmetic.neg(insn);
      case NOP -> ProcessorControl::nop;
      case NOT -> Logic.not(insn);
      case OR -> Logic.or(insn);
      case OUT -> PortIo.out(insn);
      case OUTS -> Strings.outs(insn);
      case POP -> Stack.pop(insn);
      case POP_SEGMENT -> ProcessorControl::notModelled;
      case POPA -> Stack::popa;
      case POPF -> FlagControl::popf;
      case PUSH -> Stack.push(insn);
      case PUSH_SEGMENT -> Stack::pushSegment;
      case PUSHA -> Stack::pusha;
      case PUSHF -> FlagControl::pushf;
      case RCL -> ShiftRotate.rcl(insn);
      case RCR -> ShiftRotate.rcr(insn);
      case RDMSR -> ProcessorControl::notModelled;
      case RDPMC -> ProcessorControl::notModelled;
      case RDTSC -> ProcessorControl::notModelled;
      case RET -> NearTransfer::ret;
      case RETF -> FarTransfer::ret;
      case ROL -> ShiftRotate.rol(insn);
      case ROR -> ShiftRotate.ror(insn);
      case RSM -> ProcessorControl::undefined;
      case SAHF -> FlagControl::sahf;
      case SALC -> FlagControl::salc;
      case SAR -> ShiftRotate.sar(insn);
      case SBB -> Arithmetic.sbb(insn);
      case SCAS -> Strings.scas(insn);
      case SETCC -> DataTransfer::setcc;
      case SGDT -> ProcessorControl::notModelled;
      case SHL -> ShiftRotate.shl(insn);
      case SHLD -> ShiftRotate.shld(insn);
      case SHR -> ShiftRotate.shr(insn);
      case SHRD -> ShiftRotate.shrd(insn);
      case SIDT -> ProcessorControl::notModelled;
      case SLDT -> ProcessorControl::notModelled;
      case SMSW -> ProcessorControl::notModelled;
      case STC -> FlagControl::stc;
      case STD -> FlagControl::std;
      case STI -> FlagControl::sti;
      case STOS -> Strings.stos(insn);
      case STR -> ProcessorControl::notModelled;
      case SUB -> Arithmetic.sub(insn);
      case SYSENTER -> ProcessorControl::notModelled;
      case SYSEXIT -> ProcessorControl::notModelled;
      case TEST -> Logic.test(insn);
      case UD2 -> ProcessorControl::undefined;
      case VERR -> ProcessorControl::notModelled;
      case VERW -> ProcessorControl::notModelled;
      case WBINVD -> ProcessorControl::notModelled;
      case WRMSR -> ProcessorControl::notModelled;
      case XADD -> Exchange.xadd(insn);
      case XCHG -> Exchange.xchg(insn);
      case XLAT -> DataTransfer::xlat;
      case XOR -> Logic.xor(insn);
      case X87 -> ProcessorControl::notModelled;
      case MMX -> ProcessorControl::notModelled;
      case UNDEFINED -> ProcessorControl::undefined;
      case TOO_LONG -> ProcessorControl::tooLong;
    };
  }

  /** A shape that the table does not have: a mistake in table or decoder. */
  static IllegalStateException misfit(Insn insn) {
    return new IllegalStateException(
        "%s: no operation for width %d with memory operand %d"
            .formatted(insn.row, insn.width, insn.memory));
  }
}
