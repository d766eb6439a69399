package dev.biosgateway.api;

/** Why a call ended. Only {@link #RETURNED} means that the routine did what it was called for. */
public enum StopReason {
  /** The routine came back to its caller: IRET, RETF or RET through the jump-back address. */
  RETURNED,
  /** HLT with no interrupt that could ever end it. */
  HALTED,
  /** The budget of instructions is used up; exactly that many retired. */
  BUDGET,
  /** The wall-clock limit has passed. */
  TIMEOUT,
  /** The call's policy refused an access; {@link CallResult#reason()} names the rule. */
  POLICY,
  /** An exception that no guest handler took; {@link CallResult#fault()} has it. */
  FAULT,
  /**
   * A fault while a double fault was delivered: the processor shut down (Intel SDM 3, 6.15). {@link
   * CallResult#fault()} has the first of them.
   */
  TRIPLE_FAULT,
  /** The guest asked the machine to reset or to power off. */
  SHUTDOWN,
  /** The gateway ended the call because it closes or the program is being removed. */
  CANCELLED
}
