package dev.biosgateway.x86.isa;

import static dev.biosgateway.x86.isa.FlagBits.CF;
import static dev.biosgateway.x86.isa.FlagBits.OF;
import static dev.biosgateway.x86.isa.FlagBits.PF;
import static dev.biosgateway.x86.isa.FlagBits.SF;
import static dev.biosgateway.x86.isa.FlagBits.ZF;

/** The sixteen conditions of Jcc, SETcc and CMOVcc in encoding order (SDM vol. 1, appendix B). */
public enum Condition {
  O(OF),
  NO(OF),
  C(CF),
  NC(CF),
  Z(ZF),
  NZ(ZF),
  NA(CF | ZF),
  A(CF | ZF),
  S(SF),
  NS(SF),
  PE(PF),
  PO(PF),
  L(SF | OF),
  NL(SF | OF),
  NG(SF | OF | ZF),
  G(SF | OF | ZF);

  private static final Condition[] BY_CODE = values();

  private final int flagsRead;

  Condition(int flagsRead) {
    this.flagsRead = flagsRead;
  }

  /** The EFLAGS bits this condition looks at. */
  public int flagsRead() {
    return flagsRead;
  }

  /** The condition that the low four bits of an opcode name. */
  public static Condition ofOpcode(int opcode) {
    return BY_CODE[opcode & 15];
  }

  /** Suffix of the mnemonic, lower case. */
  public String suffix() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
