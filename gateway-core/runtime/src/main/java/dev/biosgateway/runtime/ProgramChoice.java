package dev.biosgateway.runtime;

import dev.biosgateway.api.spi.GuestMachine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which of all programs are to be in the machine: those whose requirements are there, of each name
 * the best one, but for those whose interrupts higher ranked ones serve.
 */
final class ProgramChoice {
  private ProgramChoice() {}

  /**
   * The programs to be mapped, in machine order; says to the others what keeps them out.
   *
   * @param programs all there are; those that failed are left out
   * @param mapped those in the machine now, some of which may have gone from {@code programs}
   * @param machine {@link GuestMachine#attributes}; null if there is no machine that could be asked
   */
  static List<RegisteredProgram> of(
      Collection<RegisteredProgram> programs,
      Collection<RegisteredProgram> mapped,
      Map<String, Object> machine) {
    List<RegisteredProgram> best = new ArrayList<>();
    Map<String, RegisteredProgram> byName = new LinkedHashMap<>();
    for (RegisteredProgram program : resolved(programs, mapped, machine)) {
      RegisteredProgram namesake = byName.get(program.name());
      RegisteredProgram better = namesake == null ? servesAllOf(program, best) : namesake;
      program.shadowedBy(better);
      if (better == null) {
        byName.put(program.name(), program);
        best.add(program);
      }
    }
    best.sort(RegisteredProgram.MACHINE_ORDER);
    return best;
  }

  /** Whether any program requires something, so that the machine's attributes matter. */
  static boolean requiresAnything(Collection<RegisteredProgram> programs) {
    return programs.stream().anyMatch(program -> !program.requirements().isEmpty());
  }

  /**
   * The programs whose requirements are there, the best first: those of the machine, and in turn
   * those of other programs, until no further one drops out.
   */
  private static List<RegisteredProgram> resolved(
      Collection<RegisteredProgram> programs,
      Collection<RegisteredProgram> mapped,
      Map<String, Object> machine) {
    List<RegisteredProgram> left =
        programs.stream()
            .filter(program -> program.failure() == null)
            .sorted(RegisteredProgram.BEST_FIRST)
            .toList();
    left.forEach(program -> program.missing(null));
    if (machine == null) {
      return left;
    }
    List<String> soldered = new ArrayList<>(devices(machine));
    mapped.stream().filter(RegisteredProgram::isDevice).forEach(p -> soldered.remove(p.name()));
    while (true) {
      Map<String, Object> having = new HashMap<>(machine);
      List<String> present = new ArrayList<>(soldered);
      left.stream()
          .filter(RegisteredProgram::isDevice)
          .forEach(program -> present.add(program.name()));
      having.put("device", present);
      List<Map<String, Object>> capabilities =
          left.stream().map(RegisteredProgram::capability).toList();
      List<RegisteredProgram> next = new ArrayList<>();
      for (RegisteredProgram program : left) {
        String missing = program.requirements().missing(having, capabilities).orElse(null);
        program.missing(missing);
        if (missing == null) {
          next.add(program);
        }
      }
      if (next.size() == left.size()) {
        return left;
      }
      left = next;
    }
  }

  private static List<String> devices(Map<String, Object> machine) {
    return machine.get("device") instanceof Collection<?> names
        ? names.stream().map(Object::toString).toList()
        : List.of();
  }

  /** One of the higher ranked programs that together serve every vector the program declares. */
  private static RegisteredProgram servesAllOf(
      RegisteredProgram program, List<RegisteredProgram> accepted) {
    Set<Integer> open = new TreeSet<>(program.descriptor().vectors());
    RegisteredProgram better = null;
    if (!open.isEmpty()) {
      for (RegisteredProgram other : accepted) {
        if (other.descriptor().ranking() > program.descriptor().ranking()
            && open.removeAll(other.vectors())) {
          better = other;
        }
      }
    }
    return open.isEmpty() ? better : null;
  }
}
