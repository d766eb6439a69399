package dev.biosgateway.x86;

import dev.biosgateway.x86.cpu.InterruptUnit;
import dev.biosgateway.x86.device.ResetKind;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** How a run of a machine ended. */
public final class Stop {
  /** Why it ended. */
  public enum Reason {
    /** As many instructions as allowed have retired; running again goes on with the next one. */
    BUDGET,
    /** HLT, and neither an interrupt nor an event can ever end it. */
    HALTED,
    /** A fault while a double fault was delivered; only a reset helps. See {@link #shutdown()}. */
    TRIPLE_FAULT,
    /** A device asked for a reset, see {@link #reset()}; {@link Machine#reset} carries it out. */
    RESET_REQUESTED,
    /** A device switched the power off; only {@link Machine#reset} by power-on goes on. */
    POWER_OFF,
    /** A trap asked to stop, before the instruction at its address. */
    TRAP,
    /** {@link Machine#interrupt} was called. */
    INTERRUPTED,
    /** A filter, guard or limit refused an access; the instruction has not happened. */
    ACCESS_DENIED
  }

  private final Reason reason;
  private final Supplier<String> detail;
  private final long instructions;
  private final InterruptUnit.Shutdown shutdown;
  private final ResetKind reset;

  Stop(
      Reason reason,
      Supplier<String> detail,
      long instructions,
      InterruptUnit.Shutdown shutdown,
      ResetKind reset) {
    this.reason = Objects.requireNonNull(reason, "reason");
    this.detail = Objects.requireNonNull(detail, "detail");
    this.instructions = instructions;
    this.shutdown = shutdown;
    this.reset = reset;
  }

  public Reason reason() {
    return reason;
  }

  /** A sentence for people: what happened and where. */
  public String detail() {
    return detail.get();
  }

  /** Instructions that retired in this run, exactly; each pass of a REP counts. */
  public long instructions() {
    return instructions;
  }

  /** The fault that began it, with {@link Reason#TRIPLE_FAULT}. */
  public Optional<InterruptUnit.Shutdown> shutdown() {
    return Optional.ofNullable(shutdown);
  }

  /** What kind of reset, with {@link Reason#RESET_REQUESTED}. */
  public Optional<ResetKind> reset() {
    return Optional.ofNullable(reset);
  }

  @Override
  public String toString() {
    return "%s after %d instructions: %s".formatted(reason, instructions, detail());
  }
}
