package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic.Trait;

/**
 * Which general registers an instruction may write, as a bit for each: those that no instruction of
 * a region writes need not be put back when it is left. All, where it is not worth a closer look.
 */
final class RegisterUse {
  static final int ALL = 0xff;
  private static final int A = 1 << Cpu.EAX;
  private static final int C = 1 << Cpu.ECX;
  private static final int D = 1 << Cpu.EDX;
  private static final int SP = 1 << Cpu.ESP;
  private static final int BP = 1 << Cpu.EBP;
  private static final int SI = 1 << Cpu.ESI;
  private static final int DI = 1 << Cpu.EDI;

  private RegisterUse() {}

  /** The registers {@code i} may write. */
  static int written(Insn i) {
    return switch (i.row.mnemonic()) {
      case ADD, ADC, SUB, SBB, AND, OR, XOR, INC, DEC, NEG, NOT, MOV -> destination(i);
      case MOVZX, MOVSX, LEA, SETCC, CMOVCC, BSWAP, IMUL_TRUNCATING, BSF, BSR -> destination(i);
      case SHL, SHR, SAR, ROL, ROR, RCL, RCR, SHLD, SHRD, BTS, BTR, BTC -> destination(i);
      case CMP, TEST, NOP, BT, CLC, STC, CMC, CLD, STD, SAHF, JCC, JCXZ, JMP, OUT, WAIT -> 0;
      case CLI, STI, MOV_TO_SEGMENT -> 0;
      case MOV_FROM_SEGMENT, LDS, LES, LFS, LGS, LSS -> destination(i);
      case XCHG, XADD -> destination(i) | register(i, i.src);
      case CBW, LAHF, SALC, XLAT, IN, AAA, AAS, AAD, AAM, DAA, DAS -> A;
      case CWD -> D;
      case MUL, IMUL, DIV, IDIV -> A | D;
      case LOOP, LOOPE, LOOPNE -> C;
      case PUSH, PUSHF, POPF, PUSH_SEGMENT, POP_SEGMENT, PUSHA, CALL, RET -> SP;
      case POP -> SP | destination(i);
      case LEAVE, ENTER -> SP | BP;
      case X87, FCMOVCC, FCOMI -> A;
      default -> i.row.mnemonic().is(Trait.STRING) ? A | C | SI | DI : ALL;
    };
  }

  private static int destination(Insn i) {
    return i.memory == 0 ? 0 : register(i, i.dst);
  }

  private static int register(Insn i, int r) {
    if (r == Insn.ZERO) {
      return 0;
    }
    return 1 << (i.width == 8 ? r & 3 : r);
  }
}
