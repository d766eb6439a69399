package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;

/** CPUID (SDM vol. 2, CPUID; AP-485 for the models of the time). */
final class CpuIdentification {
  private static final int GENU = 0x756e6547;
  private static final int INEI = 0x49656e69;
  private static final int NTEL = 0x6c65746e;

  private CpuIdentification() {}

  /** 0F A2: CPUID; a leaf above the highest one answers as the highest. */
  static void cpuid(Cpu cpu, Insn insn) {
    CpuModel model = cpu.model;
    int leaf = cpu.gpr[Cpu.EAX];
    int highest = model.maxCpuidLeaf();
    switch (Integer.compareUnsigned(leaf, highest) > 0 ? highest : leaf) {
      case 0 -> answer(cpu, highest, GENU, NTEL, INEI);
      case 1 -> answer(cpu, model.signature(), 0, 0, model.features());
      // 4 KB pages: 32 code and 64 data TLB entries; 8 KB L1 each; 256 KB L2 (Pentium Pro).
      case 2 -> answer(cpu, 0x03020101, 0, 0, 0x06040a42);
      default ->
          throw new IllegalStateException(
              "%s: no answer for CPUID leaf %d".formatted(model.id(), leaf));
    }
  }

  private static void answer(Cpu cpu, int eax, int ebx, int ecx, int edx) {
    cpu.gpr[Cpu.EAX] = eax;
    cpu.gpr[Cpu.EBX] = ebx;
    cpu.gpr[Cpu.ECX] = ecx;
    cpu.gpr[Cpu.EDX] = edx;
  }
}
