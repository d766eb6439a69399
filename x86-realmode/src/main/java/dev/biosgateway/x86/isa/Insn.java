package dev.biosgateway.x86.isa;

/**
 * One decoded instruction (SDM vol. 2A, chapter 2): everything the bytes say, in the form in which
 * it is used when it runs. Registers are numbered as encoded (EAX 0 to EDI 7, ES 0 to GS 5); {@link
 * #ZERO} stands for a register that is always zero, so that an address or a source needs no test
 * for what is absent.
 *
 * <p>Immutable; independent of where in memory the bytes are.
 */
public final class Insn {
  /** Register number of the constant zero: no base, no index, no source register. */
  public static final int ZERO = 8;

  /** {@link #rep} without a repeat prefix. */
  public static final int NO_REPEAT = 0;

  /** {@link #rep} for F3. */
  public static final int REPE = 1;

  /** {@link #rep} for F2. */
  public static final int REPNE = 2;

  /** The table row. */
  public final Instruction row;

  /** Bytes, 1 to 15 (more on models without a limit). */
  public final int length;

  /** Operand size attribute: 16 or 32. */
  public final int operandSize;

  /** Width of the operation: 8 when the first operand is a byte, else {@link #operandSize}. */
  public final int width;

  /** FFFF or FFFFFFFF: the address size attribute, as a mask for offsets. */
  public final int addressMask;

  /** Segment of the memory operand, overrides and the default of (E)BP and (E)SP applied. */
  public final int segment;

  /** Whether a segment override prefix was there. */
  public final boolean overridden;

  /** Which operand is in memory by ModR/M or offset: 0, 1, or -1 for none. */
  public final int memory;

  /** Base register, or {@link #ZERO}. */
  public final int base;

  /** Index register, or {@link #ZERO}. */
  public final int index;

  /** Shift of the index: 0 to 3. */
  public final int scale;

  /** Displacement, sign-extended. */
  public final int disp;

  /** Register of the first operand, or {@link #ZERO}. */
  public final int dst;

  /** Register of the second operand, or {@link #ZERO}. */
  public final int src;

  /**
   * Immediate (sign-extended where the encoding says so), branch displacement, or offset of a far
   * pointer; 0 when there is none.
   */
  public final int imm;

  /** Second immediate: selector of a far pointer, nesting level of ENTER. */
  public final int imm2;

  /** {@link #NO_REPEAT}, {@link #REPE} or {@link #REPNE}. */
  public final int rep;

  /** Whether a LOCK prefix was there, and was allowed. */
  public final boolean lock;

  /** The ModR/M byte, 0 when there is none. */
  public final int modrm;

  Insn(Decoder d) {
    row = d.row;
    length = d.length;
    operandSize = d.operandSize;
    width = d.width;
    addressMask = d.addressMask;
    segment = d.segment;
    overridden = d.override >= 0;
    memory = d.memory;
    base = d.base;
    index = d.index;
    scale = d.scale;
    disp = d.disp;
    dst = d.dst;
    src = d.src;
    imm = d.imm;
    imm2 = d.imm2;
    rep = d.rep;
    lock = d.lock;
    modrm = d.modrm;
  }

  /** Offset of the memory operand; {@code gpr} has nine elements, the last of them zero. */
  public int address(int[] gpr) {
    return gpr[base] + (gpr[index] << scale) + disp & addressMask;
  }

  /** Whether the operand size attribute is 32 bits. */
  public boolean is32() {
    return operandSize == 32;
  }

  /** Whether nothing after this instruction may be decoded into the same block. */
  public boolean endsBlock() {
    return row.mnemonic().is(Mnemonic.Trait.ENDS_BLOCK)
        || rep != NO_REPEAT && row.mnemonic().is(Mnemonic.Trait.STRING);
  }
}
