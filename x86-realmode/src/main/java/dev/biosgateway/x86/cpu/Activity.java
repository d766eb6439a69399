package dev.biosgateway.x86.cpu;

/** The activity state of the CPU (SDM vol. 3, 24.4.2). */
public enum Activity {
  /** Executes instructions. */
  ACTIVE,
  /** After HLT: an unmasked interrupt, an NMI or a reset wakes it. */
  HLT,
  /** After a triple fault: only a reset ends it, see {@link InterruptUnit#shutdown()}. */
  SHUTDOWN
}
