package dev.biosgateway.runtime;

import dev.biosgateway.api.spi.MachineTemplate;
import java.util.Set;

/**
 * One choice of programs, mapped and frozen: what the machines of a pool are clones of. When a
 * program comes or goes there is another generation; calls that have begun end on theirs.
 */
final class Generation {
  /** Of a machine into which programs are just being mapped. */
  static final Generation TO_COME = new Generation(null, Set.of());

  private final MachineTemplate template;
  private final Set<RegisteredProgram> programs;
  private volatile boolean retired;

  Generation(MachineTemplate template, Set<RegisteredProgram> programs) {
    this.template = template;
    this.programs = Set.copyOf(programs);
  }

  /** What its machines are clones of. */
  MachineTemplate template() {
    return template;
  }

  boolean holds(RegisteredProgram program) {
    return programs.contains(program);
  }

  Set<RegisteredProgram> programs() {
    return programs;
  }

  /** Whether another generation has taken its place: no call begins on it any more. */
  boolean retired() {
    return retired;
  }

  void retire() {
    retired = true;
  }
}
