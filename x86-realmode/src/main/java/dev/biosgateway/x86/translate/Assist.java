package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.bus.PageFlags;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.FastStrings;
import dev.biosgateway.x86.cpu.LoadStore;
import dev.biosgateway.x86.cpu.PortIo;
import dev.biosgateway.x86.cpu.RetirementUnit;
import dev.biosgateway.x86.cpu.SegmentRegister;

/**
 * What the code of a region calls when an access is not one of plain memory: limits, faults, pages
 * that end, pages with code, page walks. Before it does anything it puts EIP, flags and count where
 * the rest of the machine looks for them; the general registers follow when an exception passes
 * through the region.
 */
final class Assist {
  /** What {@code store} answers: go on behind the access. */
  static final int DONE = 0;

  /** The access was not made: leave in front of the instruction. */
  static final int NOT_DONE = 1;

  /** The access was made; leave behind the instruction. */
  static final int LAST = 2;

  /** What {@code softwareNear} answers: not done, and nothing has happened. */
  static final int FAR = 0;

  /** Done, and the region goes on where EIP is. */
  static final int NEAR = 1;

  /** Done, but the region is to be left. */
  static final int NEAR_AND_LAST = 2;

  private static final int NOWHERE = -1;

  /** Whether the last load was not made, so that the region is to be left in front of it. */
  boolean refused;

  /** How many instructions are left in front of an access that was not made. */
  int rest;

  /** What methods of a region leave for each other. */
  final DeferredFlags pending = new DeferredFlags();

  private int made;

  /** Ordinal of the {@link Departure}. */
  int departure;

  /** The region whose code runs. */
  Region running;

  /** At the head of the region, it is left when fewer instructions than that may retire. */
  int floor;

  /** What repeated string instructions do over plain memory. */
  final FastStrings strings;

  /** Instructions the slice may have beyond those the region was given. */
  long beyond;

  /** What is left of those, when the instruction that is executed has retired. */
  private int leftBehind;

  private final Cpu cpu;
  private final PhysicalBus bus;
  private final LoadStore loadStore;
  private final RetirementUnit retirement;

  Assist(Cpu cpu) {
    this.cpu = cpu;
    this.bus = cpu.bus;
    this.loadStore = cpu.loadStore;
    this.retirement = cpu.retirement;
    this.strings = new FastStrings(cpu);
  }

  // ---- one access; the numbers after the site are the count left and the flags

  /** Loads {@code size} bytes, zero-extended. */
  int load(
      int offset,
      int size,
      Site site,
      int left,
      int kind,
      int a,
      int b,
      int restKind,
      int restA,
      int restB) {
    arrive(site, left, kind, a, b, restKind, restA, restB);
    refused = isDevice(site.segment(), offset, size, false);
    if (refused) {
      refuse(site, left);
      return 0;
    }
    return switch (size) {
      case 1 -> loadStore.load8(site.segment(), offset);
      case 2 -> loadStore.load16(site.segment(), offset);
      default -> loadStore.load32(site.segment(), offset);
    };
  }

  /** Loads what the instruction is going to store to, with the faults of the store. */
  int modify(
      int offset,
      int size,
      Site site,
      int left,
      int kind,
      int a,
      int b,
      int restKind,
      int restA,
      int restB) {
    int physical = ofPlainWrite(site.segment(), offset, size);
    if (physical != NOWHERE && bus.isPlainButForCode(physical)) {
      refused = false;
      return switch (size) {
        case 1 -> bus.read8(physical);
        case 2 -> bus.read16(physical);
        default -> bus.read32(physical);
      };
    }
    arrive(site, left, kind, a, b, restKind, restA, restB);
    refused = isDevice(site.segment(), offset, size, true);
    if (refused) {
      refuse(site, left);
      return 0;
    }
    return switch (size) {
      case 1 -> loadStore.loadForStore8(site.segment(), offset);
      case 2 -> loadStore.loadForStore16(site.segment(), offset);
      default -> loadStore.loadForStore32(site.segment(), offset);
    };
  }

  /** Stores {@code size} bytes; says how to go on. */
  int store(
      int offset,
      int value,
      int size,
      Site site,
      int left,
      int kind,
      int a,
      int b,
      int restKind,
      int restA,
      int restB) {
    int physical = ofPlainWrite(site.segment(), offset, size);
    if (physical != NOWHERE && bus.writeBesideCode(physical, size, value)) {
      return DONE;
    }
    arrive(site, left, kind, a, b, restKind, restA, restB);
    if (isDevice(site.segment(), offset, size, true)) {
      refuse(site, left);
      return NOT_DONE;
    }
    switch (size) {
      case 1 -> loadStore.store8(site.segment(), offset, value);
      case 2 -> loadStore.store16(site.segment(), offset, value);
      default -> loadStore.store32(site.segment(), offset, value);
    }
    return retirement.blockEnded() ? LAST : DONE;
  }

  // ---- one access of plain memory, or none: then made() is negative, and nothing has changed

  /** Negative when the last access was not made. */
  int made() {
    return made;
  }

  /** Loads {@code size} bytes of plain memory, zero-extended, across pages, too. */
  int loadPlain(int offset, int size, int segment) {
    SegmentRegister s = cpu.segments[segment];
    int linear = s.base + offset;
    int last = linear + size - 1;
    boolean plain =
        (offset & 0xffffffffL) + size <= s.readableBytes
            && (bus.flags[linear >>> 12] & PageFlags.SLOW_READ) == 0
            && (bus.flags[last >>> 12] & PageFlags.SLOW_READ) == 0;
    made = plain ? DONE : NOWHERE;
    int value = 0;
    for (int k = size - 1; plain && k >= 0; k--) {
      value = value << 8 | bus.ram[linear + k] & 0xff;
    }
    return value;
  }

  /** Stores {@code size} bytes to plain memory, across pages and beside code, too. */
  void storePlain(int offset, int value, int size, int segment) {
    SegmentRegister s = cpu.segments[segment];
    int linear = s.base + offset;
    int last = linear + size - 1;
    boolean within = (offset & 0xffffffffL) + size <= s.writableBytes;
    made = within ? DONE : NOWHERE;
    if (!within) {
      return;
    }
    if (linear >>> 12 == last >>> 12) {
      made = bus.writeBesideCode(linear, size, value) ? DONE : NOWHERE;
    } else if ((bus.flags[linear >>> 12] | bus.flags[last >>> 12]) == 0) {
      for (int k = 0; k < size; k++) {
        bus.ram[linear + k] = (byte) (value >>> 8 * k);
      }
    } else {
      made = NOWHERE;
    }
  }

  /** Loads a segment register from a pointer; says how to go on: {@link #DONE} or {@link #LAST}. */
  int loadSegment(
      int segment,
      int selector,
      Site site,
      int left,
      int kind,
      int a,
      int b,
      int restKind,
      int restA,
      int restB) {
    arrive(site, left, kind, a, b, restKind, restA, restB);
    cpu.segmentLoad.load(segment, selector);
    return isLast() || !running.isForSegment(cpu, segment) ? LAST : DONE;
  }

  /** Leaves: puts flags and EIP into their places; how many instructions are left. */
  int leave(
      Exit exit, int eip, int left, int kind, int a, int b, int restKind, int restA, int restB) {
    FlagState flags = exit.flags();
    FlagState rest = flags.rest();
    int code = flags.kind() == FlagState.Kind.MIXED ? kind : flags.code();
    int restCode = flags.isMixed() ? restKind : rest == null ? 0 : rest.code();
    pending.write(cpu.flags, code, a, b, restCode, restA, restB);
    cpu.eip = eip;
    departure = exit.why().ordinal();
    return left + exit.undone();
  }

  /** Has the region left in front of the instruction. */
  private void refuse(Site site, int left) {
    cpu.eip = site.eip();
    departure = Departure.DEVICE.ordinal();
    rest = left + site.undone();
  }

  /** The same as MOV and POP do. */
  int moveSegment(
      int segment,
      int selector,
      Site site,
      int left,
      int kind,
      int a,
      int b,
      int restKind,
      int restA,
      int restB) {
    arrive(site, left, kind, a, b, restKind, restA, restB);
    cpu.segmentLoad.move(segment, selector);
    return isLast() || !running.isForSegment(cpu, segment) ? LAST : DONE;
  }

  // ---- ports; afterwards, whether to leave behind the access: isLast

  /** IN; the value, zero-extended. */
  int portIn(
      int port,
      int size,
      Site site,
      int left,
      int kind,
      int a,
      int b,
      int restKind,
      int restA,
      int restB) {
    begin(site, left);
    try {
      return PortIo.read(cpu, port, size);
    } catch (RuntimeException e) {
      pending.write(cpu.flags, kind, a, b, restKind, restA, restB);
      throw e;
    }
  }

  /** OUT; 0. */
  int portOut(
      int port,
      int size,
      int value,
      Site site,
      int left,
      int kind,
      int a,
      int b,
      int restKind,
      int restA,
      int restB) {
    begin(site, left);
    try {
      PortIo.write(cpu, port, size, value);
      return 0;
    } catch (RuntimeException e) {
      pending.write(cpu.flags, kind, a, b, restKind, restA, restB);
      throw e;
    }
  }

  // ---- one instruction, executed by its operation with all registers in place

  /** Before the operation. */
  void begin(Site site, int left) {
    cpu.instructionEip = site.eip();
    cpu.eip = site.next();
    leftBehind = left + site.undone() - 1;
    retirement.countDownTo(leftBehind + 1 + beyond);
  }

  /** INT with flags and stack pointer in place; {@link #FAR}, {@link #NEAR} or the last. */
  int softwareNear(int vector, Site site, int left) {
    begin(site, left);
    return near(cpu.interrupts.softwareNear(vector));
  }

  /** IRET with the stack pointer in place; {@link #FAR}, {@link #NEAR} or the last. */
  int returnNear(boolean operand32, Site site, int left) {
    begin(site, left);
    return near(cpu.interrupts.returnNear(operand32));
  }

  private int near(boolean done) {
    return !done ? FAR : isLast() ? NEAR_AND_LAST : NEAR;
  }

  /** After it: whether to leave behind it, wherever EIP is. */
  boolean isLast() {
    return retirement.blockEnded();
  }

  /** After it: whether the region's code is not for the mode that the processor is in now. */
  boolean isOutOfMode() {
    return !running.isForModeBehindTransfer(cpu);
  }

  /** After it: whether the region is to be left for either reason. */
  boolean isLastOrOutOfMode() {
    return isLast() || isOutOfMode();
  }

  /**
   * After it: how many may still retire; the instruction has. Passes of REP are taken from what the
   * region was not given, as long as that is enough: they are none of its own work.
   */
  int left() {
    long all = retirement.left() - 1;
    int left = (int) Math.min(all, leftBehind);
    beyond = all - left;
    return left;
  }

  private void arrive(
      Site site, int left, int kind, int a, int b, int restKind, int restA, int restB) {
    cpu.instructionEip = site.eip();
    cpu.eip = site.next();
    pending.write(cpu.flags, kind, a, b, restKind, restA, restB);
    retirement.countDownTo(left + site.undone() + beyond);
  }

  /**
   * Whether the access goes to something that is not memory, is one of the 8086's own, or takes the
   * translation of the region's own code from the TLB.
   */
  private boolean isDevice(int segment, int offset, int size, boolean write) {
    if (offset == 0xffff && size == 2 && cpu.model.wrapsOffsets()) {
      return true;
    }
    int linear =
        write
            ? loadStore.writable(segment, offset, size)
            : loadStore.readable(segment, offset, size);
    return isDevice(linear, write)
        || (linear & 0xfff) + size > PhysicalBus.PAGE && isDevice((linear | 0xfff) + 1, write);
  }

  /**
   * Physical address of a write that needs no help to get there: within its segment and a page, and
   * known to the TLB; else {@link #NOWHERE}.
   */
  private int ofPlainWrite(int segment, int offset, int size) {
    SegmentRegister s = cpu.segments[segment];
    int linear = s.base + offset;
    boolean plain =
        (offset & 0xffffffffL) + size <= s.writableBytes
            && (linear & 0xfff) + size <= PhysicalBus.PAGE;
    if (!plain) {
      return NOWHERE;
    }
    return cpu.paging() ? cpu.paging.heldForWrite(linear) : linear;
  }

  private boolean isDevice(int linear, boolean write) {
    int physical = linear;
    if (cpu.paging()) {
      if (retirement.evictsCode(linear)) {
        return true; // the interpreter walks again for the next instruction of that page
      }
      physical = write ? cpu.paging.forWrite(linear) : cpu.paging.forRead(linear);
    }
    int device = PageFlags.NOT_RAM | PageFlags.INTERPOSED;
    return (bus.flags[bus.gated(physical) >>> 12] & device) != 0;
  }
}
