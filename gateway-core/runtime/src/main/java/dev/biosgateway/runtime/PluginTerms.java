package dev.biosgateway.runtime;

import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.ProgramException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;

/**
 * On which terms plugins are taken in: the rules that bound every call, those for single programs,
 * and whether bundles must be signed. Immutable.
 */
final class PluginTerms {
  /** No rules, no signatures. */
  static final PluginTerms NONE = new PluginTerms(List.of(), Optional.empty());

  private static final String SOURCE = "the configuration";
  private static final Pattern FOR_ONE = Pattern.compile("\\s*([A-Za-z][A-Za-z0-9._-]*)\\s*:(.*)");

  private final CallPolicy everybody;
  private final Map<String, CallPolicy> single = new TreeMap<>();
  private final Optional<BundleSignature> signature;

  /**
   * Terms.
   *
   * @param rules as {@link dev.biosgateway.api.PolicyRule#parse} reads them; {@code NAME: RULE} is
   *     for one program
   * @param signature what checks the bundles; empty if they need not be signed
   * @throws InvalidRequestException if a rule cannot be read
   */
  PluginTerms(List<String> rules, Optional<BundleSignature> signature) {
    this.signature = signature;
    List<String> all = new ArrayList<>();
    for (String rule : rules) {
      Matcher one = FOR_ONE.matcher(rule);
      if (one.matches()) {
        CallPolicy policy =
            CallPolicy.parse(SOURCE + " for " + one.group(1), List.of(one.group(2)));
        single.merge(one.group(1), policy, PluginTerms::join);
      } else if (!rule.isBlank()) {
        all.add(rule);
      }
    }
    this.everybody = CallPolicy.parse(SOURCE, all);
  }

  /** The rules of two layers of one source in one layer: what one allows the other need not. */
  private static CallPolicy join(CallPolicy one, CallPolicy other) {
    CallPolicy.Layer first = one.layers().get(0);
    List<dev.biosgateway.api.PolicyRule> rules = new ArrayList<>(first.rules());
    rules.addAll(other.layers().get(0).rules());
    return CallPolicy.of(first.source(), rules);
  }

  /** What bounds a call that no program serves. */
  CallPolicy bound() {
    return everybody;
  }

  /** What bounds a program's code, with what its own bundle declares. */
  CallPolicy bound(ProgramDescriptor descriptor) {
    return descriptor
        .policy()
        .and(everybody)
        .and(single.getOrDefault(descriptor.name(), CallPolicy.ALLOW_ALL));
  }

  /**
   * Checks the signature of a bundle, if bundles must have one.
   *
   * @throws ProgramException if it is not signed as they must be
   */
  void requireSigned(Bundle bundle, String program) {
    signature.ifPresent(check -> check.require(bundle, program));
  }
}
