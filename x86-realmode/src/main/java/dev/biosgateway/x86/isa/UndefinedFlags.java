package dev.biosgateway.x86.isa;

import java.util.EnumSet;
import java.util.Set;

/**
 * What an instruction leaves in the flags that the manual calls undefined: which instructions of a
 * family of processors differ in them from a P6. The rules themselves are the CPU's; whoever has a
 * short way for the flags of a P6 asks here whether it may take it.
 *
 * <p>Immutable; safe for use by any thread.
 */
public enum UndefinedFlags {
  /** As on a P6, the reference of the vectors: nothing differs. */
  OF_P6(EnumSet.noneOf(Mnemonic.class)),

  /** As on an 8086: seen on silicon (P80C86A-2, single instructions captured by bus cycles). */
  OF_8086(
      EnumSet.of(
          Mnemonic.AAA,
          Mnemonic.AAD,
          Mnemonic.AAM,
          Mnemonic.AAS,
          Mnemonic.DAA,
          Mnemonic.DAS,
          Mnemonic.DIV,
          Mnemonic.IDIV,
          Mnemonic.IMUL,
          Mnemonic.MUL,
          Mnemonic.RCL,
          Mnemonic.RCR,
          Mnemonic.SHL)),

  /** As on an 80286: seen on silicon (N80C286-12, single instructions captured by bus cycles). */
  OF_80286(
      EnumSet.of(
          Mnemonic.AAA,
          Mnemonic.AAD,
          Mnemonic.AAM,
          Mnemonic.AAS,
          Mnemonic.DAA,
          Mnemonic.DAS,
          Mnemonic.DIV,
          Mnemonic.IDIV,
          Mnemonic.IMUL,
          Mnemonic.IMUL_TRUNCATING,
          Mnemonic.MUL,
          Mnemonic.RCL,
          Mnemonic.RCR,
          Mnemonic.SAR,
          Mnemonic.SHL,
          Mnemonic.SHR)),

  /**
   * As on a 386SX, as far as test386.asm has asked one: decimal adjustment, shifts, rotates through
   * CF, bit tests; the others as on a P6.
   */
  OF_386(
      EnumSet.of(
          Mnemonic.AAA,
          Mnemonic.AAD,
          Mnemonic.AAS,
          Mnemonic.BT,
          Mnemonic.BTC,
          Mnemonic.BTR,
          Mnemonic.BTS,
          Mnemonic.DAA,
          Mnemonic.DAS,
          Mnemonic.RCL,
          Mnemonic.RCR,
          Mnemonic.SAR,
          Mnemonic.SHL,
          Mnemonic.SHR));

  private final Set<Mnemonic> differing;

  UndefinedFlags(Set<Mnemonic> differing) {
    this.differing = differing;
  }

  /** Whether {@code mnemonic} may leave other flags than on a P6. */
  public boolean differ(Mnemonic mnemonic) {
    return differing.contains(mnemonic);
  }
}
