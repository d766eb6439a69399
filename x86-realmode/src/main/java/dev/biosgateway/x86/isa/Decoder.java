package dev.biosgateway.x86.isa;

import dev.biosgateway.x86.isa.Operand.Place;
import dev.biosgateway.x86.isa.Operand.Width;
import java.util.List;

/**
 * From bytes to {@link Insn}: prefixes, opcode, ModR/M, SIB, displacement, immediates (Intel SDM
 * vol. 2A, chapter 2). Encodings that mean nothing on the model become {@link
 * Instruction#UNDEFINED}, over-long ones {@link Instruction#TOO_LONG}; both are instructions whose
 * execution raises the exception.
 *
 * <p>Not thread-safe: the fields are the work in progress of one {@link #decode}.
 */
public final class Decoder {
  private static final int SS = 2;
  private static final int DS = 3;
  private static final int FS = 4;

  /** Base and index registers of 16-bit addressing by r/m (SDM vol. 2A, table 2-1). */
  private static final int[] BASE_16 = {3, 3, 5, 5, 6, 7, 5, 3};

  private static final int[] INDEX_16 = {6, 7, 6, 7, Insn.ZERO, Insn.ZERO, Insn.ZERO, Insn.ZERO};

  private static final int BP = 5;
  private static final int SP = 4;

  private final CpuModel model;
  private final OpcodeMaps maps;

  Instruction row;
  int length;
  int operandSize;
  int width;
  int addressMask;
  int segment;
  int override;
  int memory;
  int base;
  int index;
  int scale;
  int disp;
  int dst;
  int src;
  int imm;
  int imm2;
  int rep;
  boolean lock;
  int modrm;

  private CodeSource source;
  private int opcode;
  private boolean tooLong;
  private boolean noSuchSegment;

  /** A decoder for one processor model. */
  public Decoder(CpuModel model) {
    this.model = model;
    this.maps = OpcodeMaps.of(model);
  }

  /** The model this decoder was made for. */
  public CpuModel model() {
    return model;
  }

  /**
   * Decodes one instruction.
   *
   * @param code its bytes; what it throws for a byte that cannot be fetched passes through
   * @param code32 D bit of the code segment: 32-bit operand and address size by default
   */
  public Insn decode(CodeSource code, boolean code32) {
    source = code;
    length = 0;
    tooLong = false;
    noSuchSegment = false;
    boolean operand32 = code32;
    boolean address32 = code32;
    override = -1;
    memory = -1;
    base = Insn.ZERO;
    index = Insn.ZERO;
    scale = 0;
    disp = 0;
    dst = Insn.ZERO;
    src = Insn.ZERO;
    imm = 0;
    imm2 = 0;
    rep = Insn.NO_REPEAT;
    lock = false;
    modrm = 0;
    segment = DS;

    boolean wants386 = model.isAtLeast(CpuModel.I386);
    boolean prefix = true;
    while (prefix) {
      opcode = next();
      switch (opcode) {
        case 0x26, 0x2E, 0x36, 0x3E -> override = opcode >> 3 & 3;
        case 0xF0 -> lock = true;
        case 0xF1 -> {
          // The 8086 takes it for F0.
          prefix = model == CpuModel.I8086;
          lock |= prefix;
        }
        case 0xF2 -> rep = Insn.REPNE;
        case 0xF3 -> rep = Insn.REPE;
        case 0x64, 0x65, 0x66, 0x67 -> {
          if (!wants386) {
            prefix = false;
          } else if (opcode <= 0x65) {
            override = opcode - 0x64 + FS;
          } else if (opcode == 0x66) {
            operand32 = !code32;
          } else {
            address32 = !code32;
          }
        }
        default -> prefix = false;
      }
      if (tooLong) {
        return finish(Instruction.TOO_LONG);
      }
    }
    operandSize = operand32 ? 32 : 16;
    width = operandSize;
    addressMask = address32 ? 0xFFFFFFFF : 0xFFFF;
    if (override >= 0) {
      segment = override;
    }

    Object entry = maps.oneByte(opcode);
    if (entry == OpcodeMaps.ESCAPE) {
      opcode = next();
      entry = maps.twoByte(opcode);
    }
    row = entry instanceof Instruction plain ? plain : null;
    if (row == null) {
      modrm = next();
      row = ((Instruction[]) entry)[modrm];
    }
    if (tooLong) {
      return finish(Instruction.TOO_LONG);
    }
    if (row == Instruction.UNDEFINED) {
      // A reserved member of a group: its address bytes are fetched, and may fault, before #UD.
      if (entry instanceof Instruction[] && modrm < 0xC0) {
        address();
      }
      return finish(tooLong ? Instruction.TOO_LONG : row);
    }
    operands();
    if (tooLong) {
      return finish(Instruction.TOO_LONG);
    }
    if (noSuchSegment) {
      return finish(Instruction.UNDEFINED);
    }
    // SDM vol. 2A, LOCK: #UD unless a lockable instruction has its destination in memory.
    if (lock
        && wants386
        && (memory != 0 || !row.mnemonic().is(Mnemonic.Trait.LOCKABLE))
        && !lockedExchange()) {
      return finish(Instruction.UNDEFINED);
    }
    return new Insn(this);
  }

  /** XCHG has no direction: its memory operand may be written as either. */
  private boolean lockedExchange() {
    return row.mnemonic() == Mnemonic.XCHG && memory >= 0;
  }

  private Insn finish(Instruction special) {
    row = special;
    return new Insn(this);
  }

  private int next() {
    if (length == model.lengthLimit() && length != 0) {
      tooLong = true;
      return 0;
    }
    return source.byteAt(length++);
  }

  private void operands() {
    List<Operand> operands = row.operands();
    if (modrm < 0xC0 && row.hasModRm() && wantsMemory(operands)) {
      address();
    }
    Operand data = row.data();
    if (data != null && data.width() == Width.BYTE) {
      width = 8;
    }
    for (int i = 0; i < operands.size() && !tooLong; i++) {
      operand(operands.get(i), i);
    }
  }

  private static boolean wantsMemory(List<Operand> operands) {
    for (int i = 0; i < operands.size(); i++) {
      Place place = operands.get(i).place();
      if (place == Place.RM || place == Place.MEMORY || place == Place.MMX_RM) {
        return true;
      }
    }
    return false;
  }

  private void operand(Operand operand, int position) {
    switch (operand.place()) {
      case RM, MMX_RM, MEMORY -> {
        if (modrm >= 0xC0) {
          register(position, modrm & 7);
        } else {
          memory = position;
        }
      }
      case RM_REGISTER, STACK_REGISTER, MMX_RM_REGISTER -> register(position, modrm & 7);
      case SEGMENT_REGISTER -> segmentRegister(position, modrm >> 3 & 7);
      case REG, CONTROL_REGISTER, DEBUG_REGISTER, TEST_REGISTER, MMX_REG ->
          register(position, modrm >> 3 & 7);
      case OPCODE_REGISTER -> register(position, opcode & 7);
      case FIXED, FIXED_SEGMENT -> register(position, operand.register());
      case IMMEDIATE -> {
        if (position > 0 && row.operands().get(position - 1).place() == Place.IMMEDIATE) {
          imm2 = immediate(operand.width());
        } else {
          imm = immediate(operand.width());
        }
      }
      case RELATIVE -> imm = signed(operand.width());
      case FAR_POINTER -> {
        imm = unsigned(operandSize >> 3);
        imm2 = unsigned(2);
      }
      case OFFSET -> {
        memory = position;
        disp = unsigned(addressMask == 0xFFFF ? 2 : 4);
      }
      case ONE -> imm = 1;
      case STACK_TOP -> register(position, 0);
      case SOURCE_STRING, DESTINATION_STRING -> {
        // Implied by the opcode: nothing in the bytes.
      }
    }
  }

  /** FS and GS came with the 386; the 8086 looks at two bits only. */
  private void segmentRegister(int position, int number) {
    if (model == CpuModel.I8086) {
      register(position, number & 3);
    } else {
      noSuchSegment = model == CpuModel.I80286 && number > DS;
      register(position, number);
    }
  }

  private void register(int position, int number) {
    if (position == 0) {
      dst = number;
    } else if (position == 1) {
      src = number;
    }
  }

  private int immediate(Width encoded) {
    return switch (encoded) {
      case BYTE -> unsigned(1);
      case WORD -> unsigned(2);
      default -> signed(encoded);
    };
  }

  private int signed(Width encoded) {
    if (encoded == Width.BYTE_SIGNED) {
      return (byte) next();
    }
    return operandSize == 16 ? (short) unsigned(2) : unsigned(4);
  }

  private int unsigned(int bytes) {
    int value = 0;
    for (int i = 0; i < bytes && !tooLong; i++) {
      value |= next() << (8 * i);
    }
    return value;
  }

  private void address() {
    if (addressMask == 0xFFFF) {
      address16();
    } else {
      address32();
    }
  }

  /** ModR/M of 16-bit addressing (SDM vol. 2A, table 2-1). */
  private void address16() {
    int mod = modrm >> 6;
    int rm = modrm & 7;
    if (mod == 0 && rm == 6) {
      disp = unsigned(2);
      return;
    }
    base = BASE_16[rm];
    index = INDEX_16[rm];
    disp = displacement(mod, 2);
    if (base == BP && override < 0) {
      segment = SS;
    }
  }

  /** ModR/M and SIB of 32-bit addressing (SDM vol. 2A, tables 2-2 and 2-3). */
  private void address32() {
    int mod = modrm >> 6;
    int rm = modrm & 7;
    base = rm;
    if (rm == SP) {
      int sib = next();
      base = sib & 7;
      int x = sib >> 3 & 7;
      index = x == SP ? Insn.ZERO : x;
      scale = sib >> 6;
      if (x == SP && scale != 0 && model.scalesLoneBase()) {
        loneBase(mod);
        return;
      }
    }
    if (mod == 0 && base == BP) {
      base = Insn.ZERO;
      disp = unsigned(4);
      return;
    }
    disp = displacement(mod, 4);
    if ((base == BP || base == SP) && override < 0) {
      segment = SS;
    }
  }

  /** A base that is scaled as an index would be; its segment stays that of a base. */
  private void loneBase(int mod) {
    boolean none = mod == 0 && base == BP;
    index = none ? Insn.ZERO : base;
    disp = none ? unsigned(4) : displacement(mod, 4);
    if (!none && (base == BP || base == SP) && override < 0) {
      segment = SS;
    }
    base = Insn.ZERO;
  }

  private int displacement(int mod, int wide) {
    return switch (mod) {
      case 1 -> (byte) next();
      case 2 -> wide == 2 ? (short) unsigned(2) : unsigned(4);
      default -> 0;
    };
  }
}
