package dev.biosgateway.x86.isa;

/**
 * How one operand is encoded, in the notation of the opcode maps (Intel SDM vol. 2D, appendix A.2):
 * a capital letter for where it is, a small one for its width. Additions of ours are {@code Ibs} (a
 * byte sign-extended to the operand size), {@code Zb Zv} (the register in the low three opcode
 * bits) and the x87 and fixed operands.
 */
@SuppressWarnings("checkstyle:MemberName")
public enum Operand {
  // spotless:off
  Eb(Place.RM, Width.BYTE), Ew(Place.RM, Width.WORD), Ed(Place.RM, Width.DWORD), Ev(Place.RM, Width.VARIABLE),
  /** Segment register moves: a register of operand size, or a word in memory. */
  Ewv(Place.RM, Width.WORD_IN_MEMORY),
  Gb(Place.REG, Width.BYTE), Gw(Place.REG, Width.WORD), Gd(Place.REG, Width.DWORD), Gv(Place.REG, Width.VARIABLE),
  M(Place.MEMORY, Width.NONE), Mw(Place.MEMORY, Width.WORD), Md(Place.MEMORY, Width.DWORD), Mq(Place.MEMORY, Width.QWORD),
  Mt(Place.MEMORY, Width.TBYTE), Mp(Place.MEMORY, Width.FAR), Ma(Place.MEMORY, Width.PAIR), Ms(Place.MEMORY, Width.PSEUDO_DESCRIPTOR),
  Ib(Place.IMMEDIATE, Width.BYTE), Ibs(Place.IMMEDIATE, Width.BYTE_SIGNED), Iw(Place.IMMEDIATE, Width.WORD), Iz(Place.IMMEDIATE, Width.VARIABLE),
  Jb(Place.RELATIVE, Width.BYTE_SIGNED), Jz(Place.RELATIVE, Width.VARIABLE), Ap(Place.FAR_POINTER, Width.FAR),
  Ob(Place.OFFSET, Width.BYTE), Ov(Place.OFFSET, Width.VARIABLE),
  Sw(Place.SEGMENT_REGISTER, Width.WORD), Cd(Place.CONTROL_REGISTER, Width.DWORD), Dd(Place.DEBUG_REGISTER, Width.DWORD),
  Td(Place.TEST_REGISTER, Width.DWORD), Rd(Place.RM_REGISTER, Width.DWORD),
  Xb(Place.SOURCE_STRING, Width.BYTE), Xv(Place.SOURCE_STRING, Width.VARIABLE),
  Yb(Place.DESTINATION_STRING, Width.BYTE), Yv(Place.DESTINATION_STRING, Width.VARIABLE),
  Zb(Place.OPCODE_REGISTER, Width.BYTE), Zv(Place.OPCODE_REGISTER, Width.VARIABLE),
  AL(Place.FIXED, Width.BYTE, 0), AX(Place.FIXED, Width.WORD, 0), CL(Place.FIXED, Width.BYTE, 1), eAX(Place.FIXED, Width.VARIABLE, 0), DX(Place.FIXED, Width.WORD, 2),
  ES(Place.FIXED_SEGMENT, Width.WORD, 0), CS(Place.FIXED_SEGMENT, Width.WORD, 1), SS(Place.FIXED_SEGMENT, Width.WORD, 2),
  DS(Place.FIXED_SEGMENT, Width.WORD, 3), FS(Place.FIXED_SEGMENT, Width.WORD, 4), GS(Place.FIXED_SEGMENT, Width.WORD, 5),
  One(Place.ONE, Width.BYTE),
  ST(Place.STACK_TOP, Width.TBYTE), STi(Place.STACK_REGISTER, Width.TBYTE),
  Pq(Place.MMX_REG, Width.QWORD), Nq(Place.MMX_RM_REGISTER, Width.QWORD), Qq(Place.MMX_RM, Width.QWORD), Qd(Place.MMX_RM, Width.DWORD);
  // spotless:on

  /** Where an operand is. */
  public enum Place {
    /** Register or memory by mod and r/m of the ModR/M byte. */
    RM,
    /** General register by r/m, whatever mod says (MOV to and from control registers). */
    RM_REGISTER,
    /** General register by the reg field of the ModR/M byte. */
    REG,
    /** Memory by mod and r/m; a register is an undefined encoding. */
    MEMORY,
    /** Bytes of the instruction. */
    IMMEDIATE,
    /** Branch displacement from the next instruction. */
    RELATIVE,
    /** Offset and selector in the instruction. */
    FAR_POINTER,
    /** Memory at an offset in the instruction. */
    OFFSET,
    SEGMENT_REGISTER,
    CONTROL_REGISTER,
    DEBUG_REGISTER,
    TEST_REGISTER,
    /** Memory at DS:(E)SI, segment can be overridden. */
    SOURCE_STRING,
    /** Memory at ES:(E)DI. */
    DESTINATION_STRING,
    /** General register in the low three bits of the opcode. */
    OPCODE_REGISTER,
    /** A general register that the opcode implies. */
    FIXED,
    /** A segment register that the opcode implies. */
    FIXED_SEGMENT,
    /** The constant 1 of the shift group. */
    ONE,
    /** ST(0). */
    STACK_TOP,
    /** ST(i) by r/m. */
    STACK_REGISTER,
    /** MMX register by reg. */
    MMX_REG,
    /** MMX register by r/m. */
    MMX_RM_REGISTER,
    /** MMX register or memory by mod and r/m. */
    MMX_RM
  }

  /** How wide an operand is. */
  public enum Width {
    NONE(0),
    BYTE(8),
    /** A byte in the instruction that is sign-extended to the operand size. */
    BYTE_SIGNED(8),
    WORD(16),
    /** A word in memory, a register of operand size. */
    WORD_IN_MEMORY(16),
    DWORD(32),
    QWORD(64),
    TBYTE(80),
    /** 16 or 32 bits by the operand size attribute. */
    VARIABLE(0),
    /** Offset of operand size and a 16-bit selector. */
    FAR(0),
    /** Two values of operand size (BOUND). */
    PAIR(0),
    /** 16-bit limit, 32-bit base (LGDT). */
    PSEUDO_DESCRIPTOR(48);

    private final int bits;

    Width(int bits) {
      this.bits = bits;
    }

    /** Bits for an operand size attribute of 16 or 32. */
    public int bits(int operandSize) {
      return switch (this) {
        case VARIABLE -> operandSize;
        case FAR -> operandSize + 16;
        case PAIR -> 2 * operandSize;
        case NONE,
            BYTE,
            BYTE_SIGNED,
            WORD,
            WORD_IN_MEMORY,
            DWORD,
            QWORD,
            TBYTE,
            PSEUDO_DESCRIPTOR ->
            bits;
      };
    }
  }

  private final Place place;
  private final Width width;
  private final int register;

  Operand(Place place, Width width) {
    this(place, width, -1);
  }

  Operand(Place place, Width width, int register) {
    this.place = place;
    this.width = width;
    this.register = register;
  }

  /** Where the operand is. */
  public Place place() {
    return place;
  }

  /** How wide the operand is. */
  public Width width() {
    return width;
  }

  /** The register number a fixed operand stands for, -1 for all others. */
  public int register() {
    return register;
  }

  /** Whether the instruction has a ModR/M byte because of this operand. */
  public boolean needsModRm() {
    return switch (place) {
      case RM,
          RM_REGISTER,
          REG,
          MEMORY,
          SEGMENT_REGISTER,
          CONTROL_REGISTER,
          DEBUG_REGISTER,
          TEST_REGISTER,
          STACK_REGISTER,
          MMX_REG,
          MMX_RM_REGISTER,
          MMX_RM ->
          true;
      case IMMEDIATE,
          RELATIVE,
          FAR_POINTER,
          OFFSET,
          SOURCE_STRING,
          DESTINATION_STRING,
          OPCODE_REGISTER,
          FIXED,
          FIXED_SEGMENT,
          ONE,
          STACK_TOP ->
          false;
    };
  }

  /** Whether the operand can be in memory. */
  public boolean canBeMemory() {
    return switch (place) {
      case RM, MEMORY, OFFSET, SOURCE_STRING, DESTINATION_STRING, MMX_RM -> true;
      case RM_REGISTER,
          REG,
          IMMEDIATE,
          RELATIVE,
          FAR_POINTER,
          SEGMENT_REGISTER,
          CONTROL_REGISTER,
          DEBUG_REGISTER,
          TEST_REGISTER,
          OPCODE_REGISTER,
          FIXED,
          FIXED_SEGMENT,
          ONE,
          STACK_TOP,
          STACK_REGISTER,
          MMX_REG,
          MMX_RM_REGISTER ->
          false;
    };
  }
}
