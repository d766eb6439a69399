package dev.biosgateway.runtime;

import dev.biosgateway.api.ProgramException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/**
 * What the programs of a bundle require of the machine and of each other: its requirements with
 * {@code effective:=active} in the namespaces {@code biosgateway.machine} and {@code
 * biosgateway.program}. The framework leaves those to us; what it resolves itself it has resolved.
 *
 * @param clauses the requirements, in the order of the manifest
 */
record ProgramRequirements(List<Clause> clauses) {
  /** The namespace of what a machine has. */
  static final String MACHINE = "biosgateway.machine";

  private static final String ACTIVE = "active";

  /**
   * One requirement.
   *
   * @param namespace whose attributes the filter is about
   * @param filter an LDAP filter; null matches everything
   */
  record Clause(String namespace, Filter filter) {
    @Override
    public String toString() {
      return namespace + (filter == null ? "" : " " + filter);
    }
  }

  /**
   * Reads the requirements of a bundle.
   *
   * @throws ProgramException if a filter cannot be read
   */
  static ProgramRequirements of(Bundle bundle, String program) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    if (revision == null) {
      return new ProgramRequirements(List.of());
    }
    List<Clause> clauses = new ArrayList<>();
    for (String namespace : List.of(MACHINE, ProgramDescriptor.NAMESPACE)) {
      for (BundleRequirement requirement : revision.getDeclaredRequirements(namespace)) {
        Map<String, String> directives = requirement.getDirectives();
        if (ACTIVE.equals(directives.get(Constants.EFFECTIVE_DIRECTIVE))) {
          String text = directives.get(Constants.FILTER_DIRECTIVE);
          try {
            clauses.add(
                new Clause(namespace, text == null ? null : FrameworkUtil.createFilter(text)));
          } catch (InvalidSyntaxException e) {
            throw ProgramException.of(program, Constants.REQUIRE_CAPABILITY)
                .expected("an LDAP filter, as (memory>=64)")
                .found(text)
                .cause(e)
                .build();
          }
        }
      }
    }
    return new ProgramRequirements(List.copyOf(clauses));
  }

  boolean isEmpty() {
    return clauses.isEmpty();
  }

  /**
   * What is missing, in words; empty if nothing is.
   *
   * @param machine the attributes of the machine
   * @param programs those of all programs that can be had
   */
  Optional<String> missing(Map<String, Object> machine, Collection<Map<String, Object>> programs) {
    for (Clause clause : clauses) {
      if (clause.namespace().equals(MACHINE)) {
        if (clause.filter() != null && !clause.filter().matches(machine)) {
          return Optional.of(clause + "; the machine has " + new TreeMap<>(machine));
        }
      } else if (programs.stream().noneMatch(p -> matches(clause, p))) {
        return Optional.of(
            clause
                + "; there "
                + (programs.isEmpty()
                    ? "is no program"
                    : "are "
                        + programs.stream()
                            .map(p -> p.get(ProgramDescriptor.NAMESPACE) + " " + p.get("version"))
                            .toList()));
      }
    }
    return Optional.empty();
  }

  private static boolean matches(Clause clause, Map<String, Object> attributes) {
    return clause.filter() == null || clause.filter().matches(attributes);
  }
}
