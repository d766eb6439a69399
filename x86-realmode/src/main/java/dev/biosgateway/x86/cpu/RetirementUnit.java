package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.bus.DeviceAccess;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.state.Section;

/**
 * Counts instructions, exactly, while the interpreter counts blocks. A slice is what may run until
 * the budget or the next event ends; within it the count is that of the blocks done, plus the
 * position in the current one.
 *
 * <p>What counts as one: an instruction that completes, an instruction that faults, and each pass
 * of a repeated string instruction, in addition to the instruction itself.
 */
public final class RetirementUnit implements DeviceAccess {
  private final Cpu cpu;
  private final VirtualClock clock;

  /** Where in the running block the instruction is that is executed: {@link #place(int, int)}. */
  int place;

  /** Whether {@link #place} and {@link #blockStart} say where the CPU is. */
  private boolean inBlock;

  /** EIP at which the running block began. */
  int blockStart;

  /** Whether the running block is to be left after the current instruction. */
  boolean blockEnded;

  /** Instructions of the slice before the running block, and passes of REP in it. */
  long retired;

  /** As {@link #room}, or 0 while no step may go on into another block by itself. */
  long chainRoom;

  /** How many the slice may have. */
  long room;

  private long reported;
  private boolean suspended;
  private boolean owed;
  private long nextEvent;

  /** Linear page numbers of the translated code that runs, or ran last. */
  private int[] translatedPages = {};

  RetirementUnit(Cpu cpu) {
    this.cpu = cpu;
    this.clock = cpu.clock;
  }

  /** Instructions retired since power-on, right at every instruction. */
  public long instructions() {
    return clock.retiredInstructions() + retired + position() - reported;
  }

  /** A place in a block: {@code index} instructions, {@code offset} bytes from its beginning. */
  static int place(int index, int offset) {
    return offset << 8 | index;
  }

  private int position() {
    return place & 0xff;
  }

  void begin(long slice) {
    suspended = false;
    room = slice;
    retired = 0;
    place = 0;
    reported = 0;
    nextEvent = clock.nextEventNanos();
  }

  /** Begins a block at {@code eip}. */
  void beginBlock(int eip) {
    blockStart = eip;
    place = 0;
    inBlock = true;
    blockEnded = false;
    chainRoom = room;
  }

  /**
   * Whether the TLB has the translation of {@code linear} where it has that of code that is running
   * now: filling in the one may take the other away.
   */
  boolean shareTlbEntry(int linear) {
    int page = linear >>> 12;
    int running = cpu.cs.base + blockStart >>> 12;
    return ((page ^ running) & Tlb.MASK) == 0 || translatedPage(page) != -1;
  }

  /** The page of translated code with the TLB entry of page {@code number}; -1 when none has it. */
  private int translatedPage(int number) {
    for (int page : translatedPages) {
      if (((page ^ number) & Tlb.MASK) == 0) {
        return page;
      }
    }
    return -1;
  }

  private void leavePlace() {
    place = 0;
    inBlock = false;
  }

  /** Has no step of the block that was begun go on into another. */
  void stayInBlock() {
    chainRoom = 0;
  }

  /** Ends a block, or several, the last of which had {@code done} instructions executed. */
  void finishBlock(int done) {
    retired += done;
    leavePlace();
  }

  /** EIP of the instruction that is executed, or was last. */
  int placeEip() {
    return inBlock ? blockStart + (place >>> 8) : cpu.instructionEip;
  }

  /**
   * Goes from the end of one block into another without asking the sequencer.
   *
   * @param done instructions of the block that ends
   * @return false, and nothing is counted, when not all of {@code next} may retire in this slice
   */
  boolean enter(int done, Block next) {
    long now = retired + done;
    if (chainRoom - now < next.length) {
      return false;
    }
    retired = now;
    return true;
  }

  /** Ends the slice; returns how many instructions it had. */
  long finish() {
    leavePlace();
    report();
    long all = retired;
    retired = 0;
    reported = 0;
    return all;
  }

  /** The current instruction has not happened; those before it have. */
  void countUpToHere() {
    retired += position();
    leavePlace();
  }

  /** The current instruction raised an exception. */
  void countFault() {
    retired += position() + 1L;
    leavePlace();
  }

  /** An instruction was not executed because of a breakpoint: a slice of one that faulted. */
  long countBreakpoint() {
    begin(1);
    countFault();
    return finish();
  }

  /** Leaves the block after the current instruction. */
  void endBlock() {
    blockEnded = true;
  }

  // ---- repeated string instructions, which are the last of their block

  /** How many passes may be counted now. */
  long passesLeft() {
    return room - retired - position();
  }

  void countPasses(long passes) {
    retired += passes;
  }

  /** The current instruction goes on later: it is not counted now. */
  void suspendInstruction() {
    cpu.eip = cpu.instructionEip;
    retired--;
    suspended = true;
    endBlock();
  }

  /**
   * The current instruction, a repeated one, is over, but its last pass was the last that may be
   * counted: the instruction itself is counted first thing in the next slice.
   */
  void oweInstruction() {
    retired--;
    owed = true;
    endBlock();
  }

  /** Whether an instruction that is over has not been counted yet. */
  boolean owes() {
    return owed;
  }

  /** Counts what was owed, in a slice of its own; returns 1. */
  long payInstruction() {
    owed = false;
    clock.retire(1);
    return 1;
  }

  void save(Section out) {
    out.put("owed", owed);
  }

  void restore(Section in) {
    owed = in.getBoolean("owed");
  }

  void reset() {
    owed = false;
  }

  /** Whether the last slice ended in front of an instruction that it had begun. */
  boolean suspended() {
    return suspended;
  }

  // ---- translated code, which counts down

  /** Translated code is going to run that lies in these linear pages, a number for each. */
  public void beginTranslated(int[] pages) {
    translatedPages = pages;
  }

  /** Whether looking up {@code linear} would take a page of the running code from the TLB. */
  public boolean evictsCode(int linear) {
    int page = translatedPage(linear >>> 12);
    return page != -1 && page != linear >>> 12;
  }

  /** How many instructions may still retire in the slice. */
  public long left() {
    return room - retired;
  }

  /** Translated code has come to an instruction in front of which {@code left} may retire. */
  public void countDownTo(long left) {
    retired = room - left;
    leavePlace();
    blockEnded = false;
  }

  /** Whether {@link #endBlock} was called since {@link #countDownTo}. */
  public boolean blockEnded() {
    return blockEnded;
  }

  // ---- devices see the clock as it is at this instruction

  @Override
  public void beginAccess() {
    report();
  }

  @Override
  public void endAccess() {
    if (clock.nextEventNanos() < nextEvent) {
      cpu.attend();
    }
  }

  private void report() {
    long now = retired + position();
    clock.retire(now - reported);
    reported = now;
  }
}
