package dev.biosgateway.x86.isa;

import java.util.Locale;

/**
 * The processors that can be emulated, oldest first, and what tells them apart for programs (Intel
 * SDM vol. 3, chapter 22, "Architecture Compatibility", and the data books of each part). What the
 * 8086 does otherwise is listed in the 386 Programmer's Reference Manual, 15.6 "Differences From
 * 8086", which "386 PRM 15.6" stands for here and in the CPU.
 *
 * <p>Immutable; safe for use by any thread.
 */
public enum CpuModel {
  /** Intel 8086 and 8088. */
  I8086("8086", 20, 0, 0xFF, 0xF002, 0x0000, 0, 0, UndefinedFlags.OF_8086),
  /** Intel 80286. */
  I80286("80286", 24, 10, 0x1F, 0x0002, 0x0000, 0, 0, UndefinedFlags.OF_80286),
  /** Intel 386. */
  I386("386", 32, 15, 0x1F, 0x0002, 0x0308, 0, 0, UndefinedFlags.OF_386),
  /** Intel 486 with floating-point unit and CPUID. */
  I486("486", 32, 15, 0x1F, 0x0002, 0x0435, Feature.FPU | Feature.VME, 1, UndefinedFlags.OF_P6),
  /** Intel Pentium (P5). */
  PENTIUM("pentium", 32, 15, 0x1F, 0x0002, 0x0525, Feature.P5, 1, UndefinedFlags.OF_P6),
  /** Intel Pentium with MMX technology (P55C). */
  PENTIUM_MMX(
      "pentiummmx",
      32,
      15,
      0x1F,
      0x0002,
      0x0543,
      Feature.P5 | Feature.MMX,
      1,
      UndefinedFlags.OF_P6),
  /** Intel Pentium Pro (P6), the default; it has no MMX. */
  PENTIUM_PRO("pentiumpro", 36, 15, 0x1F, 0x0002, 0x0619, Feature.P6, 2, UndefinedFlags.OF_P6);

  /** CPUID leaf 1 EDX bits (Intel SDM vol. 2A, CPUID). */
  public static final class Feature {
    /** x87 on chip. */
    public static final int FPU = 1;

    /** Virtual-8086 mode enhancements. */
    public static final int VME = 1 << 1;

    /** Debugging extensions (I/O breakpoints). */
    public static final int DE = 1 << 2;

    /** 4 MB pages. */
    public static final int PSE = 1 << 3;

    /** RDTSC. */
    public static final int TSC = 1 << 4;

    /** RDMSR and WRMSR. */
    public static final int MSR = 1 << 5;

    /** Physical address extension. */
    public static final int PAE = 1 << 6;

    /** Machine-check exception. */
    public static final int MCE = 1 << 7;

    /** CMPXCHG8B. */
    public static final int CX8 = 1 << 8;

    /** SYSENTER and SYSEXIT. */
    public static final int SEP = 1 << 11;

    /** Memory type range registers. */
    public static final int MTRR = 1 << 12;

    /** Global pages. */
    public static final int PGE = 1 << 13;

    /** Machine-check architecture. */
    public static final int MCA = 1 << 14;

    /** CMOVcc, and FCMOVcc and FCOMI with {@link #FPU}. */
    public static final int CMOV = 1 << 15;

    /** MMX technology. */
    public static final int MMX = 1 << 23;

    private static final int P5 = FPU | VME | DE | PSE | TSC | MSR | MCE | CX8;
    private static final int P6 = P5 | PAE | SEP | MTRR | PGE | MCA | CMOV;

    private Feature() {}
  }

  private final String id;
  private final int addressLines;
  private final int lengthLimit;
  private final int shiftCountMask;
  private final int resetFlags;
  private final int signature;
  private final int features;
  private final int maxCpuidLeaf;
  private final UndefinedFlags undefinedFlags;

  CpuModel(
      String id,
      int addressLines,
      int lengthLimit,
      int shiftCountMask,
      int resetFlags,
      int signature,
      int features,
      int maxCpuidLeaf,
      UndefinedFlags undefinedFlags) {
    this.id = id;
    this.addressLines = addressLines;
    this.lengthLimit = lengthLimit;
    this.shiftCountMask = shiftCountMask;
    this.resetFlags = resetFlags;
    this.signature = signature;
    this.features = features;
    this.maxCpuidLeaf = maxCpuidLeaf;
    this.undefinedFlags = undefinedFlags;
  }

  /**
   * The name a machine is configured with: 8086, 80286, 386, 486, pentium, pentiummmx, pentiumpro.
   */
  public String id() {
    return id;
  }

  /** Number of physical address lines: 20, 24, 32 or 36. */
  public int addressLines() {
    return addressLines;
  }

  /** Bytes an instruction may have, prefixes included, before it is #GP; 0 means no limit. */
  public int lengthLimit() {
    return lengthLimit;
  }

  /** What a shift or rotate count is masked with: the 8086 uses all eight bits (386 PRM 15.6). */
  public int shiftCountMask() {
    return shiftCountMask;
  }

  /**
   * EFLAGS after reset; the 8086 reads its four top bits as ones (386 PRM 15.6, "Flags in stack").
   */
  public int resetFlags() {
    return resetFlags;
  }

  /** Type, family, model, stepping: EDX after reset, and EAX of CPUID leaf 1. */
  public int signature() {
    return signature;
  }

  /** EDX of CPUID leaf 1; 0 before CPUID existed. See {@link Feature}. */
  public int features() {
    return features;
  }

  /** Highest basic CPUID leaf; 0 when the model has no CPUID instruction. */
  public int maxCpuidLeaf() {
    return maxCpuidLeaf;
  }

  /** Which instructions leave flags that the manual calls undefined otherwise than a P6. */
  public UndefinedFlags undefinedFlags() {
    return undefinedFlags;
  }

  /** Whether this model has everything {@code older} introduced. */
  public boolean isAtLeast(CpuModel older) {
    return compareTo(older) >= 0;
  }

  /** Whether all of the {@link Feature} bits given are present. */
  public boolean has(int featureBits) {
    return (features & featureBits) == featureBits;
  }

  /**
   * Whether PUSH SP stores SP as it was before the push; the 8086 stores it after (386 PRM 15.6).
   */
  public boolean pushesOldSp() {
    return isAtLeast(I80286);
  }

  /**
   * Whether a word at offset FFFF has its second byte at offset 0, and IP goes on from FFFF to 0:
   * the 8086 knows no limits (386 PRM 15.6, "Operand crossing" and "Sequential execution").
   */
  public boolean wrapsOffsets() {
    return this == I8086;
  }

  /**
   * Whether an access beyond the limit of SS is #SS in real mode, too; the 286 knows one interrupt
   * 13 for all segments there (iAPX 286 Programmer's Reference, table 5-2, "segment overrun"; the
   * 386 has both, 386 PRM 14.5).
   */
  public boolean hasStackFaultInRealMode() {
    return isAtLeast(I386);
  }

  /**
   * Whether what a string instruction or a POP did to pointers stays when its access is beyond a
   * segment in real mode: so it was seen on silicon of the 286, whose manual promises restart in
   * protected mode only.
   */
  public boolean leavesOverrunHalfDone() {
    return this == I80286;
  }

  /**
   * Whether the scale of a SIB byte without an index is that of the base: only the first processor
   * with SIB bytes computes so what its manual does not mention (test386.asm, run on a 386SX).
   */
  public boolean scalesLoneBase() {
    return this == I386;
  }

  /**
   * Whether POPAD with a 16-bit stack pointer loads the upper half of ESP from the stack (the same
   * source; the manuals of all have the value discarded).
   */
  public boolean popsUpperHalfOfEsp() {
    return this == I386;
  }

  /** Whether encodings that mean nothing raise #UD; the 8086 has no such trap (386 PRM 15.6). */
  public boolean trapsUndefined() {
    return isAtLeast(I80286);
  }

  /**
   * The model with that {@link #id()}.
   *
   * @throws IllegalArgumentException if there is none; the message lists those that exist
   */
  public static CpuModel named(String id) {
    String wanted = id.toLowerCase(Locale.ROOT);
    StringBuilder known = new StringBuilder();
    for (CpuModel model : values()) {
      if (model.id.equals(wanted)) {
        return model;
      }
      known.append(known.length() == 0 ? "" : ", ").append(model.id);
    }
    throw new IllegalArgumentException("no CPU model '" + id + "'; known are " + known);
  }
}
