package dev.biosgateway.itests.conformance.boot;

import dev.biosgateway.api.boot.BootGoal;
import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.boot.BootSession;
import dev.biosgateway.testkit.bare.BareBoot;
import java.nio.file.Path;

/** Another process: saves a machine over itself again and again, until it is killed. */
public final class EndlessSaver {
  private EndlessSaver() {}

  /** Runs in the other process. */
  public static void main(String[] arguments) {
    Path file = Path.of(arguments[0]);
    try (BootSession machine = BareBoot.restore(file, BootRequest.builder().build())) {
      while (true) {
        machine.run(BootGoal.NONE.withBudget(1000));
        machine.save(file);
        System.out.println(machine.instructions());
      }
    }
  }
}
