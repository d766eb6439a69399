package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.isa.Insn;

/**
 * What an instruction that ends a block, and is executed by its operation, may do to what a region
 * takes for granted ({@link Mode}).
 */
enum ModeChange {
  /** The next instruction follows; the mode is the same. */
  NONE,
  /** The next instruction follows, perhaps in another mode. */
  PERHAPS,
  /** It goes on where only the operation knows, perhaps in another mode. */
  ELSEWHERE,
  /** The same, but as likely in the same mode: to a handler of the region's own code segment. */
  INTERRUPT;

  /** That of {@code i}; null when it is not for a region, which ends in front of it. */
  static ModeChange of(Insn i) {
    return switch (i.row.mnemonic()) {
      case CLI, STI -> NONE;
      case POPF -> PERHAPS;
      case INT, IRET -> INTERRUPT;
      case INT3, INTO, INT1, CALL_FAR, JMP_FAR, RETF, SYSENTER, SYSEXIT -> ELSEWHERE;
      default -> null;
    };
  }
}
