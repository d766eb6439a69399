package dev.biosgateway.kexec.service;

import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.kexec.KexecOutcome;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.device.uart.Uart16550;
import java.util.Optional;
import java.util.OptionalLong;

/** A machine that is a guest kernel's own: nobody waits for it to come back. */
final class FreeRun {
  /** Instructions between two looks at the console. */
  private static final long SLICE = 1_000_000;

  private final Machine machine;

  FreeRun(Machine machine) {
    this.machine = machine;
  }

  /**
   * Lets it run until the kernel has written a text, it stops, or the budget is used up.
   *
   * @return RETURNED if the text was written
   */
  KexecOutcome until(Optional<String> text, long budget) {
    machine.console().clear();
    long before = machine.clock().retiredInstructions();
    long left = budget;
    while (true) {
      Stop stop = machine.run(Math.min(left, SLICE));
      left -= stop.instructions();
      machine.devices().stream()
          .filter(Uart16550.class::isInstance)
          .map(Uart16550.class::cast)
          .forEach(Uart16550::drain);
      String console = machine.console().text();
      boolean shown = text.map(console::contains).orElse(false);
      StopReason reason = shown ? StopReason.RETURNED : reason(stop, left);
      if (reason != null) {
        return new KexecOutcome(
            reason,
            shown ? "" : stop.detail(),
            console,
            OptionalLong.empty(),
            0,
            machine.clock().retiredInstructions() - before);
      }
    }
  }

  /** Why it ends here; null if it goes on. */
  private static StopReason reason(Stop stop, long left) {
    return switch (stop.reason()) {
      case BUDGET -> left > 0 ? null : StopReason.BUDGET;
      case HALTED -> StopReason.HALTED;
      case TRIPLE_FAULT -> StopReason.TRIPLE_FAULT;
      case INTERRUPTED -> StopReason.CANCELLED;
      case ACCESS_DENIED -> StopReason.POLICY;
      case TRAP -> throw new IllegalStateException("a trap that nobody set: " + stop);
      case RESET_REQUESTED, POWER_OFF -> StopReason.SHUTDOWN;
    };
  }
}
