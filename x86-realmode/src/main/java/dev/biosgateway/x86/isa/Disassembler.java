package dev.biosgateway.x86.isa;

import dev.biosgateway.x86.isa.Mnemonic.Trait;
import dev.biosgateway.x86.isa.Operand.Place;
import dev.biosgateway.x86.isa.Operand.Width;
import java.util.List;

/**
 * From {@link Insn} to text in Intel syntax as NASM reads it (NASM manual, chapter 3). Assembling
 * the text gives the same bytes or an equivalent encoding: the shorter one of two (immediates and
 * displacements that fit a byte, the accumulator forms), the other direction of a
 * register-to-register operation, the documented one of an alias, without prefixes that have no
 * effect.
 *
 * <p>Stateless; safe for use by any thread.
 */
public final class Disassembler {
  private static final String[] BYTES = {"al", "cl", "dl", "bl", "ah", "ch", "dh", "bh"};
  private static final String[] WORDS = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
  private static final String[] SEGMENTS = {"es", "cs", "ss", "ds", "fs", "gs", "s6", "s7"};
  private static final int ESP = 4;

  private Disassembler() {}

  /**
   * The text of an instruction.
   *
   * @param insn what {@link Decoder#decode} returned
   * @param eip offset of its first byte in the code segment, for the targets of branches
   * @param code32 whether it was decoded as 32-bit code; what differs from that is said explicitly
   */
  public static String text(Insn insn, int eip, boolean code32) {
    Instruction row = insn.row;
    StringBuilder out = new StringBuilder();
    prefixes(out, insn, code32);
    out.append(name(insn, code32));
    List<Operand> operands = row.operands();
    String separator = " ";
    for (int i = 0; i < operands.size(); i++) {
      String text = operand(insn, operands.get(i), i, eip, code32);
      if (!text.isEmpty()) {
        out.append(separator).append(text);
        separator = ", ";
      }
    }
    return out.toString();
  }

  // ---- name and prefixes

  private static void prefixes(StringBuilder out, Insn insn, boolean code32) {
    Mnemonic mnemonic = insn.row.mnemonic();
    if (insn.lock) {
      out.append("lock ");
    }
    if (mnemonic.is(Trait.STRING) && insn.rep != Insn.NO_REPEAT) {
      boolean onZero = mnemonic.is(Trait.REPEATS_ON_ZF);
      out.append(insn.rep == Insn.REPNE ? "repne " : onZero ? "repe " : "rep ");
    }
    boolean implied = mnemonic.is(Trait.STRING) || mnemonic == Mnemonic.XLAT;
    if (implied && is32Address(insn) != code32) {
      out.append(is32Address(insn) ? "a32 " : "a16 ");
    }
    if (implied && insn.overridden && usesSource(insn)) {
      out.append(SEGMENTS[insn.segment]).append(' ');
    }
    if (insn.is32() != code32 && needsSizePrefix(insn)) {
      out.append(insn.is32() ? "o32 " : "o16 ");
    }
  }

  private static boolean usesSource(Insn insn) {
    return insn.row.mnemonic() == Mnemonic.XLAT
        || insn.row.operands().stream().anyMatch(o -> o.place() == Place.SOURCE_STRING);
  }

  /** Where the operand size changes what happens and no operand or name shows it. */
  private static boolean needsSizePrefix(Insn insn) {
    return switch (insn.row.mnemonic()) {
      case PUSH_SEGMENT, POP_SEGMENT, ENTER, LEAVE, RET, RETF -> true;
      case LGDT, LIDT, SGDT, SIDT, SYSEXIT -> true;
      case JMP, CALL, JCC, LOOP, LOOPE, LOOPNE, JCXZ -> isShort(insn);
      case XCHG -> isNop(insn);
      case X87 -> insn.row.operands().equals(List.of(Operand.M));
      default -> false;
    };
  }

  private static boolean isShort(Insn insn) {
    return insn.row.operands().get(0) == Operand.Jb;
  }

  private static boolean isRelative(Insn insn) {
    return insn.row.operands().get(0).place() == Place.RELATIVE;
  }

  /** XCHG of the accumulator with itself is NOP. */
  private static boolean isNop(Insn insn) {
    return insn.row.mnemonic() == Mnemonic.XCHG
        && insn.memory < 0
        && insn.width != 8
        && insn.dst == 0
        && insn.src == 0;
  }

  private static String name(Insn insn, boolean code32) {
    String name = insn.row.text(insn.operandSize);
    return switch (insn.row.mnemonic()) {
      case MOVS, CMPS, STOS, LODS, SCAS, INS, OUTS -> name + suffix(insn);
      case JCXZ -> is32Address(insn) ? "jecxz" : "jcxz";
      case XCHG -> isNop(insn) ? "nop" : name;
      case JMP, CALL, JCC -> name + distance(insn, code32);
      case JMP_FAR, CALL_FAR -> name + farSize(insn, code32);
      default -> name;
    };
  }

  private static String suffix(Insn insn) {
    return switch (insn.width) {
      case 8 -> "b";
      case 16 -> "w";
      default -> "d";
    };
  }

  private static String distance(Insn insn, boolean code32) {
    if (!isRelative(insn)) {
      return "";
    }
    if (isShort(insn)) {
      return " short";
    }
    return insn.is32() == code32 ? " near" : insn.is32() ? " near dword" : " near word";
  }

  private static String farSize(Insn insn, boolean code32) {
    String size = insn.is32() == code32 ? "" : insn.is32() ? " dword" : " word";
    return insn.memory < 0 ? size : size + " far";
  }

  // ---- operands

  private static String operand(Insn insn, Operand operand, int i, int eip, boolean code32) {
    if (insn.memory == i && operand.canBeMemory()) {
      return size(insn, operand) + address(insn, code32);
    }
    int register = i == 0 ? insn.dst : insn.src;
    if (insn.row.mnemonic() == Mnemonic.XCHG && insn.memory < 0) {
      // Neither is the destination: the lower number comes first.
      int low = Math.min(insn.dst, insn.src);
      return isNop(insn) ? "" : register(insn.width, i == 0 ? low : insn.dst + insn.src - low);
    }
    return switch (operand.place()) {
      case RM, REG, OPCODE_REGISTER, RM_REGISTER -> general(insn, operand, register);
      case FIXED -> implicit(insn) ? "" : general(insn, operand, operand.register());
      case SEGMENT_REGISTER, FIXED_SEGMENT -> SEGMENTS[register];
      case CONTROL_REGISTER -> "cr" + register;
      case DEBUG_REGISTER -> "dr" + register;
      case TEST_REGISTER -> "tr" + register;
      case IMMEDIATE -> immediate(insn, operand, i);
      case ONE -> "1";
      case RELATIVE -> target(insn, eip) + counter(insn, code32);
      case FAR_POINTER -> hex(insn.imm2) + ":" + hex(insn.imm);
      case STACK_TOP -> "st0";
      case STACK_REGISTER -> "st" + register;
      case MMX_REG, MMX_RM_REGISTER, MMX_RM -> "mm" + register;
      case SOURCE_STRING, DESTINATION_STRING -> "";
      case MEMORY, OFFSET -> throw new IllegalStateException(insn.row + ": no memory operand");
    };
  }

  /** String operations name their accumulator and port only in the table. */
  private static boolean implicit(Insn insn) {
    return insn.row.mnemonic().is(Trait.STRING);
  }

  private static String general(Insn insn, Operand operand, int register) {
    return register(
        operand.width() == Width.WORD_IN_MEMORY
            ? insn.operandSize
            : operand.width().bits(insn.operandSize),
        register);
  }

  private static String register(int bits, int register) {
    return switch (bits) {
      case 8 -> BYTES[register];
      case 16 -> WORDS[register];
      default -> "e" + WORDS[register];
    };
  }

  private static String immediate(Insn insn, Operand operand, int i) {
    boolean second = i > 0 && insn.row.operands().get(i - 1).place() == Place.IMMEDIATE;
    int value = second ? insn.imm2 : insn.imm;
    Mnemonic mnemonic = insn.row.mnemonic();
    if ((mnemonic == Mnemonic.AAM || mnemonic == Mnemonic.AAD) && value == 10) {
      return "";
    }
    boolean wide = operand.width() == Width.VARIABLE || operand.width() == Width.BYTE_SIGNED;
    String text = hex(wide && !insn.is32() ? value & 0xffff : value);
    if (mnemonic == Mnemonic.PUSH) {
      return (insn.is32() ? "dword " : "word ") + text;
    }
    return text;
  }

  private static String target(Insn insn, int eip) {
    int target = eip + insn.length + insn.imm;
    return hex(insn.is32() ? target : target & 0xffff);
  }

  /** LOOP counts in CX or ECX by the address size. */
  private static String counter(Insn insn, boolean code32) {
    return switch (insn.row.mnemonic()) {
      case LOOP, LOOPE, LOOPNE ->
          is32Address(insn) == code32 ? "" : is32Address(insn) ? ", ecx" : ", cx";
      default -> "";
    };
  }

  // ---- memory

  private static String size(Insn insn, Operand operand) {
    if (operand == Operand.Qd) {
      return ""; // NASM takes the operand of PUNPCKL for a quadword
    }
    return switch (operand.width()) {
      case FAR, PAIR, PSEUDO_DESCRIPTOR, NONE -> "";
      case BYTE, BYTE_SIGNED, WORD, WORD_IN_MEMORY, DWORD, QWORD, TBYTE, VARIABLE ->
          switch (operand.width().bits(insn.operandSize)) {
            case 8 -> "byte ";
            case 16 -> "word ";
            case 32 -> "dword ";
            case 64 -> "qword ";
            default -> "tword ";
          };
    };
  }

  private static String address(Insn insn, boolean code32) {
    StringBuilder out = new StringBuilder("[");
    boolean absolute = insn.base == Insn.ZERO && insn.index == Insn.ZERO;
    if (absolute && is32Address(insn) != code32) {
      out.append(is32Address(insn) ? "dword " : "word ");
    } else if (insn.base == Insn.ZERO && !absolute) {
      out.append("nosplit "); // or NASM makes [eax*2] into [eax+eax]
    }
    if (insn.overridden) {
      out.append(SEGMENTS[insn.segment]).append(':');
    }
    String prefix = is32Address(insn) ? "e" : "";
    if (insn.base != Insn.ZERO) {
      out.append(prefix).append(WORDS[insn.base]);
    }
    if (insn.index != Insn.ZERO) {
      out.append(insn.base == Insn.ZERO ? "" : "+").append(prefix).append(WORDS[insn.index]);
      if (is32Address(insn) && insn.index != ESP) {
        out.append('*').append(1 << insn.scale);
      }
    }
    if (absolute) {
      out.append(hex(insn.disp & insn.addressMask));
    } else if (insn.disp < 0) {
      out.append('-').append(hex(-insn.disp));
    } else if (insn.disp > 0) {
      out.append('+').append(hex(insn.disp));
    }
    return out.append(']').toString();
  }

  private static boolean is32Address(Insn insn) {
    return insn.addressMask == 0xFFFFFFFF;
  }

  private static String hex(int value) {
    return value >= 0 && value < 10 ? "" + value : "0x" + Integer.toHexString(value);
  }
}
