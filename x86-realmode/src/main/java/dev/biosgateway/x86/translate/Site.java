package dev.biosgateway.x86.translate;

/**
 * An instruction of a region that may want help from outside: what is to be known of it then, so
 * that everything is as it would be in front of it.
 *
 * @param eip offset of the instruction
 * @param next offset after it
 * @param segment segment register of its memory operand
 * @param undone instructions of its block that have not retired, itself among them
 * @param flags how the flags follow from the flag operands
 */
record Site(int eip, int next, int segment, int undone, FlagState flags) {}
