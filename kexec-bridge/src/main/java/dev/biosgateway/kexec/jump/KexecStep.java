package dev.biosgateway.kexec.jump;

/**
 * The steps of kernel_kexec() with KEXEC_PRESERVE_CONTEXT (kernel/kexec_core.c), in order. On the
 * way back they are undone in reverse; when a step fails, those before it are.
 */
public enum KexecStep {
  /** pm_prepare_console(). The host has no virtual terminals: announced only. */
  PREPARE_CONSOLE("Restore_console"),
  /** freeze_processes(). Callers are the only processes; the jump's lock keeps them out. */
  FREEZE_PROCESSES("Restore_console"),
  /** suspend_console(). From here on, what comes out of the debug port is the image's. */
  SUSPEND_CONSOLE("Resume_console"),
  /** dpm_suspend_start(PMSG_FREEZE): phase FREEZE of every device. */
  DPM_SUSPEND_START("Resume_devices"),
  /** dpm_suspend_end(PMSG_FREEZE): phase LATE of every device, then phase NOIRQ. */
  DPM_SUSPEND_END("Enable_cpus"),
  /** suspend_disable_secondary_cpus(). The board has one processor: announced only. */
  DISABLE_SECONDARY_CPUS("Enable_cpus"),
  /** local_irq_disable(). */
  LOCAL_IRQ_DISABLE("Enable_irqs"),
  /** syscore_suspend(): interrupt controllers and timers, whose registers are kept. */
  SYSCORE_SUSPEND("Enable_irqs"),
  /** machine_kexec(): the jump, and the jump back. */
  MACHINE_KEXEC("Enable_irqs");

  private final String label;

  KexecStep(String label) {
    this.label = label;
  }

  /** The label in kernel_kexec() at which undoing begins once this step is done. */
  public String label() {
    return label;
  }
}
