package dev.biosgateway.x86.translate;

/**
 * A way out of a region: what its code does not put into place by itself.
 *
 * @param eip where it leads, unless {@code why} says that only the program knows
 * @param undone instructions that were counted and have not retired
 * @param why the reason
 * @param flags how the flags follow from the flag operands
 */
record Exit(int eip, int undone, Departure why, FlagState flags) {}
