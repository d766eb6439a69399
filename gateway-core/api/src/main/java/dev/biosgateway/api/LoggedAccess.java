package dev.biosgateway.api;

/**
 * How often a call did what a rule wants to be counted.
 *
 * @param rule the rule, as {@link PolicyRule#toString}
 * @param count accesses, at least 1
 */
public record LoggedAccess(String rule, long count) {}
