package dev.biosgateway.x86.translate;

/** Why a region was left. */
enum Departure {
  /** To an instruction outside. */
  BRANCH,
  /** To an address that only the program knows. */
  INDIRECT,
  /** To another code segment or mode, or to where an interrupt led. */
  ELSEWHERE,
  /** Fewer instructions are left than the next block has. */
  BUDGET,
  /** The next instruction touches a device: the interpreter's business. */
  DEVICE,
  /** Something wants to be looked after before the next instruction, or code was written. */
  ATTENTION
}
