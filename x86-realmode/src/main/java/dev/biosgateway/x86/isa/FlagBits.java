package dev.biosgateway.x86.isa;

/** The bits of EFLAGS that table rows name (Intel SDM vol. 1, 3.4.3). */
final class FlagBits {
  static final int CF = 1;
  static final int PF = 1 << 2;
  static final int AF = 1 << 4;
  static final int ZF = 1 << 6;
  static final int SF = 1 << 7;
  static final int IF = 1 << 9;
  static final int DF = 1 << 10;
  static final int OF = 1 << 11;
  static final int STATUS = OF | SF | ZF | AF | PF | CF;

  private FlagBits() {}
}
