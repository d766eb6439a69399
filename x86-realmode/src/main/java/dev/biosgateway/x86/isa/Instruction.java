package dev.biosgateway.x86.isa;

import java.util.List;
import java.util.Locale;

/**
 * One row of the opcode maps: an encoding, what it does, on what, and since which processor.
 * Everything that decodes, prints, executes or translates an instruction reads it from here.
 *
 * <p>Immutable; safe for use by any thread.
 */
public final class Instruction {
  /** The opcode map an encoding is in. */
  public enum Map {
    /** First byte is the opcode. */
    ONE_BYTE,
    /** Opcode after 0F. */
    TWO_BYTE
  }

  /** Which mod values of the ModR/M byte belong to the row. */
  public enum Form {
    ANY,
    MEMORY,
    REGISTER
  }

  /** What a reserved encoding decodes to. */
  public static final Instruction UNDEFINED =
      new Instruction(Map.ONE_BYTE, -1, Mnemonic.UNDEFINED, List.of());

  /** What an instruction with too many bytes decodes to. */
  public static final Instruction TOO_LONG =
      new Instruction(Map.ONE_BYTE, -1, Mnemonic.TOO_LONG, List.of());

  private final Map map;
  private final int opcode;
  private final Mnemonic mnemonic;
  private final List<Operand> operands;
  private int digit = -1;
  private int rm = -1;
  private Form form = Form.ANY;
  private CpuModel since = CpuModel.I8086;
  private CpuModel until = CpuModel.PENTIUM_PRO;
  private int feature;
  private String name;
  private boolean alias;
  private boolean hasModRm;

  private Instruction(Map map, int opcode, Mnemonic mnemonic, List<Operand> operands) {
    this.map = map;
    this.opcode = opcode;
    this.mnemonic = mnemonic;
    this.operands = operands;
    for (Operand operand : operands) {
      if (operand.place() == Operand.Place.MEMORY) {
        form = Form.MEMORY;
      }
    }
    derive();
  }

  private Instruction derive() {
    hasModRm =
        digit >= 0
            || form != Form.ANY
            || operands.stream().anyMatch(Operand::needsModRm)
            || mnemonic == Mnemonic.X87 && opcode != 0x9B;
    return this;
  }

  static Instruction row(Map map, int opcode, Mnemonic mnemonic, Operand... operands) {
    return new Instruction(map, opcode, mnemonic, List.of(operands));
  }

  /** The same encoding of another operation, for the members of a group. */
  Instruction doing(Mnemonic other) {
    Instruction row = new Instruction(map, opcode, other, operands);
    row.since = since;
    row.until = until;
    row.alias = alias;
    return row;
  }

  /** The same row for {@code /digit} of the ModR/M byte. */
  Instruction digit(int value) {
    Instruction row = copy();
    row.digit = value;
    return row.derive();
  }

  /** The same row for one r/m value of the register form (x87). */
  Instruction rm(int value) {
    Instruction row = copy();
    row.rm = value;
    row.form = Form.REGISTER;
    return row;
  }

  Instruction form(Form value) {
    Instruction row = copy();
    row.form = value;
    return row.derive();
  }

  Instruction since(CpuModel first) {
    Instruction row = copy();
    row.since = first;
    return row.derive();
  }

  Instruction until(CpuModel last) {
    Instruction row = copy();
    row.until = last;
    return row.derive();
  }

  /** The same row, there only when the model has the {@link CpuModel.Feature} bits. */
  Instruction feature(int bits) {
    Instruction row = copy();
    row.feature = bits;
    return row.derive();
  }

  Instruction named(String text) {
    Instruction row = copy();
    row.name = text;
    return row.derive();
  }

  /** The same row marked as a second, undocumented encoding of another one. */
  Instruction alias() {
    Instruction row = copy();
    row.alias = true;
    return row.derive();
  }

  private Instruction copy() {
    Instruction row = new Instruction(map, opcode, mnemonic, operands);
    row.digit = digit;
    row.rm = rm;
    row.form = form;
    row.since = since;
    row.until = until;
    row.feature = feature;
    row.name = name;
    row.alias = alias;
    return row.derive();
  }

  /** The map this row is in. */
  public Map map() {
    return map;
  }

  /** Opcode byte in its map; -1 for {@link #UNDEFINED} and {@link #TOO_LONG}. */
  public int opcode() {
    return opcode;
  }

  /** Reg field of the ModR/M byte that selects the row in its group; -1 if it does not. */
  public int digit() {
    return digit;
  }

  /** Which mod values belong to the row. */
  public Form form() {
    return form;
  }

  /** What it does. */
  public Mnemonic mnemonic() {
    return mnemonic;
  }

  /** Operands in the manual's (Intel) order. */
  public List<Operand> operands() {
    return operands;
  }

  /** The operand whose width is that of the operation: the first, for OUT and OUTS the second. */
  public Operand data() {
    if (operands.isEmpty()) {
      return null;
    }
    boolean portFirst = mnemonic == Mnemonic.OUT || mnemonic == Mnemonic.OUTS;
    return operands.get(portFirst ? 1 : 0);
  }

  /** Whether the encoding is a second one, which an assembler does not produce. */
  public boolean isAlias() {
    return alias;
  }

  /** Whether a model has the row. */
  public boolean isIn(CpuModel model) {
    return model.isAtLeast(since) && until.isAtLeast(model) && model.has(feature);
  }

  /** First model that has the row. */
  public CpuModel since() {
    return since;
  }

  /** Condition of Jcc, SETcc, CMOVcc; null for all others. */
  public Condition condition() {
    return switch (mnemonic) {
      case JCC, SETCC, CMOVCC -> Condition.ofOpcode(opcode);
      default -> null;
    };
  }

  /** EFLAGS bits it reads, those of its condition included. */
  public int flagsRead() {
    Condition condition = condition();
    return mnemonic.flagsRead() | (condition == null ? 0 : condition.flagsRead());
  }

  /** Whether a ModR/M byte follows the opcode. */
  public boolean hasModRm() {
    return hasModRm;
  }

  /** Whether the row can touch memory, the stack included. */
  public boolean touchesMemory() {
    return !mnemonic.is(Mnemonic.Trait.NO_ACCESS)
            && operands.stream().anyMatch(Operand::canBeMemory)
        || mnemonic.is(Mnemonic.Trait.STACK)
        || mnemonic.is(Mnemonic.Trait.STRING)
        || mnemonic.is(Mnemonic.Trait.TABLE_ACCESS);
  }

  /** Whether the row can raise an exception. */
  public boolean canFault() {
    return touchesMemory() || mnemonic.is(Mnemonic.Trait.FAULTS);
  }

  /** Assembler name for an operand size of 16 or 32. */
  public String text(int operandSize) {
    if (name != null) {
      return name;
    }
    Condition condition = condition();
    String text = mnemonic.text(operandSize);
    return condition == null ? text : text + condition.suffix();
  }

  /** Whether a ModR/M byte with this value belongs to the row. */
  public boolean matches(int modrm) {
    boolean register = modrm >= 0xC0;
    return (digit < 0 || digit == (modrm >> 3 & 7))
        && (rm < 0 || rm == (modrm & 7))
        && (form == Form.ANY || (form == Form.REGISTER) == register);
  }

  /** Encoding, name and operands: {@code 0F BA /4 bt Ev,Ibs}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (opcode >= 0) {
      text.append(map == Map.TWO_BYTE ? "0F " : "")
          .append(String.format(Locale.ROOT, "%02X", opcode));
      text.append(digit < 0 ? "" : " /" + digit).append(' ');
    }
    text.append(text(32));
    for (int i = 0; i < operands.size(); i++) {
      text.append(i == 0 ? ' ' : ',').append(operands.get(i));
    }
    return text.toString();
  }
}
