package dev.biosgateway.api;

/**
 * Something the guest touched that the machine does not model. The guest saw what an empty bus
 * gives; the caller sees that it happened.
 *
 * @param what a port, register, address range or function, in words: {@code port 0x3bf OUT}
 * @param count how often, at least 1
 */
public record UnmodelledAccess(String what, long count) {}
