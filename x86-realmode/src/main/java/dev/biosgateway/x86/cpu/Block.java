package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic;

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

  /** Whether CS and the way addresses are translated are the same after it as before it. */
  final boolean staysInSegment;

  /** False from the moment one of its bytes is written, or it is forgotten for another reason. */
  boolean valid = true;

  /**
   * The two blocks that followed this one last, and how far from its beginning they begin. They are
   * in the same page, so wherever in linear memory this block is executed, they are there too.
   */
  private Block next;

  private Block nextButOne;
  private int distance;
  private int distanceButOne;

  Block(
      int physical,
      boolean code32,
      int bytes,
      int secondPage,
      Insn[] insns,
      Operation[] operations,
      boolean trapped) {
    this.physical = physical;
    this.code32 = code32;
    this.bytes = bytes;
    this.secondPage = secondPage;
    this.insns = insns;
    this.operations = operations;
    this.staysInSegment = !trapped && isNear(insns[insns.length - 1]);
  }

  private static boolean isNear(Insn last) {
    return switch (last.row.mnemonic()) {
      case JCC, JMP, CALL, RET, LOOP, LOOPE, LOOPNE, JCXZ -> true;
      default -> !last.row.mnemonic().is(Mnemonic.Trait.ENDS_BLOCK);
    };
  }

  /** The block {@code bytesAway} from the beginning of this one, null when it is not known. */
  Block follower(int bytesAway) {
    if (next != null && distance == bytesAway) {
      return next.valid ? next : null;
    }
    if (nextButOne != null && distanceButOne == bytesAway) {
      return nextButOne.valid ? nextButOne : null;
    }
    return null;
  }

  /** Remembers what followed, when it lies in the same page. */
  void follow(int bytesAway, Block block) {
    if (block.physical >>> 12 == physical >>> 12 && physical + bytesAway == block.physical) {
      nextButOne = next;
      distanceButOne = distance;
      next = block;
      distance = bytesAway;
    }
  }

  /**
   * Whether any of its bytes are among {@code size} bytes at {@code address}, in its first page.
   */
  boolean overlaps(int address, int size) {
    return address < physical + bytes && physical < address + size;
  }
}
