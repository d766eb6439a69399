package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.bus.PageFlags;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Interpreter;
import dev.biosgateway.x86.isa.Decoder;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Instruction;
import dev.biosgateway.x86.isa.Mnemonic;
import dev.biosgateway.x86.isa.Operand.Place;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds the guest code of a region: from its head along direct branches, calls and the places after
 * calls, as far as the interpreter has been lately, within limits. Runs on the machine's thread and
 * changes nothing.
 */
final class RegionScan {
  /** Instructions of a region at most. */
  private static final int MAX_INSTRUCTIONS = 500;

  /** Pages of guest memory a region can have bytes in. */
  private static final int MAX_PAGES = 4;

  /** Entries of a table of jumps that are looked at. */
  private static final int MAX_TABLE = 64;

  /** Places at which a region can be entered, the head aside. */
  private static final int MAX_ENTRIES = 8;

  /** A byte of an instruction is out of reach. */
  private static final class OutOfReach extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutOfReach() {
      super(null, null, false, false);
    }
  }

  private final Cpu cpu;
  private final Interpreter interpreter;
  private final Decoder decoder;
  private final OutOfReach outOfReach = new OutOfReach();
  private final int limit;
  private final boolean everything;
  private final PatchedCode patched;
  private final RegionCache cache;

  /** Instructions by their offset in CS. */
  final Map<Integer, Insn> instructions = new TreeMap<>();

  /** Offsets that something branches to. */
  final Set<Integer> targets = new HashSet<>();

  /** Offset of an instruction to its immediate operand, when that is read from memory. */
  private final Map<Integer, PatchedCode.Immediate> immediates = new HashMap<>();

  /** Offset of an indirect jump to where it may lead. */
  private final Map<Integer, Set<Integer>> jumps = new HashMap<>();

  /** Offset of an INT to that of its handler in the same code segment. */
  final Map<Integer, Integer> handlers = new HashMap<>();

  /** Offsets that something branches back to. */
  private final Set<Integer> loops = new TreeSet<>();

  /** Linear page to physical page of the code. */
  final Map<Integer, Integer> pages = new HashMap<>();

  /**
   * @param everything whether to follow branches that were never taken, too
   * @param shrink by how many halvings the region is to be smaller than it may be
   */
  RegionScan(
      Cpu cpu,
      Interpreter interpreter,
      Decoder decoder,
      RegionCache cache,
      boolean everything,
      int shrink) {
    this.cpu = cpu;
    this.interpreter = interpreter;
    this.decoder = decoder;
    this.cache = cache;
    this.patched = cache.patched();
    this.everything = everything;
    this.limit = MAX_INSTRUCTIONS >> shrink;
  }

  /** Collects what begins at offset {@code head}; without a result when that cannot be read. */
  void from(int head) {
    ArrayDeque<Integer> open = new ArrayDeque<>();
    open.add(head);
    targets.add(head);
    while (!open.isEmpty() && instructions.size() < limit) {
      follow(open.removeFirst(), open);
    }
    targets.retainAll(instructions.keySet());
  }

  /** Whether something branches back to {@code eip}. */
  boolean isLoop(int eip) {
    return loops.contains(eip);
  }

  /** The head and where loops begin, ascending: where the region can be entered. */
  int[] entries(int head) {
    return java.util.stream.IntStream.concat(
            java.util.stream.IntStream.of(head),
            loops.stream().filter(instructions::containsKey).mapToInt(Integer::intValue))
        .distinct()
        .sorted()
        .limit(MAX_ENTRIES + 1L)
        .toArray();
  }

  private void follow(int start, ArrayDeque<Integer> open) {
    int eip = start;
    while (!instructions.containsKey(eip) && instructions.size() < limit && !isElsewhere(eip)) {
      Insn insn = decode(eip);
      if (insn == null) {
        return;
      }
      instructions.put(eip, insn);
      waitForImmediate(insn, eip);
      int next = eip + insn.length;
      if (insn.endsBlock()) {
        branches(insn, eip, next, open);
        return;
      }
      eip = next;
    }
  }

  /**
   * Whether another region, one that had no room for all it wanted, is entered there: what did not
   * fit shall not bring the rest of it along once more.
   */
  private boolean isElsewhere(int eip) {
    if (instructions.isEmpty()) {
      return false;
    }
    int physical = physical(cpu.cs.base + eip);
    return physical != -1 && cache.isEntryOfCut(physical, eip);
  }

  private void branches(Insn insn, int eip, int next, ArrayDeque<Integer> open) {
    boolean relative = isRelative(insn);
    switch (insn.row.mnemonic()) {
      case JCC, LOOP, LOOPE, LOOPNE, JCXZ -> {
        open(next, open);
        open(target(insn, next), open);
        back(target(insn, next), next);
      }
      case JMP -> {
        if (relative) {
          open(target(insn, next), open);
          back(target(insn, next), next);
        } else {
          jumpTable(insn, eip, next, open);
        }
      }
      case CALL -> {
        if (relative) {
          open(target(insn, next), open);
        }
        open(next, open);
      }
      case INT -> {
        int handler = VectorTable.handler(cpu, insn.imm & 0xff);
        if (handler != VectorTable.UNKNOWN) {
          handlers.put(eip, handler);
          open(handler, open);
          open(next, open);
        }
      }
      default -> {
        if (goesOnBehind(insn)) {
          open(next, open);
        }
      }
    }
  }

  /** What a jump through a table may lead to, and has: a guess, which its code compares. */
  private void jumpTable(Insn insn, int eip, int next, ArrayDeque<Integer> open) {
    boolean indexed = insn.memory >= 0 && (insn.base != Insn.ZERO || insn.index != Insn.ZERO);
    Set<Integer> known = new TreeSet<>();
    for (int k = 0; indexed && k < MAX_TABLE; k++) {
      int size = insn.operandSize >> 3;
      int offset = insn.disp + k * size & insn.addressMask;
      int entry = tableEntry(cpu.segments[insn.segment].base + offset, size);
      if (entry != -1 && hasRun(entry)) {
        known.add(entry);
      }
    }
    known.forEach(
        target -> {
          open(target, open);
          back(target, next);
        });
    jumps.put(eip, known);
  }

  private int tableEntry(int linear, int size) {
    int physical = cpu.paging() ? cpu.paging.held(linear) : linear;
    boolean plain =
        physical != -1
            && (physical & 0xfff) <= PhysicalBus.PAGE - size
            && (cpu.bus.flags[physical >>> 12] & PageFlags.SLOW_READ) == 0;
    if (!plain) {
      return -1;
    }
    return size == 2 ? cpu.bus.read16(physical) : cpu.bus.read32(physical);
  }

  /** Offsets that the indirect jump at {@code eip} may lead to, ascending. */
  Set<Integer> jumps(int eip) {
    return jumps.getOrDefault(eip, Set.of());
  }

  private void open(int eip, ArrayDeque<Integer> open) {
    targets.add(eip);
    if (!instructions.containsKey(eip) && (everything || hasRun(eip))) {
      open.add(eip);
    }
  }

  private void back(int target, int next) {
    if (Integer.compareUnsigned(target, next) < 0) {
      loops.add(target);
    }
  }

  private void waitForImmediate(Insn insn, int eip) {
    int linear = cpu.cs.base + eip;
    int last = linear + insn.length - 1;
    boolean onePage = (linear ^ last) >>> 12 == 0;
    PatchedCode.Immediate immediate = onePage ? patched.immediate(insn, physical(last) + 1) : null;
    if (immediate != null) {
      immediates.put(eip, immediate);
    }
  }

  /** The immediate operand of the instruction at {@code eip} when it is read from memory. */
  PatchedCode.Immediate immediate(int eip) {
    return immediates.get(eip);
  }

  /** How many bytes of the instruction at {@code eip} its code relies on: the first ones. */
  int watchedBytes(int eip) {
    PatchedCode.Immediate immediate = immediates.get(eip);
    int length = instructions.get(eip).length;
    return immediate == null ? length : length - (immediate.bits() >> 3);
  }

  private boolean hasRun(int eip) {
    int physical = physical(cpu.cs.base + eip);
    return physical != -1 && interpreter.hasRun(physical, cpu.cs.big());
  }

  /** Whether an instruction that ends a block, and is no near transfer, is followed by the next. */
  static boolean goesOnBehind(Insn insn) {
    return insn.row.mnemonic().is(Mnemonic.Trait.STRING)
        || SegmentCode.loads(insn)
        || ModeChange.of(insn) == ModeChange.PERHAPS
        || ModeChange.of(insn) == ModeChange.NONE;
  }

  /** Whether a transfer's target is a displacement. */
  static boolean isRelative(Insn insn) {
    return !insn.row.operands().isEmpty() && insn.row.operands().get(0).place() == Place.RELATIVE;
  }

  /** Where a relative branch leads. */
  static int target(Insn insn, int next) {
    return insn.is32() ? next + insn.imm : next + insn.imm & 0xffff;
  }

  private Insn decode(int eip) {
    int linear = cpu.cs.base + eip;
    int first = physical(linear);
    if (first == -1 || interpreter.hasTrap(first)) {
      return null;
    }
    try {
      Insn insn = decoder.decode(index -> byteAt(eip, index), cpu.cs.big());
      boolean something = insn.row != Instruction.UNDEFINED && insn.row != Instruction.TOO_LONG;
      return something ? insn : null;
    } catch (OutOfReach e) {
      return null;
    }
  }

  private int byteAt(int eip, int index) {
    if (Integer.compareUnsigned(eip + index, cpu.cs.limit) > 0) {
      throw outOfReach;
    }
    int physical = physical(cpu.cs.base + eip + index);
    if (physical == -1) {
      throw outOfReach;
    }
    return cpu.bus.ram[physical] & 0xff;
  }

  /** Physical address of a byte of code that is in main memory as the TLB has it, else -1. */
  private int physical(int linear) {
    Integer known = pages.get(linear >>> 12);
    if (known != null) {
      return known << 12 | linear & 0xfff;
    }
    int physical = cpu.paging() ? cpu.paging.held(linear) : linear;
    if (pages.size() == MAX_PAGES
        || physical == -1
        || (cpu.bus.flags[physical >>> 12] & PageFlags.SLOW_READ) != 0) {
      return -1;
    }
    pages.put(linear >>> 12, physical >>> 12);
    return physical;
  }
}
