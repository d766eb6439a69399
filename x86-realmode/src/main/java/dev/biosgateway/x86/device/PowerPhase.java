package dev.biosgateway.x86.device;

/**
 * The phases of suspending devices before a kexec jump, in the order of kernel_kexec(); resuming
 * goes through them in reverse.
 */
public enum PowerPhase {
  /** dpm_suspend_start(PMSG_FREEZE): devices finish or refuse what they are doing. */
  FREEZE,
  /** dpm_suspend_late() of dpm_suspend_end(): still with interrupts. */
  LATE,
  /** dpm_suspend_noirq() of dpm_suspend_end(): device interrupts are off. */
  NOIRQ,
  /** syscore_suspend(): timers and interrupt controllers, with the CPU's interrupts off. */
  SYSCORE
}
