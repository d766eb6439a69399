package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.isa.Insn;
import java.util.Arrays;

/** Predecoded instructions that follow each other in one page, up to one that may go elsewhere. */
public final class Block {
  /** Physical address of the first byte. */
  public final int physical;

  /**
   * How often it was reached, from minus the number at which it is worth a look of {@link
   * Accelerator}.
   */
  public int heat;

  /** What the accelerator made of the code that begins here; null when there is nothing. */
  public Translation translation;

  /** D bit of the code segment it was decoded for. */
  public final boolean code32;

  /** Bytes of all instructions. */
  final int bytes;

  /** Physical page of the last bytes when the only instruction crosses into it, else -1. */
  final int secondPage;

  final Insn[] insns;
  final Step[] steps;
  Step first;
  final int length;

  /** The bytes themselves; null when they are not all in one page of main memory. */
  private final byte[] code;

  /** Whether a trap is in front of its last instruction. */
  private final boolean trapped;

  /** How often traps had been set or taken away when it was decoded: they end blocks. */
  private final int trapChanges;

  /** In how many pages it is listed by the {@link CodeCache}. */
  int listed;

  /**
   * False from the moment one of its bytes is written, or it is forgotten for another reason; from
   * the beginning where nobody would notice a write.
   */
  boolean valid = true;

  Block(
      Cpu cpu,
      int physical,
      boolean code32,
      int bytes,
      int secondPage,
      Insn[] insns,
      Step[] steps,
      boolean trapped,
      int trapChanges,
      byte[] code) {
    this.physical = physical;
    this.code32 = code32;
    this.bytes = bytes;
    this.secondPage = secondPage;
    this.insns = insns;
    this.steps = steps;
    this.length = steps.length;
    link(cpu);
    this.trapped = trapped;
    this.trapChanges = trapChanges;
    this.code = code;
  }

  /** Whether all of the block is within the limit of CS when it begins at {@code eip}. */
  boolean endsWithin(int eip, SegmentRegister cs) {
    return (eip & 0xffffffffL) + bytes - 1 <= (cs.limit & 0xffffffffL);
  }

  /** Offset in page {@code number} of its first byte there; the page is one of its two. */
  int firstByteIn(int number) {
    return physical >>> 12 == number ? physical & 0xfff : 0;
  }

  /** Offset in page {@code number} after its last byte there. */
  int endIn(int number) {
    int end = (physical & 0xfff) + bytes;
    return physical >>> 12 == number
        ? Math.min(end, PhysicalBus.PAGE)
        : Math.max(0, end - PhysicalBus.PAGE);
  }

  /** Whether decoding would end it where it ends, were memory as it was. */
  boolean canBeMended(int trapChangesNow) {
    return code != null && trapChanges == trapChangesNow;
  }

  /** Whether a trap is in front of its last instruction. */
  boolean isTrapped() {
    return trapped;
  }

  /** Bytes from the beginning to the first that memory has otherwise now, -1 when it has all. */
  int firstChange(int from, byte[] memory) {
    int change = Arrays.mismatch(memory, physical + from, physical + bytes, code, from, bytes);
    return change < 0 ? -1 : from + change;
  }

  /** Whether one of these bytes is one of the block's. */
  boolean has(int at, int size) {
    if (secondPage < 0) {
      return at < physical + bytes && physical < at + size;
    }
    int page = at >>> 12;
    int from = at & 0xfff;
    return from < endIn(page) && firstByteIn(page) < from + size;
  }

  /** Puts another instruction of the same length in the place of one. */
  void replace(Cpu cpu, int index, int offset, Step step) {
    Step before = steps[index];
    insns[index] = step.insn;
    steps[index] = step;
    System.arraycopy(cpu.bus.ram, physical + offset, code, offset, step.insn.length);
    step.block = this;
    step.bind(cpu, index, offset, before.next);
    if (index > 0) {
      steps[index - 1].next = step;
    } else {
      first = step;
    }
    if (index >= length - 2) {
      fuse(cpu);
    }
  }

  /** Gives every step its place. */
  private void link(Cpu cpu) {
    int at = bytes;
    Step next = null;
    for (int i = length - 1; i >= 0; i--) {
      at -= insns[i].length;
      steps[i].bind(cpu, i, at, next);
      steps[i].block = this;
      next = steps[i];
    }
    first = next;
    fuse(cpu);
  }

  /** Has the chain end with one step for the last two instructions, where these go together. */
  private void fuse(Cpu cpu) {
    if (length < 2) {
      return;
    }
    Step tail = steps[length - 2];
    Step pair = MacroFusion.of(tail, steps[length - 1]);
    if (pair != null) {
      pair.block = this;
      pair.bind(cpu, length - 2, tail.offset, null);
      tail = pair;
    }
    if (length == 2) {
      first = tail;
    } else {
      steps[length - 3].next = tail;
    }
  }

  /**
   * Whether instruction {@code index}, which was {@code offset} bytes from the beginning, would be
   * decoded from memory as it is now just as it was.
   */
  boolean stillHas(int index, int offset, byte[] memory) {
    int from = physical + offset;
    return code != null
        && !trapped
        && index < insns.length
        && Arrays.equals(
            memory, from, from + insns[index].length, code, offset, offset + insns[index].length);
  }
}
