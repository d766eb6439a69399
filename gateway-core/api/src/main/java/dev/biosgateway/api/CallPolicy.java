package dev.biosgateway.api;

import dev.biosgateway.api.PolicyRule.Action;
import dev.biosgateway.api.PolicyRule.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What called code may touch: one or more layers of rules, each with the name of whoever set it. An
 * access happens only if every layer lets it: a layer refuses it if one of its rules denies it, or
 * if it has rules that allow things of this kind and none of them allows this one. A call that is
 * refused something stops with {@link StopReason#POLICY} before the access happens. An access of
 * several bytes is checked for each of them. Immutable.
 */
public final class CallPolicy {
  /** Refuses nothing. */
  public static final CallPolicy ALLOW_ALL = new CallPolicy(List.of());

  /** What the source of a program's own layer begins with, before its name. */
  public static final String PROGRAM = "program ";

  /** Who sets the rules of a request. */
  public static final String CALLER = "the caller";

  /**
   * Rules of one origin.
   *
   * @param source whose they are, for reasons: {@code the caller}, {@code program vga}
   * @param rules in no order
   */
  public record Layer(String source, List<PolicyRule> rules) {
    /** Copies the list. */
    public Layer {
      Objects.requireNonNull(source, "source");
      rules = List.copyOf(rules);
    }

    private Optional<String> refusal(Resource resource, long number, String what) {
      boolean listed = false;
      boolean allowed = false;
      for (PolicyRule rule : rules) {
        if (rule.resource() == resource) {
          boolean matches =
              resource == Resource.DEVICES ? rule.device().equals(what) : rule.matches(number);
          if (rule.action() == Action.DENY && matches) {
            return Optional.of("denied by rule \"" + rule + "\" of " + source);
          }
          listed |= rule.action() == Action.ALLOW;
          allowed |= rule.action() == Action.ALLOW && matches;
        }
      }
      return listed && !allowed
          ? Optional.of("no rule of " + source + " allows it, only " + allowing(resource))
          : Optional.empty();
    }

    private List<PolicyRule> allowing(Resource resource) {
      return rules.stream()
          .filter(rule -> rule.action() == Action.ALLOW && rule.resource() == resource)
          .toList();
    }
  }

  private final List<Layer> layers;

  private CallPolicy(List<Layer> layers) {
    this.layers = List.copyOf(layers);
  }

  /** A policy of one layer; without rules, {@link #ALLOW_ALL}. */
  public static CallPolicy of(String source, List<PolicyRule> rules) {
    return rules.isEmpty() ? ALLOW_ALL : new CallPolicy(List.of(new Layer(source, rules)));
  }

  /**
   * A policy out of rules in text.
   *
   * @throws InvalidRequestException as {@link PolicyRule#parse}
   */
  public static CallPolicy parse(String source, List<String> rules) {
    return of(source, rules.stream().map(PolicyRule::parse).toList());
  }

  /**
   * A caller's policy about ports.
   *
   * @param allowed the only ports allowed; empty allows all
   * @param denied ports refused in any case
   */
  public static CallPolicy ports(List<PortRange> allowed, List<PortRange> denied) {
    List<PolicyRule> rules = new ArrayList<>();
    allowed.forEach(
        r -> rules.add(PolicyRule.of(Action.ALLOW, Resource.PORTS, r.first(), r.last())));
    denied.forEach(r -> rules.add(PolicyRule.of(Action.DENY, Resource.PORTS, r.first(), r.last())));
    return of(CALLER, rules);
  }

  /** The layers; none if it refuses nothing. */
  public List<Layer> layers() {
    return layers;
  }

  /** All rules of all layers about a resource. */
  public List<PolicyRule> rules(Resource resource) {
    if (layers.isEmpty()) {
      return List.of();
    }
    return layers.stream()
        .flatMap(layer -> layer.rules().stream())
        .filter(rule -> rule.resource() == resource && rule.action() != Action.QUOTA)
        .toList();
  }

  /** The layers that are not a program's own. */
  public CallPolicy withoutPrograms() {
    return new CallPolicy(
        layers.stream().filter(layer -> !layer.source().startsWith(PROGRAM)).toList());
  }

  /** The policy that lets what both let. */
  public CallPolicy and(CallPolicy other) {
    if (other.layers.isEmpty()) {
      return this;
    }
    if (layers.isEmpty()) {
      return other;
    }
    List<Layer> both = new ArrayList<>(layers);
    both.addAll(other.layers);
    return new CallPolicy(both);
  }

  /**
   * Why an access is refused: the rule and whose it is; empty if it is not.
   *
   * @param resource anything but {@link Resource#DEVICES}
   * @param number the port, address, vector or register
   */
  public Optional<String> refusal(Resource resource, long number) {
    return refusal(resource, number, "");
  }

  /** Whether a rule denies it, rather than none allows it. */
  public boolean denies(Resource resource, long number) {
    return rules(resource).stream()
        .anyMatch(rule -> rule.action() == Action.DENY && rule.matches(number));
  }

  /** Why an access to a device is refused; empty if it is not. */
  public Optional<String> refusalOfDevice(String device) {
    return refusal(Resource.DEVICES, 0, device);
  }

  private Optional<String> refusal(Resource resource, long number, String device) {
    for (Layer layer : layers) {
      Optional<String> refusal = layer.refusal(resource, number, device);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return Optional.empty();
  }

  /** The rules that want an access to be counted. */
  public List<PolicyRule> logging(Resource resource, long number, String device) {
    return rules(resource).stream()
        .filter(rule -> rule.action() == Action.LOG)
        .filter(
            rule ->
                resource == Resource.DEVICES ? rule.device().equals(device) : rule.matches(number))
        .toList();
  }

  /** The smallest quota of instructions or of bytes of memory; empty if there is none. */
  public OptionalLong quota(Resource resource) {
    if (layers.isEmpty()) {
      return OptionalLong.empty();
    }
    return layers.stream()
        .flatMap(layer -> layer.rules().stream())
        .filter(rule -> rule.action() == Action.QUOTA && rule.resource() == resource)
        .mapToLong(PolicyRule::first)
        .min();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CallPolicy policy && layers.equals(policy.layers);
  }

  @Override
  public int hashCode() {
    return layers.hashCode();
  }

  @Override
  public String toString() {
    return layers.isEmpty() ? "everything is allowed" : layers.toString();
  }
}
