package dev.biosgateway.x86.isa;

import static dev.biosgateway.x86.isa.FlagBits.AF;
import static dev.biosgateway.x86.isa.FlagBits.CF;
import static dev.biosgateway.x86.isa.FlagBits.DF;
import static dev.biosgateway.x86.isa.FlagBits.IF;
import static dev.biosgateway.x86.isa.FlagBits.OF;
import static dev.biosgateway.x86.isa.FlagBits.PF;
import static dev.biosgateway.x86.isa.FlagBits.SF;
import static dev.biosgateway.x86.isa.FlagBits.STATUS;
import static dev.biosgateway.x86.isa.FlagBits.ZF;

import java.util.Locale;

/**
 * What an instruction does: one constant for each operation, with the flags it reads, writes and
 * leaves undefined (Intel SDM vol. 1, appendix A) and the {@link Trait}s a decoder or translator
 * needs. Where the manual has one name for several operations (MOV to a control register, far CALL)
 * there is a constant for each; {@link #text} gives the manual's name.
 *
 * <p>x87 and MMX operations are one constant each ({@link #X87}, {@link #MMX}): their rows carry
 * the name.
 */
public enum Mnemonic {
  // spotless:off
  //  read              written         undefined             traits
  AAA(   AF,               AF | CF,        OF | SF | ZF | PF),
  AAD(   0,                SF | ZF | PF,   OF | AF | CF),
  AAM(   0,                SF | ZF | PF,   OF | AF | CF,         Trait.FAULTS),
  AAS(   AF,               AF | CF,        OF | SF | ZF | PF),
  ADC(   CF,               STATUS,         0,                    Trait.LOCKABLE),
  ADD(   0,                STATUS,         0,                    Trait.LOCKABLE),
  AND(   0,                STATUS & ~AF,   AF,                   Trait.LOCKABLE),
  ARPL(  0,                ZF,             0,                    Trait.FAULTS),
  BOUND( 0,                0,              0,                    Trait.FAULTS, Trait.READS_DESTINATION_ONLY),
  BSF(   0,                ZF,             STATUS & ~ZF),
  BSR(   0,                ZF,             STATUS & ~ZF),
  BSWAP( 0,                0,              0),
  BT(    0,                CF,             STATUS & ~(CF | ZF),  Trait.READS_DESTINATION_ONLY),
  BTC(   0,                CF,             STATUS & ~(CF | ZF),  Trait.LOCKABLE),
  BTR(   0,                CF,             STATUS & ~(CF | ZF),  Trait.LOCKABLE),
  BTS(   0,                CF,             STATUS & ~(CF | ZF),  Trait.LOCKABLE),
  CALL(  0,                0,              0,                    Trait.ENDS_BLOCK, Trait.STACK, Trait.READS_DESTINATION_ONLY),
  CALL_FAR("call", 0,      0,              0,                    Trait.ENDS_BLOCK, Trait.STACK, Trait.FAULTS, Trait.READS_DESTINATION_ONLY),
  CBW("cbw", "cwde", 0,    0,              0),
  CLC(   0,                CF,             0),
  CLD(   0,                DF,             0),
  CLI(   0,                IF,             0,                    Trait.FAULTS, Trait.ENDS_BLOCK),
  CLTS(  0,                0,              0,                    Trait.FAULTS, Trait.PRIVILEGED, Trait.ENDS_BLOCK),
  CMC(   CF,               CF,             0),
  CMOVCC("cmov", 0,        0,              0),
  CMP(   0,                STATUS,         0,                    Trait.READS_DESTINATION_ONLY),
  CMPS(  DF,               STATUS,         0,                    Trait.STRING, Trait.REPEATS_ON_ZF),
  CMPXCHG(0,               STATUS,         0,                    Trait.LOCKABLE),
  CMPXCHG8B(0,             ZF,             0,                    Trait.LOCKABLE),
  CPUID( 0,                0,              0,                    Trait.ENDS_BLOCK),
  CWD("cwd", "cdq", 0,     0,              0),
  DAA(   AF | CF,          STATUS & ~OF,   OF),
  DAS(   AF | CF,          STATUS & ~OF,   OF),
  DEC(   0,                STATUS & ~CF,   0,                    Trait.LOCKABLE),
  DIV(   0,                0,              STATUS,               Trait.FAULTS, Trait.READS_DESTINATION_ONLY),
  ENTER( 0,                0,              0,                    Trait.STACK),
  WAIT(  0,                0,              0,                    Trait.FAULTS),
  HLT(   0,                0,              0,                    Trait.FAULTS, Trait.PRIVILEGED, Trait.ENDS_BLOCK),
  IDIV(  0,                0,              STATUS,               Trait.FAULTS, Trait.READS_DESTINATION_ONLY),
  IMUL(  0,                OF | CF,        SF | ZF | AF | PF,    Trait.READS_DESTINATION_ONLY),
  IMUL_TRUNCATING("imul", 0, OF | CF,      SF | ZF | AF | PF),
  IN(    0,                0,              0,                    Trait.FAULTS),
  INC(   0,                STATUS & ~CF,   0,                    Trait.LOCKABLE),
  INS(   DF,               0,              0,                    Trait.STRING, Trait.FAULTS),
  INT(   0,                0,              0,                    Trait.ENDS_BLOCK, Trait.STACK, Trait.FAULTS),
  INT1(  0,                0,              0,                    Trait.ENDS_BLOCK, Trait.STACK, Trait.FAULTS),
  INT3(  0,                0,              0,                    Trait.ENDS_BLOCK, Trait.STACK, Trait.FAULTS),
  INTO(  OF,               0,              0,                    Trait.ENDS_BLOCK, Trait.STACK, Trait.FAULTS),
  INVD(  0,                0,              0,                    Trait.FAULTS, Trait.PRIVILEGED, Trait.ENDS_BLOCK),
  INVLPG(0,                0,              0,                    Trait.FAULTS, Trait.PRIVILEGED, Trait.ENDS_BLOCK, Trait.READS_DESTINATION_ONLY),
  IRET("iretw", "iretd", 0, ~0,            0,                    Trait.ENDS_BLOCK, Trait.STACK, Trait.FAULTS),
  JCC("j", 0,              0,              0,                    Trait.ENDS_BLOCK),
  JCXZ(  0,                0,              0,                    Trait.ENDS_BLOCK),
  JMP(   0,                0,              0,                    Trait.ENDS_BLOCK, Trait.READS_DESTINATION_ONLY),
  JMP_FAR("jmp", 0,        0,              0,                    Trait.ENDS_BLOCK, Trait.FAULTS, Trait.READS_DESTINATION_ONLY),
  LAHF(  STATUS & ~OF,     0,              0),
  LAR(   0,                ZF,             0,                    Trait.FAULTS),
  LDS(   0,                0,              0,                    Trait.FAULTS),
  LEA(   0,                0,              0,                    Trait.NO_ACCESS),
  LEAVE( 0,                0,              0,                    Trait.STACK),
  LES(   0,                0,              0,                    Trait.FAULTS),
  LFS(   0,                0,              0,                    Trait.FAULTS),
  LGDT(  0,                0,              0,                    Trait.FAULTS, Trait.PRIVILEGED, Trait.ENDS_BLOCK, Trait.READS_DESTINATION_ONLY),
  LGS(   0,                0,              0,                    Trait.FAULTS),
  LIDT(  0,                0,              0,                    Trait.FAULTS, Trait.PRIVILEGED, Trait.ENDS_BLOCK, Trait.READS_DESTINATION_ONLY),
  LLDT(  0,                0,              0,                    Trait.FAULTS, Trait.PRIVILEGED, Trait.ENDS_BLOCK, Trait.READS_DESTINATION_ONLY),
  LMSW(  0,                0,              0,                    Trait.FAULTS, Trait.PRIVILEGED, Trait.ENDS_BLOCK, Trait.READS_DESTINATION_ONLY),
  LOADALL(0,               ~0,             0,                    Trait.FAULTS, Trait.PRIVILEGED, Trait.ENDS_BLOCK, Trait.TABLE_ACCESS),
  LODS(  DF,               0,              0,                    Trait.STRING),
  LOOP(  0,                0,              0,                    Trait.ENDS_BLOCK),
  LOOPE( ZF,               0,              0,                    Trait.ENDS_BLOCK),
  LOOPNE(ZF,               0,              0,                    Trait.ENDS_BLOCK),
  LSL(   0,                ZF,             0,                    Trait.FAULTS),
  LSS(   0,                0,              0,                    Trait.FAULTS, Trait.ENDS_BLOCK),
  LTR(   0,                0,              0,                    Trait.FAULTS, Trait.PRIVILEGED, Trait.ENDS_BLOCK, Trait.READS_DESTINATION_ONLY),
  MOV(   0,                0,              0),
  MOV_FROM_CR("mov", 0,    0,              STATUS,               Trait.FAULTS, Trait.PRIVILEGED),
  MOV_FROM_DR("mov", 0,    0,              STATUS,               Trait.FAULTS, Trait.PRIVILEGED),
  MOV_FROM_SEGMENT("mov", 0, 0,            0),
  MOV_FROM_TR("mov", 0,    0,              STATUS,               Trait.FAULTS, Trait.PRIVILEGED),
  MOV_TO_CR("mov", 0,      0,              STATUS,               Trait.FAULTS, Trait.PRIVILEGED, Trait.ENDS_BLOCK),
  MOV_TO_DR("mov", 0,      0,              STATUS,               Trait.FAULTS, Trait.PRIVILEGED, Trait.ENDS_BLOCK),
  MOV_TO_SEGMENT("mov", 0, 0,              0,                    Trait.FAULTS, Trait.ENDS_BLOCK),
  MOV_TO_TR("mov", 0,      0,              STATUS,               Trait.FAULTS, Trait.PRIVILEGED, Trait.ENDS_BLOCK),
  MOVS(  DF,               0,              0,                    Trait.STRING),
  MOVSX( 0,                0,              0),
  MOVZX( 0,                0,              0),
  MUL(   0,                OF | CF,        SF | ZF | AF | PF,    Trait.READS_DESTINATION_ONLY),
  NEG(   0,                STATUS,         0,                    Trait.LOCKABLE),
  NOP(   0,                0,              0,                    Trait.NO_ACCESS),
  NOT(   0,                0,              0,                    Trait.LOCKABLE),
  OR(    0,                STATUS & ~AF,   AF,                   Trait.LOCKABLE),
  OUT(   0,                0,              0,                    Trait.FAULTS),
  OUTS(  DF,               0,              0,                    Trait.STRING, Trait.FAULTS),
  POP(   0,                0,              0,                    Trait.STACK),
  POP_SEGMENT("pop", 0,    0,              0,                    Trait.STACK, Trait.FAULTS, Trait.ENDS_BLOCK),
  POPA("popaw", "popad", 0, 0,             0,                    Trait.STACK),
  POPF("popfw", "popfd", 0, ~0,            0,                    Trait.STACK, Trait.FAULTS, Trait.ENDS_BLOCK),
  PUSH(  0,                0,              0,                    Trait.STACK, Trait.READS_DESTINATION_ONLY),
  PUSH_SEGMENT("push", 0,  0,              0,                    Trait.STACK, Trait.READS_DESTINATION_ONLY),
  PUSHA("pushaw", "pushad", 0, 0,          0,                    Trait.STACK),
  PUSHF("pushfw", "pushfd", ~0, 0,         0,                    Trait.STACK, Trait.FAULTS),
  RCL(   CF,               OF | CF,        0,                    Trait.FLAGS_BY_COUNT),
  RCR(   CF,               OF | CF,        0,                    Trait.FLAGS_BY_COUNT),
  RDMSR( 0,                0,              0,                    Trait.FAULTS, Trait.PRIVILEGED, Trait.ENDS_BLOCK),
  RDPMC( 0,                0,              0,                    Trait.FAULTS),
  RDTSC( 0,                0,              0,                    Trait.FAULTS),
  RET(   0,                0,              0,                    Trait.ENDS_BLOCK, Trait.STACK),
  RETF(  0,                0,              0,                    Trait.ENDS_BLOCK, Trait.STACK, Trait.FAULTS),
  ROL(   0,                OF | CF,        0,                    Trait.FLAGS_BY_COUNT),
  ROR(   0,                OF | CF,        0,                    Trait.FLAGS_BY_COUNT),
  RSM(   0,                ~0,             0,                    Trait.ENDS_BLOCK, Trait.FAULTS),
  SAHF(  0,                STATUS & ~OF,   0),
  SALC(  CF,               0,              0),
  SAR(   0,                STATUS & ~AF,   AF,                   Trait.FLAGS_BY_COUNT),
  SBB(   CF,               STATUS,         0,                    Trait.LOCKABLE),
  SCAS(  DF,               STATUS,         0,                    Trait.STRING, Trait.REPEATS_ON_ZF),
  SETCC("set", 0,          0,              0),
  /** 8086 only: all bits become ones; by CL, unless that is zero. */
  SETMO( 0,                STATUS & ~AF,   AF,                   Trait.FLAGS_BY_COUNT),
  SGDT(  0,                0,              0),
  SHL(   0,                STATUS & ~AF,   AF,                   Trait.FLAGS_BY_COUNT),
  SHLD(  0,                STATUS & ~AF,   AF,                   Trait.FLAGS_BY_COUNT),
  SHR(   0,                STATUS & ~AF,   AF,                   Trait.FLAGS_BY_COUNT),
  SHRD(  0,                STATUS & ~AF,   AF,                   Trait.FLAGS_BY_COUNT),
  SIDT(  0,                0,              0),
  SLDT(  0,                0,              0,                    Trait.FAULTS),
  SMSW(  0,                0,              0),
  STC(   0,                CF,             0),
  STD(   0,                DF,             0),
  STI(   0,                IF,             0,                    Trait.FAULTS, Trait.ENDS_BLOCK),
  STOS(  DF,               0,              0,                    Trait.STRING),
  STR(   0,                0,              0,                    Trait.FAULTS),
  SUB(   0,                STATUS,         0,                    Trait.LOCKABLE),
  SYSENTER(0,              IF,             0,                    Trait.ENDS_BLOCK, Trait.FAULTS),
  SYSEXIT(0,               0,              0,                    Trait.ENDS_BLOCK, Trait.FAULTS, Trait.PRIVILEGED),
  TEST(  0,                STATUS & ~AF,   AF,                   Trait.READS_DESTINATION_ONLY),
  UD2(   0,                0,              0,                    Trait.ENDS_BLOCK, Trait.FAULTS),
  VERR(  0,                ZF,             0,                    Trait.FAULTS, Trait.READS_DESTINATION_ONLY),
  VERW(  0,                ZF,             0,                    Trait.FAULTS, Trait.READS_DESTINATION_ONLY),
  WBINVD(0,                0,              0,                    Trait.FAULTS, Trait.PRIVILEGED, Trait.ENDS_BLOCK),
  WRMSR( 0,                0,              0,                    Trait.FAULTS, Trait.PRIVILEGED, Trait.ENDS_BLOCK),
  XADD(  0,                STATUS,         0,                    Trait.LOCKABLE),
  XCHG(  0,                0,              0,                    Trait.LOCKABLE),
  XLAT("xlatb", 0,         0,              0,                    Trait.TABLE_ACCESS),
  XOR(   0,                STATUS & ~AF,   AF,                   Trait.LOCKABLE),
  /** FCMOVB and its relatives; the row has the name. */
  FCMOVCC(CF | ZF | PF,    0,              0,                    Trait.FAULTS),
  /** FCOMI, FUCOMI and their forms that pop; the row has the name. */
  FCOMI( 0,                STATUS,         0,                    Trait.FAULTS),
  /** Any other x87 operation; the row has its name. */
  X87(   0,                0,              0,                    Trait.FAULTS),
  /** Any MMX operation; the row has its name. */
  MMX(   0,                0,              0,                    Trait.FAULTS),
  /** An encoding without a meaning on the model: #UD. */
  UNDEFINED("(undefined)", 0, 0,           0,                    Trait.ENDS_BLOCK, Trait.FAULTS),
  /** More bytes than the model allows for one instruction: #GP(0). */
  TOO_LONG("(too long)", 0, 0,             0,                    Trait.ENDS_BLOCK, Trait.FAULTS);
  // spotless:on

  /** A property of an operation beside its operands and flags. */
  public enum Trait {
    /** The instruction after it need not be the next one executed, or may decode differently. */
    ENDS_BLOCK,
    /** LOCK is allowed when the destination is in memory. */
    LOCKABLE,
    /** Accesses memory through the stack pointer. */
    STACK,
    /** A string operation: memory at (E)SI or (E)DI, may have a repeat prefix. */
    STRING,
    /** A repeat prefix of this string operation also looks at ZF. */
    REPEATS_ON_ZF,
    /** Accesses memory at (E)BX + AL. */
    TABLE_ACCESS,
    /** Can fault for a reason other than its memory operands. */
    FAULTS,
    /** Wants CPL 0. */
    PRIVILEGED,
    /** The first operand is not written. */
    READS_DESTINATION_ONLY,
    /** The memory operand is an address only. */
    NO_ACCESS,
    /** Flags stay as they are when the count is zero; OF is undefined for other counts than 1. */
    FLAGS_BY_COUNT
  }

  private final String text16;
  private final String text32;
  private final int flagsRead;
  private final int flagsWritten;
  private final int flagsUndefined;

  /** A bit for each trait. */
  private final int traits;

  Mnemonic(int read, int written, int undefined, Trait... traits) {
    this(null, null, read, written, undefined, traits);
  }

  Mnemonic(String text, int read, int written, int undefined, Trait... traits) {
    this(text, text, read, written, undefined, traits);
  }

  Mnemonic(String text16, String text32, int read, int written, int undefined, Trait... traits) {
    this.text16 = text16 == null ? name().toLowerCase(Locale.ROOT) : text16;
    this.text32 = text32 == null ? this.text16 : text32;
    this.flagsRead = read;
    this.flagsWritten = written;
    this.flagsUndefined = undefined;
    int bits = 0;
    for (Trait trait : traits) {
      bits |= 1 << trait.ordinal();
    }
    this.traits = bits;
  }

  /** The assembler's name with a 16- or 32-bit operand size. */
  public String text(int operandSize) {
    return operandSize == 16 ? text16 : text32;
  }

  /** EFLAGS bits the result depends on, those of a {@link Condition} aside. */
  public int flagsRead() {
    return flagsRead;
  }

  /** EFLAGS bits with a defined new value. */
  public int flagsWritten() {
    return flagsWritten;
  }

  /** EFLAGS bits the manual leaves undefined. */
  public int flagsUndefined() {
    return flagsUndefined;
  }

  /** Whether the operation has that property. */
  public boolean is(Trait trait) {
    return (traits >>> trait.ordinal() & 1) != 0;
  }
}
