package dev.biosgateway.itests.benchmarks;

import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.Stop;
import java.io.IOException;
import java.io.Serial;

/**
 * How long a lap of a guest is: counted on our machine, which counts exactly.
 *
 * @param iterations in a lap
 * @param instructions from marker S to marker E, each pass of REP counted
 * @param checksum that the guest comes to
 */
record LapLength(int iterations, long instructions, String checksum) {
  /** Instructions in which a lap of two iterations has ended, or never will. */
  private static final long PATIENCE = 100_000_000;

  /** A guest whose lap does not end on a machine without firmware. */
  static final class NoLapException extends Exception {
    @Serial private static final long serialVersionUID = 1;

    NoLapException(String message) {
      super(message);
    }
  }

  /** A lap of about as many instructions. */
  static LapLength about(GuestImage guest, long instructions) throws IOException, NoLapException {
    long one = of(guest, 1, PATIENCE).instructions;
    long each = Math.max(1, of(guest, 2, PATIENCE).instructions - one);
    int iterations = (int) Math.max(1, Math.min(Integer.MAX_VALUE, instructions / each));
    return of(guest, iterations, instructions + 2 * PATIENCE);
  }

  private static LapLength of(GuestImage guest, int iterations, long budget)
      throws IOException, NoLapException {
    Machine machine = GuestProcess.machine(guest, iterations, 1);
    long[] begun = {0};
    long[] ended = {0};
    machine
        .console()
        .setListener(
            b -> {
              if (b == 'S' || b == 'E') {
                (b == 'S' ? begun : ended)[0] = machine.clock().retiredInstructions();
              }
            });
    Stop stop = machine.run(budget);
    String said = machine.console().text();
    int end = said.indexOf('E');
    if (stop.reason() != Stop.Reason.HALTED || end < 0 || said.length() < end + 9) {
      throw new NoLapException("no lap ends without firmware: " + stop);
    }
    return new LapLength(iterations, ended[0] - begun[0], said.substring(end + 1, end + 9));
  }
}
