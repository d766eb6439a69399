package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.SegmentRegister;
import dev.biosgateway.x86.cpu.Translation;
import dev.biosgateway.x86.isa.Insn;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A piece of hot guest code that is, or is going to be, a class; see {@link RegionCode}. */
final class Region extends Translation {
  /**
   * Runs that end anywhere, after a few instructions: so the JVM has seen each of the ways out on
   * which a budget ends when it compiles, and does not have to compile again when it comes to one.
   */
  private static final int LESSONS = 400;

  private static final int SHORTEST_LESSON = 64;
  private static final int LESSON_SPREAD = 1500;

  /**
   * Instructions after which later runs come to their end at the head, and begin again: the JVM
   * counts calls while it learns, and only calls get to code that it has compiled later.
   */
  private static final int EXERCISE = 20_000;

  private static final int EXERCISES = 2_000;
  private static final int SHARE = 2_000_000;

  final int head;
  final Mode mode;

  /** How many times smaller it is than it might be, as a power of 2. */
  final int shrink;

  private final int[] linearPages;
  private final int[] physicalPages;

  private int[] entries = {};

  /** Offsets of instructions from which an entry is not far: no region of their own is wanted. */
  private volatile Set<Integer> covered;

  /** Its bytes when it was found, and how often traps had been set by then. */
  private final byte[] source;

  private final int trapChanges;
  private volatile boolean failed;
  private boolean published;

  /** A bit for each segment register the code relies on. */
  private int segments;

  /** Null until it is compiled. */
  private volatile RegionCode code;

  /** What is to make its code, as long as it has none: nobody else holds that. */
  @SuppressWarnings("PMD.UnusedPrivateField") // read by the garbage collector alone
  private volatile Runnable awaited;

  private volatile boolean cut;

  private int runs;

  /** How many instructions shall have retired before it runs again, while it is new. */
  private long waitsUntil;

  /** Another region of the same bytes, for another mode; null for the last. */
  Region sibling;

  private Region(
      int head,
      Mode mode,
      RegionScan scan,
      int shrink,
      int[][] ranges,
      byte[] memory,
      int trapChanges) {
    super(ranges[0], ranges[1]);
    this.source = bytes(memory);
    this.trapChanges = trapChanges;
    this.head = head;
    this.mode = mode;
    this.shrink = shrink;
    this.covered = Body.from(head, false, scan).instructions().keySet();
    this.linearPages = scan.pages.keySet().stream().mapToInt(Integer::intValue).toArray();
    this.physicalPages = new int[linearPages.length];
    for (int k = 0; k < linearPages.length; k++) {
      physicalPages[k] = scan.pages.get(linearPages[k]);
    }
  }

  /** The region of what was found, without code as yet. */
  static Region of(
      int head, Mode mode, RegionScan scan, int shrink, byte[] memory, int trapChanges) {
    return new Region(head, mode, scan, shrink, ranges(mode, scan), memory, trapChanges);
  }

  /** Whether it could be entered but for what was written, and what was written is no change. */
  boolean isStillThere(PhysicalBus bus, int trapChangesNow) {
    return code != null
        && trapChanges == trapChangesNow
        && isMainMemory(bus.flags)
        && Arrays.equals(source, bytes(bus.ram));
  }

  /** Physical addresses of its bytes that memory has otherwise now. */
  int[] changes(byte[] memory) {
    return changes(source, memory);
  }

  /** It is to have its code by {@code job}, which goes where the region goes. */
  void waitsFor(Runnable job) {
    awaited = job;
  }

  /** It could not be compiled. */
  void failed() {
    failed = true;
    awaited = null;
  }

  boolean hasFailed() {
    return failed;
  }

  /** True once: when it has code for the first time. */
  boolean isNew() {
    boolean was = published;
    published |= code != null;
    return published && !was;
  }

  /** Physical addresses of first bytes and of ends, pages apart. */
  private static int[][] ranges(Mode mode, RegionScan scan) {
    TreeMap<Integer, Integer> ranges = new TreeMap<>();
    for (Map.Entry<Integer, Insn> e : scan.instructions.entrySet()) {
      for (int k = 0; k < scan.watchedBytes(e.getKey()); k++) {
        int linear = mode.codeBase + e.getKey() + k;
        int physical = scan.pages.get(linear >>> 12) << 12 | linear & 0xfff;
        Map.Entry<Integer, Integer> before = ranges.floorEntry(physical);
        boolean goesOn = before != null && before.getValue() >= physical && (physical & 0xfff) != 0;
        if (goesOn) {
          ranges.put(before.getKey(), Math.max(before.getValue(), physical + 1));
        } else {
          ranges.merge(physical, physical + 1, Math::max);
        }
      }
    }
    return new int[][] {
      ranges.keySet().stream().mapToInt(Integer::intValue).toArray(),
      ranges.values().stream().mapToInt(Integer::intValue).toArray()
    };
  }

  /** Gives it its code. By the thread that compiled. */
  void compiled(
      RegionCode made,
      int[] usableEntries,
      int usedSegments,
      Set<Integer> coveredOffsets,
      boolean wasCut) {
    cut = wasCut;
    entries = usableEntries;
    covered = coveredOffsets;
    segments = usedSegments;
    code = made;
    awaited = null;
  }

  /** Whether {@code eip} is within it, or will be, so that the interpreter soon is at an entry. */
  boolean covers(int eip) {
    return covered.contains(eip);
  }

  /** Physical addresses of the instructions that it covers, or may cover. */
  int[] coveredAddresses() {
    return covered.stream().mapToInt(this::physical).toArray();
  }

  private int physical(int eip) {
    int linear = mode.codeBase + eip;
    int k = 0;
    while (linearPages[k] != linear >>> 12) {
      k++;
    }
    return physicalPages[k] << 12 | linear & 0xfff;
  }

  /** Whether its code does not have all that it was to have, because there was no room. */
  boolean isCut() {
    return cut;
  }

  /** Its code, null when there is none yet. */
  RegionCode code() {
    return code;
  }

  /** Offsets at which it can be entered, once it is compiled. */
  int[] entries() {
    return entries;
  }

  /** How many instructions the run that begins now may have, of {@code given}. */
  int lesson(int given) {
    if (runs >= LESSONS) {
      return given;
    }
    runs++;
    return Math.min(given, SHORTEST_LESSON + runs * 7919 % LESSON_SPREAD);
  }

  /** Whether the JVM may still be about to compile its code. */
  boolean isWarmingUp() {
    return runs < EXERCISES;
  }

  /** Leaves it to the interpreter until so many instructions have retired. */
  void waitUntil(long instructions) {
    waitsUntil = instructions;
  }

  /** Whether it is left to the interpreter when so many instructions have retired. */
  boolean waits(long instructions) {
    return instructions < waitsUntil;
  }

  /** After how many instructions it is to leave at the head. */
  int share() {
    if (runs >= EXERCISES) {
      return SHARE;
    }
    runs++;
    return EXERCISE;
  }

  /** Whether all that the code relies on is so; the CPU is at one of the entries. */
  boolean admits(Cpu c) {
    return mode.holds(c, segments) && (!mode.paged || isMapped(c));
  }

  /** Whether the processor is in a mode that the code is for, once it is compiled. */
  boolean isForModeOf(Cpu c) {
    return mode.holds(c, segments);
  }

  /**
   * The same after an instruction that has loaded no segment register but CS in real mode, where
   * nothing else changes with it: privilege, which other checks hang on, is always 0.
   */
  boolean isForModeBehindTransfer(Cpu c) {
    return c.protectedMode() ? isForModeOf(c) : mode.holdsForCode(c);
  }

  /** The same after a load of {@code segment}, which is not CS. */
  boolean isForSegment(Cpu c, int segment) {
    return segment == SegmentRegister.SS
        ? mode.holds(c, segments)
        : mode.holdsForSegments(c, segments & 1 << segment);
  }

  /** Whether it can be entered at CS:EIP in the mode of the moment, or may be when it is made. */
  boolean suits(Cpu c) {
    return code == null ? c.eip == head : isEntry(c.eip) && isForModeOf(c);
  }

  /** Whether its code can be entered at offset {@code eip}, once it is compiled. */
  boolean isEntry(int eip) {
    for (int entry : entries) {
      if (entry == eip) {
        return true;
      }
    }
    return false;
  }

  /** Numbers of the linear pages it has bytes in. */
  int[] linearPages() {
    return linearPages;
  }

  private boolean isMapped(Cpu c) {
    for (int k = 0; k < linearPages.length; k++) {
      if (c.paging.held(linearPages[k] << 12) != physicalPages[k] << 12) {
        return false;
      }
    }
    return true;
  }
}
