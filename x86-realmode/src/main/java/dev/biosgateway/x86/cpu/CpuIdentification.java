package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.device.ApicBase;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;

/**
 * CPUID, whose answer {@link ProcessorIdentity} may change (SDM vol. 2, CPUID; AP-485 for the
 * models of the time).
 */
final class CpuIdentification {
  private static final int GENU = 0x756e6547;
  private static final int INEI = 0x49656e69;
  private static final int NTEL = 0x6c65746e;
  private static final int FEATURE_APIC = 1 << 9;

  private CpuIdentification() {}

  /** 0F A2: CPUID; a leaf above the highest one answers as the highest. */
  static void cpuid(Cpu cpu, Insn insn) {
    CpuModel model = cpu.model;
    int leaf = cpu.gpr[Cpu.EAX];
    int highest = model.maxCpuidLeaf();
    int[] answer = cpu.cpuidAnswer;
    switch (Integer.compareUnsigned(leaf, highest) > 0 ? highest : leaf) {
      case 0 -> answer(answer, highest, GENU, NTEL, INEI);
      case 1 -> answer(answer, model.signature(), 0, 0, features(cpu));
      // 4 KB pages: 32 code and 64 data TLB entries; 8 KB L1 each; 256 KB L2 (Pentium Pro).
      case 2 -> answer(answer, 0x03020101, 0, 0, 0x06040a42);
      default ->
          throw new IllegalStateException(
              "%s: no answer for CPUID leaf %d".formatted(model.id(), leaf));
    }
    cpu.identity.cpuid(leaf, cpu.gpr[Cpu.ECX], answer);
    cpu.gpr[Cpu.EAX] = answer[0];
    cpu.gpr[Cpu.EBX] = answer[1];
    cpu.gpr[Cpu.ECX] = answer[2];
    cpu.gpr[Cpu.EDX] = answer[3];
  }

  /** With the local APIC where the board has connected one and it is switched on. */
  private static int features(Cpu cpu) {
    ApicBase apic = cpu.pins.apicBase();
    return cpu.model.features() | (apic != null && apic.enabled() ? FEATURE_APIC : 0);
  }

  private static void answer(int[] into, int eax, int ebx, int ecx, int edx) {
    into[0] = eax;
    into[1] = ebx;
    into[2] = ecx;
    into[3] = edx;
  }
}
