package dev.biosgateway.api;

/** What a call leaves behind in the machine. */
public enum Isolation {
  /** Memory and devices are afterwards as before; only the declared outputs come out. */
  ROLLBACK,
  /**
   * What the routine changed stays, and later calls of the same {@link Session} see it: a mode that
   * was set, a hooked vector. Only sessions take such calls: all others run on machines that belong
   * to every caller.
   */
  KEEP
}
