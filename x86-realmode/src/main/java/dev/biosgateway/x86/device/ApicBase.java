package dev.biosgateway.x86.device;

/** The base address register of a local APIC, MSR 1Bh, as the CPU's instructions reach it. */
public interface ApicBase {

  /** The register: address in bits 12 to 35, enable in bit 11, bootstrap processor in bit 8. */
  long read();

  /**
   * Writes the register.
   *
   * @return false when a reserved bit is set, which is #GP(0)
   */
  boolean write(long value);

  /** Whether the APIC is switched on, which is what CPUID says. */
  boolean enabled();
}
