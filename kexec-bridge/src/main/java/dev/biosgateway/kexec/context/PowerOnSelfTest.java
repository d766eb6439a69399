package dev.biosgateway.kexec.context;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.cpu.Trap;
import dev.biosgateway.x86.device.ResetKind;

/**
 * Lets a machine's firmware do its POST, up to where it would boot: its INT 19h is called, or a
 * boot sector entered. Then its services are all there, and nothing has used them yet.
 */
public final class PowerOnSelfTest {
  /** Entry of INT 19h in every PC's BIOS (IBM PC AT Technical Reference, BIOS entry points). */
  private static final int BOOTSTRAP_LOADER = 0xfe6f2;

  private static final int BOOT_SECTOR = 0x7c00;

  /** Instructions a POST may take; SeaBIOS takes 7 million. */
  private static final long BUDGET = 2_000_000_000L;

  private PowerOnSelfTest() {}

  /**
   * Runs it.
   *
   * @throws InvalidRequestException when the firmware does not come so far, with where it is
   */
  public static void run(Machine machine) {
    machine.setTrap(BOOTSTRAP_LOADER, cpu -> Trap.Outcome.STOP);
    machine.setTrap(BOOT_SECTOR, cpu -> Trap.Outcome.STOP);
    try {
      long begin = machine.clock().retiredInstructions();
      Stop stop = machine.run(BUDGET);
      while (stop.reason() == Stop.Reason.RESET_REQUESTED
          && machine.clock().retiredInstructions() - begin < BUDGET) {
        machine.reset(stop.reset().orElse(ResetKind.HARD));
        stop = machine.run(BUDGET);
      }
      if (stop.reason() != Stop.Reason.TRAP) {
        throw new InvalidRequestException(
            "firmware "
                + machine.config().fitting().firmware().system().orElseThrow()
                + ": expected its POST to come to INT 19h, found "
                + stop);
      }
    } finally {
      machine.setTrap(BOOTSTRAP_LOADER, null);
      machine.setTrap(BOOT_SECTOR, null);
    }
  }
}
