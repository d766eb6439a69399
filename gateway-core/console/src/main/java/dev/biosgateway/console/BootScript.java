package dev.biosgateway.console;

import dev.biosgateway.api.boot.BootEnd;
import dev.biosgateway.api.boot.BootGoal;
import dev.biosgateway.api.boot.BootResult;
import dev.biosgateway.api.boot.BootSession;
import java.time.Duration;
import java.util.List;

/**
 * Types and sends one thing after the other, each when its time has come, then runs to the goal.
 * All of it is one run: its limits count from the beginning.
 */
final class BootScript {
  private final BootSession machine;
  private final List<BootStep> steps;
  private final BootProgress progress;
  private long instructions;
  private Duration guestTime = Duration.ZERO;
  private Duration elapsed = Duration.ZERO;
  private int resets;

  BootScript(BootSession machine, List<BootStep> steps, BootProgress progress) {
    this.machine = machine;
    this.steps = steps;
    this.progress = progress;
  }

  BootResult run(BootGoal goal) {
    for (BootStep step : steps) {
      if (step.after().isPresent()) {
        BootResult result = part(left(goal).withText(step.after().get()));
        if (result.end() != BootEnd.MATCHED) {
          return result;
        }
      }
      step.perform(machine);
    }
    return part(left(goal));
  }

  /** What earlier parts have left of the limits; at least the least, so that its end is said. */
  private BootGoal left(BootGoal goal) {
    Duration time = goal.timeout().minus(elapsed);
    return new BootGoal(
        goal.text(),
        time.isNegative() || time.isZero() ? Duration.ofNanos(1) : time,
        Math.max(1, goal.budget() - instructions));
  }

  private BootResult part(BootGoal goal) {
    BootResult result = machine.run(goal, progress);
    instructions += result.instructions();
    guestTime = guestTime.plus(result.guestTime());
    elapsed = elapsed.plus(result.elapsed());
    resets += result.resets();
    return new BootResult(
        result.end(), result.reason(), result.match(), instructions, guestTime, elapsed, resets);
  }
}
