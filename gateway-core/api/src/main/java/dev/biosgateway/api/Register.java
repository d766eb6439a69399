package dev.biosgateway.api;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The registers a caller can name: the eight general registers with their 16 and 8 bit parts, the
 * six segment registers, the instruction pointer and the flags of an IA-32 processor (Intel SDM
 * volume 1, section 3.4).
 *
 * <p>A part knows the 32 bit register it lives in ({@link #parent()}), its lowest bit there ({@link
 * #shift()}) and its width, so that reading and writing a part is one rule for all of them. The
 * order within each family is that of the register numbers in instruction encodings.
 */
public enum Register {
  // spotless:off
  EAX(32), ECX(32), EDX(32), EBX(32), ESP(32), EBP(32), ESI(32), EDI(32),
  AX(EAX, 0, 16), CX(ECX, 0, 16), DX(EDX, 0, 16), BX(EBX, 0, 16),
  SP(ESP, 0, 16), BP(EBP, 0, 16), SI(ESI, 0, 16), DI(EDI, 0, 16),
  AL(EAX, 0, 8), CL(ECX, 0, 8), DL(EDX, 0, 8), BL(EBX, 0, 8),
  AH(EAX, 8, 8), CH(ECX, 8, 8), DH(EDX, 8, 8), BH(EBX, 8, 8),
  ES(16), CS(16), SS(16), DS(16), FS(16), GS(16),
  EIP(32), EFLAGS(32);
  // spotless:on

  private static final Map<String, Register> BY_NAME = new HashMap<>();

  static {
    for (Register register : values()) {
      BY_NAME.put(register.text(), register);
    }
  }

  private final Register parent;
  private final int shift;
  private final int width;

  Register(int width) {
    this.parent = null;
    this.shift = 0;
    this.width = width;
  }

  Register(Register parent, int shift, int width) {
    this.parent = parent;
    this.shift = shift;
    this.width = width;
  }

  /**
   * Finds a register by its Intel name, in any letter case.
   *
   * @throws InvalidRequestException if there is none; the message lists those that exist
   */
  public static Register named(String text) {
    Register register = BY_NAME.get(text.trim().toLowerCase(Locale.ROOT));
    if (register == null) {
      throw new InvalidRequestException(
          "unknown register \""
              + text
              + "\": expected one of "
              + Arrays.stream(values()).map(Register::text).collect(Collectors.joining(" ")));
    }
    return register;
  }

  /** Whether {@link #named} would find a register under this text. */
  public static boolean isName(String text) {
    return BY_NAME.containsKey(text.trim().toLowerCase(Locale.ROOT));
  }

  /** The registers that are not part of another one, in the order in which they are printed. */
  public static List<Register> whole() {
    return Arrays.stream(values()).filter(register -> register.parent == null).toList();
  }

  /** The Intel name in lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The register this one is a part of; itself if it is not a part. */
  public Register parent() {
    return parent == null ? this : parent;
  }

  /** Lowest bit of this register within {@link #parent()}: 0, or 8 for AH, CH, DH and BH. */
  public int shift() {
    return shift;
  }

  /** Width in bits: 8, 16 or 32. */
  public int width() {
    return width;
  }

  /** The largest unsigned value: 0xff, 0xffff or 0xffffffff. */
  public long max() {
    return (1L << width) - 1;
  }

  /** Whether this is ES, CS, SS, DS, FS or GS. */
  public boolean isSegment() {
    return ordinal() >= ES.ordinal() && ordinal() <= GS.ordinal();
  }

  /** Whether this is a general register or a part of one. */
  public boolean isGeneral() {
    return ordinal() < ES.ordinal();
  }

  /** Whether a bit of the processor's state belongs to both registers: AX and AH, not AL and AH. */
  public boolean overlaps(Register other) {
    return parent() == other.parent()
        && shift < other.shift + other.width
        && other.shift < shift + width;
  }

  /** This register's unsigned value, out of the unsigned value of its {@link #parent()}. */
  public long readFrom(long parentValue) {
    return (parentValue >>> shift) & max();
  }

  /**
   * The value of {@link #parent()} after a write to this register: all other bits are kept.
   *
   * @throws InvalidRequestException if the value does not fit, as {@link #check} says
   */
  public long insertInto(long parentValue, long value) {
    check(value);
    return (parentValue & ~(max() << shift)) | (value << shift);
  }

  /**
   * Checks that an unsigned value fits this register.
   *
   * @return the value
   * @throws InvalidRequestException if it is negative or too wide: {@code al=0x1ff: 8 bits hold 0
   *     to 0xff}
   */
  public long check(long value) {
    if (value < 0 || value > max()) {
      String found = value < 0 ? Long.toString(value) : "0x" + Long.toHexString(value);
      throw new InvalidRequestException(
          text() + "=" + found + ": " + width + " bits hold 0 to 0x" + Long.toHexString(max()));
    }
    return value;
  }

  /** A value as results show it: {@code 0x} and as many hexadecimal digits as the width has. */
  public String format(long value) {
    return String.format("0x%0" + width / 4 + "x", value);
  }
}
