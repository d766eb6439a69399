package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/** Predecoded instructions that follow each other in one page, up to one that may go elsewhere. */
final class Block {
  /** Physical address of the first byte. */
  final int physical;

  /** D bit of the code segment it was decoded for. */
  final boolean code32;

  /** Bytes of all instructions. */
  final int bytes;

  /** Physical page of the last bytes when the only instruction crosses into it, else -1. */
  final int secondPage;

  final Insn[] insns;
  final Operation[] operations;

  Block(
      int physical,
      boolean code32,
      int bytes,
      int secondPage,
      Insn[] insns,
      Operation[] operations) {
    this.physical = physical;
    this.code32 = code32;
    this.bytes = bytes;
    this.secondPage = secondPage;
    this.insns = insns;
    this.operations = operations;
  }

  /**
   * Whether any of its bytes are among {@code size} bytes at {@code address}, in its first page.
   */
  boolean overlaps(int address, int size) {
    return address < physical + bytes && physical < address + size;
  }
}
