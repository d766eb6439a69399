package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.device.ApicBase;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.state.Section;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * RDMSR, WRMSR, RDTSC and RDPMC, and the registers behind them (SDM vol. 3, appendix B, P5 and P6
 * tables). The time-stamp counter is virtual time: one tick a nanosecond. An MSR that is not in the
 * table is #GP, as on silicon, and recorded.
 */
public final class ModelSpecificRegisters {
  static final int TSC = 0x10;
  static final int SYSENTER_CS = 0x174;
  static final int SYSENTER_ESP = 0x175;
  static final int SYSENTER_EIP = 0x176;
  private static final int APIC_BASE = 0x1b;
  private static final int BIOS_UPDT_TRIG = 0x79;
  private static final int BIOS_SIGN_ID = 0x8b;
  private static final int PERFCTR0 = 0xc1;
  private static final int MTRR_CAP = 0xfe;
  private static final int MCG_CAP = 0x179;
  private static final int EVNTSEL0 = 0x186;
  private static final int EVNTSEL_ENABLE = 1 << 22;
  private static final int P5_CESR = 0x11;
  private static final int P5_CTR0 = 0x12;

  private final Cpu cpu;

  /** The registers of this model that simply keep what is written, by number. */
  private final Map<Integer, Long> values = new TreeMap<>();

  /** Names of the fields in a section, in the order of the registers. */
  private String[] fields = {};

  /** Whether one was written since the last {@link #restore}. */
  private boolean changed = true;

  /** What WRMSR to the time-stamp counter added to virtual time. */
  private long tscOffset;

  ModelSpecificRegisters(Cpu cpu) {
    this.cpu = cpu;
    reset();
  }

  // ---- handlers

  /** 0F 32: RDMSR. */
  static void rdmsr(Cpu cpu, Insn insn) {
    cpu.retirement.beginAccess();
    cpu.requireRing0();
    OptionalLong given = cpu.identity.readMsr(cpu.gpr[Cpu.ECX]);
    cpu.msrs.answer(given.isPresent() ? given.getAsLong() : cpu.msrs.read(cpu.gpr[Cpu.ECX]));
  }

  /** 0F 30: WRMSR. */
  static void wrmsr(Cpu cpu, Insn insn) {
    cpu.retirement.beginAccess();
    cpu.requireRing0();
    long value = (long) cpu.gpr[Cpu.EDX] << 32 | cpu.gpr[Cpu.EAX] & 0xffffffffL;
    if (!cpu.identity.writeMsr(cpu.gpr[Cpu.ECX], value)) {
      cpu.msrs.write(cpu.gpr[Cpu.ECX], value);
    }
  }

  /** 0F 31: RDTSC; CR4.TSD keeps it for ring 0. */
  static void rdtsc(Cpu cpu, Insn insn) {
    cpu.retirement.beginAccess();
    if ((cpu.cr4 & Cpu.CR4_TSD) != 0) {
      cpu.requireRing0();
    }
    cpu.msrs.answer(cpu.msrs.timeStamp());
  }

  /** 0F 33: RDPMC; CR4.PCE opens it to all rings. */
  static void rdpmc(Cpu cpu, Insn insn) {
    if ((cpu.cr4 & Cpu.CR4_PCE) == 0) {
      cpu.requireRing0();
    }
    int counter = cpu.gpr[Cpu.ECX];
    if (counter != 0 && counter != 1) {
      throw cpu.exception(CpuException.GP, 0);
    }
    boolean p6 = cpu.model.isAtLeast(CpuModel.PENTIUM_PRO);
    cpu.msrs.answer(cpu.msrs.values.get((p6 ? PERFCTR0 : P5_CTR0) + counter));
  }

  // ---- registers

  /** The time-stamp counter, up to the instruction that is executed. */
  public long timeStamp() {
    cpu.retirement.beginAccess();
    return cpu.clock.nanos() + tscOffset;
  }

  /**
   * Reads a register.
   *
   * @throws CpuException #GP(0) when the model has none of that number
   */
  public long read(int number) {
    if (number == TSC) {
      return timeStamp();
    }
    Long value = values.get(number);
    ApicBase apic = cpu.pins.apicBase();
    if (number == APIC_BASE && value != null && apic != null) {
      return apic.read();
    }
    if (value == null) {
      cpu.unmodelled.record("rdmsr 0x%x", number);
      throw cpu.exception(CpuException.GP, 0);
    }
    return value;
  }

  /**
   * Writes a register.
   *
   * @throws CpuException #GP(0) when the model has none of that number, or it is read-only
   */
  public void write(int number, long value) {
    changed = true;
    if (number == TSC) {
      // P5 and P6 load the low half and clear the high one (SDM vol. 3, 17.17.3).
      tscOffset += (value & 0xffffffffL) - timeStamp();
      return;
    }
    if (!values.containsKey(number)) {
      cpu.unmodelled.record("wrmsr 0x%x", number);
      throw cpu.exception(CpuException.GP, 0);
    }
    ApicBase apic = cpu.pins.apicBase();
    if (number == APIC_BASE && apic != null) {
      cpu.bus.touched.touchAll();
      if (!apic.write(value)) {
        throw cpu.exception(CpuException.GP, 0);
      }
      return;
    }
    if (number == MTRR_CAP || number == MCG_CAP) {
      throw cpu.exception(CpuException.GP, 0);
    }
    if (number == P5_CESR && value != 0
        || number >= EVNTSEL0 && number <= EVNTSEL0 + 1 && (value & EVNTSEL_ENABLE) != 0) {
      cpu.unmodelled.record("performance counter enabled");
    }
    values.put(number, value);
  }

  private void answer(long value) {
    cpu.gpr[Cpu.EAX] = (int) value;
    cpu.gpr[Cpu.EDX] = (int) (value >>> 32);
  }

  /** Puts the registers into their reset state. */
  void reset() {
    changed = true;
    values.clear();
    tscOffset = -cpu.clock.nanos();
    if (cpu.model == CpuModel.PENTIUM || cpu.model == CpuModel.PENTIUM_MMX) {
      // P5_MC_ADDR, P5_MC_TYPE, CESR, CTR0, CTR1.
      zero(0x00, 0x01);
      zero(P5_CESR, 0x13);
    } else if (cpu.model.isAtLeast(CpuModel.PENTIUM_PRO)) {
      resetP6();
    }
    if (fields.length != values.size()) {
      fields =
          values.keySet().stream()
              .map(msr -> "msr" + Integer.toHexString(msr))
              .toArray(String[]::new);
    }
  }

  private void resetP6() {
    zero(0x00, 0x01);
    // Where a board has no local APIC: base at its default, enable bit clear.
    values.put(APIC_BASE, 0xfee00100L);
    // EBL_CR_POWERON; microcode update trigger and signature; counters.
    zero(0x2a, 0x2a);
    zero(BIOS_UPDT_TRIG, BIOS_UPDT_TRIG);
    zero(BIOS_SIGN_ID, BIOS_SIGN_ID);
    zero(PERFCTR0, PERFCTR0 + 1);
    // Eight variable ranges, fixed ranges, write combining.
    values.put(MTRR_CAP, 0x508L);
    zero(SYSENTER_CS, SYSENTER_EIP);
    values.put(MCG_CAP, 5L);
    zero(0x17a, 0x17b);
    zero(EVNTSEL0, EVNTSEL0 + 1);
    // DEBUGCTL, last branch and last exception records.
    zero(0x1d9, 0x1d9);
    zero(0x1db, 0x1de);
    zero(0x200, 0x20f);
    zero(0x250, 0x250);
    zero(0x258, 0x259);
    zero(0x268, 0x26f);
    zero(0x2ff, 0x2ff);
    // Five machine-check banks: control, status, address; no miscellaneous registers.
    for (int bank = 0; bank < 5; bank++) {
      zero(0x400 + 4 * bank, 0x402 + 4 * bank);
    }
  }

  private void zero(int first, int last) {
    for (int number = first; number <= last; number++) {
      values.put(number, 0L);
    }
  }

  void save(Section out) {
    out.put("tscOffset", tscOffset);
    int i = 0;
    for (long value : values.values()) {
      out.put(fields[i++], value);
    }
  }

  void restore(Section in) {
    tscOffset = in.getLong("tscOffset");
    int i = 0;
    for (Map.Entry<Integer, Long> register : values.entrySet()) {
      register.setValue(in.getLong(fields[i++]));
    }
    changed = false;
  }

  /** As {@link #restore} of the same section as the last time. */
  void rewind(Section in) {
    if (changed) {
      restore(in);
    } else {
      in.skip(1 + fields.length);
    }
  }
}
