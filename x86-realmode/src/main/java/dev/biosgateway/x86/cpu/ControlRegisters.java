package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;

/**
 * CR0 to CR4: what may be written and what a write sets off (SDM vol. 3, 2.5 "Control Registers",
 * 4.1.2 "Paging-Mode Enabling", 4.10.4.1 "Operations that Invalidate TLBs").
 */
public final class ControlRegisters {
  private static final int CR0_386 = Cpu.CR0_PE | Cpu.CR0_MP | Cpu.CR0_EM | Cpu.CR0_TS | Cpu.CR0_PG;
  private static final int CR0_486 =
      CR0_386 | Cpu.CR0_NE | Cpu.CR0_WP | Cpu.CR0_AM | Cpu.CR0_NW | Cpu.CR0_CD;
  private static final int LMSW_BITS = Cpu.CR0_PE | Cpu.CR0_MP | Cpu.CR0_EM | Cpu.CR0_TS;

  private final Cpu cpu;
  private final int cr0Writable;
  private final int cr4Writable;

  ControlRegisters(Cpu cpu) {
    this.cpu = cpu;
    this.cr0Writable = cpu.model.isAtLeast(CpuModel.I486) ? CR0_486 : CR0_386;
    this.cr4Writable = cr4Bits(cpu.model);
  }

  private static int cr4Bits(CpuModel model) {
    int bits = 0;
    bits |= model.has(CpuModel.Feature.VME) ? Cpu.CR4_VME | Cpu.CR4_PVI : 0;
    bits |= model.has(CpuModel.Feature.TSC) ? Cpu.CR4_TSD : 0;
    bits |= model.has(CpuModel.Feature.DE) ? Cpu.CR4_DE : 0;
    bits |= model.has(CpuModel.Feature.PSE) ? Cpu.CR4_PSE : 0;
    bits |= model.has(CpuModel.Feature.PAE) ? Cpu.CR4_PAE : 0;
    bits |= model.has(CpuModel.Feature.MCE) ? Cpu.CR4_MCE : 0;
    bits |= model.has(CpuModel.Feature.PGE) ? Cpu.CR4_PGE : 0;
    bits |= model.isAtLeast(CpuModel.PENTIUM_MMX) ? Cpu.CR4_PCE : 0;
    return bits;
  }

  // ---- handlers

  /** 0F 20: MOV r32, CRn. */
  static void read(Cpu cpu, Insn insn) {
    cpu.controlRegisters.requireExists(insn.src);
    cpu.requireRing0();
    cpu.gpr[insn.dst] =
        switch (insn.src) {
          case 0 -> cpu.cr0;
          case 2 -> cpu.cr2;
          case 3 -> cpu.cr3;
          case 4 -> cpu.cr4;
          default -> throw new IllegalStateException("CR" + insn.src + " passed requireExists");
        };
  }

  /** 0F 22: MOV CRn, r32. */
  static void write(Cpu cpu, Insn insn) {
    ControlRegisters c = cpu.controlRegisters;
    c.requireExists(insn.dst);
    cpu.requireRing0();
    int value = cpu.gpr[insn.src];
    switch (insn.dst) {
      case 0 -> c.writeCr0(value);
      case 2 -> c.writeCr2(value);
      case 3 -> c.writeCr3(value);
      case 4 -> c.writeCr4(value);
      default -> throw new IllegalStateException("CR" + insn.dst + " passed requireExists");
    }
  }

  /** 0F 01 /4: SMSW, allowed at every ring (SDM vol. 2B, SMSW). */
  static void smsw(Cpu cpu, Insn insn) {
    DescriptorInstructions.storeWord(cpu, insn, cpu.cr0);
  }

  /** 0F 01 /6: LMSW can set PE but not clear it (SDM vol. 2A, LMSW). */
  static void lmsw(Cpu cpu, Insn insn) {
    cpu.requireRing0();
    int bits = DescriptorInstructions.loadWord(cpu, insn, insn.dst) & LMSW_BITS;
    cpu.controlRegisters.writeCr0(
        cpu.cr0 & ~(LMSW_BITS & ~Cpu.CR0_PE) | bits | cpu.cr0 & Cpu.CR0_PE);
  }

  /** 0F 06: CLTS. */
  static void clts(Cpu cpu, Insn insn) {
    cpu.requireRing0();
    cpu.cr0 &= ~Cpu.CR0_TS;
  }

  /**
   * 0F 01 /7: INVLPG; the address is formed without looking at the segment's limit, and nothing is
   * accessed (SDM vol. 3, 4.10.4.1).
   */
  static void invlpg(Cpu cpu, Insn insn) {
    cpu.requireRing0();
    cpu.paging.invalidate(cpu.segments[insn.segment].base + insn.address(cpu.gpr));
  }

  /** 0F 08, 0F 09: INVD and WBINVD; there are no caches to lose or to write back. */
  static void invalidateCaches(Cpu cpu, Insn insn) {
    cpu.requireRing0();
  }

  // ---- writes

  /**
   * Sets CR0; bits the model lacks keep their value. What of it empties the TLB: SDM vol. 3,
   * 4.10.4.1.
   *
   * @throws CpuException #GP(0) for PG without PE, NW without CD, and bad PDPTEs
   */
  public void writeCr0(int value) {
    int now = cpu.cr0 & ~cr0Writable | value & cr0Writable;
    boolean pagesReal = (now & Cpu.CR0_PG) != 0 && (now & Cpu.CR0_PE) == 0;
    boolean writesAround = (now & Cpu.CR0_NW) != 0 && (now & Cpu.CR0_CD) == 0;
    if (pagesReal || writesAround) {
      throw cpu.exception(CpuException.GP, 0);
    }
    int before = cpu.cr0;
    int changed = now ^ before;
    if ((changed & Cpu.CR0_PG) != 0 && now < 0 && (cpu.cr4 & Cpu.CR4_PAE) != 0) {
      cpu.paging.loadPdptes(cpu.cr3);
    }
    cpu.cr0 = now;
    if ((changed & Cpu.CR0_AM) != 0) {
      cpu.segmentation.review();
    }
    if ((changed & (Cpu.CR0_PG | Cpu.CR0_WP | Cpu.CR0_PE)) != 0) {
      cpu.paging.flush();
    }
    tell(0, before, now);
  }

  /** Sets CR3, which drops all translations but the global ones. */
  public void writeCr3(int value) {
    if (cpu.paging() && (cpu.cr4 & Cpu.CR4_PAE) != 0) {
      cpu.paging.loadPdptes(value);
    }
    int before = cpu.cr3;
    cpu.cr3 = value;
    cpu.paging.flushNonGlobal();
    tell(3, before, value);
  }

  /**
   * Sets CR4.
   *
   * @throws CpuException #GP(0) for a bit that the model does not have, and bad PDPTEs
   */
  public void writeCr4(int value) {
    if ((value & ~cr4Writable) != 0) {
      throw cpu.exception(CpuException.GP, 0);
    }
    int before = cpu.cr4;
    int changed = value ^ before;
    boolean translates = (changed & (Cpu.CR4_PSE | Cpu.CR4_PAE | Cpu.CR4_PGE)) != 0;
    if (translates && cpu.paging() && (value & Cpu.CR4_PAE) != 0) {
      cpu.paging.loadPdptes(cpu.cr3);
    }
    cpu.cr4 = value;
    if ((changed & Cpu.CR4_DE) != 0) {
      cpu.debug.review();
    }
    if (translates) {
      cpu.paging.flush();
    }
    tell(4, before, value);
  }

  private void writeCr2(int value) {
    int before = cpu.cr2;
    cpu.cr2 = value;
    tell(2, before, value);
  }

  private void tell(int register, int before, int now) {
    if (cpu.probe != null) {
      cpu.probe.controlRegister(cpu, register, before, now);
    }
  }

  /** CR0, CR2, CR3, and CR4 on models that have something to put into it; #UD for the others. */
  private void requireExists(int register) {
    boolean exists = register == 0 || register == 2 || register == 3;
    if (!exists && (register != 4 || cr4Writable == 0)) {
      throw cpu.exception(CpuException.UD);
    }
  }
}
