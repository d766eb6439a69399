package dev.biosgateway.kexec.call;

import dev.biosgateway.api.BufferPointer;
import dev.biosgateway.api.CallBuffer;
import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import dev.biosgateway.kexec.load.KexecLoad;
import dev.biosgateway.kexec.load.KexecSegment;
import dev.biosgateway.kexec.load.LoadedSegment;
import dev.biosgateway.kexec.load.PageFrames;
import dev.biosgateway.kexec.trampoline.CallSite;
import dev.biosgateway.kexec.trampoline.LegacyState;
import dev.biosgateway.kexec.trampoline.Trampoline;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One call, placed: trampoline, stack and buffers have their addresses, the registers that point to
 * them their values. What it adds to a load session is always in this order: trampoline with stack,
 * buffers.
 */
final class CallPlan {
  /** Trampoline and stack of a real mode routine: BIOS code is promised half as much. */
  private static final int REAL_STACK = 0x2000;

  /** Trampoline and stack of a flat program. */
  private static final int FLAT_STACK = 0x4000;

  /** A buffer and where it lies. */
  record PlacedBuffer(CallBuffer buffer, int address) {}

  private final Trampoline trampoline;
  private final CallSite site;
  private final List<LoadedSegment> program;
  private final int trampolineAddress;
  private final int stackSize;
  private final List<PlacedBuffer> buffers = new ArrayList<>();
  private final Registers registers;
  private final boolean bigReal;

  /**
   * Places a call.
   *
   * @param mode how the routine is entered
   * @param bigReal whether segments of real mode reach 4 GB
   * @param program the called program's segments; none for what stays in memory
   * @param frames page frames of the host, among which flat buffers are placed
   * @throws InvalidRequestException if the request does not fit the mode or the memory
   */
  CallPlan(
      CallMode mode,
      boolean bigReal,
      CallSite site,
      CallRequest request,
      List<LoadedSegment> program,
      PageFrames frames) {
    request.requireMode(mode);
    this.trampoline = mode == CallMode.REAL ? Trampoline.REAL_MODE : Trampoline.FLAT;
    this.site = site;
    this.bigReal = bigReal;
    this.program = program;
    List<KexecSegment> taken = new ArrayList<>();
    program.forEach(s -> taken.add(s.segment()));
    ConventionalMemory memory = new ConventionalMemory(taken);
    stackSize = mode == CallMode.REAL ? REAL_STACK : FLAT_STACK;
    trampolineAddress = memory.take(stackSize, "trampoline and stack");

    Registers file = request.registers();
    for (CallBuffer buffer : request.buffers()) {
      if (buffer.pointer() instanceof BufferPointer.Far far) {
        int at = memory.take(buffer.size(), buffer.toString());
        buffers.add(new PlacedBuffer(buffer, at));
        file = file.with(far.segment(), at >>> 4).with(far.offset(), 0);
      } else if (buffer.pointer() instanceof BufferPointer.Flat flat) {
        int at = placeFlat(buffer, frames, taken);
        taken.add(KexecSegment.zeroed(buffer.name(), at, buffer.size() + 0xfffL & ~0xfffL));
        buffers.add(new PlacedBuffer(buffer, at));
        file = file.with(flat.register(), at & 0xffffffffL);
      }
    }
    // In segment 0 where that reaches, as during POST: some ROMs take their locals' addresses for
    // linear ones.
    int stackTop = trampolineAddress + stackSize;
    boolean far = mode == CallMode.REAL && stackTop > 0xffff;
    file = file.with(Register.SS, far ? trampolineAddress >>> 4 : 0);
    this.registers = file.with(Register.ESP, far ? stackSize : stackTop);
  }

  private static int placeFlat(CallBuffer buffer, PageFrames frames, List<KexecSegment> taken) {
    int pages = (buffer.size() + 0xfff) / 0x1000;
    int at = frames.findRun(pages, f -> taken.stream().noneMatch(s -> holds(s, f)));
    if (at == -1) {
      throw new InvalidRequestException(
          String.format(
              "%s: no run of %d free pages for it; the machine has %d free pages above 1 MiB",
              buffer, pages, frames.available()));
    }
    return at;
  }

  private static boolean holds(KexecSegment segment, int physical) {
    long address = physical & 0xffffffffL;
    return address >= segment.mem() && address < segment.end();
  }

  /** Adds everything to a load session. */
  void addTo(KexecLoad load, LegacyState legacy) {
    program.forEach(load::add);
    load.add(trampoline.segment(trampolineAddress, stackSize, site, registers, legacy, bigReal));
    for (PlacedBuffer placed : buffers) {
      load.add(
          KexecSegment.of(
              "buffer " + placed.buffer.name(),
              placed.buffer.content(),
              placed.address & 0xffffffffL));
    }
  }

  /**
   * Whether another call has everything in the same places, so that the way to the routine is the
   * same; registers and contents of buffers may be others.
   */
  boolean isPlacedAs(CallPlan other) {
    boolean same =
        trampoline == other.trampoline
            && trampolineAddress == other.trampolineAddress
            && stackSize == other.stackSize
            && bigReal == other.bigReal
            && site.equals(other.site)
            && program.size() == other.program.size()
            && buffers.size() == other.buffers.size();
    for (int i = 0; same && i < program.size(); i++) {
      same = program.get(i) == other.program.get(i);
    }
    for (int i = 0; same && i < buffers.size(); i++) {
      PlacedBuffer mine = buffers.get(i);
      PlacedBuffer its = other.buffers.get(i);
      same = mine.address == its.address && mine.buffer.size() == its.buffer.size();
    }
    return same;
  }

  /**
   * Gives registers and buffers to a jump that has landed and is placed as this call. The page that
   * was exchanged last is in the swap page too, but for what is stack there.
   *
   * @param swapPage of the jump, and how many bytes of it are not stack
   */
  void give(PhysicalBus bus, int swapPage, int swapBytes) {
    trampoline.give(bus, trampolineAddress, registers);
    for (int i = 0; i < buffers.size(); i++) {
      PlacedBuffer placed = buffers.get(i);
      byte[] content = placed.buffer.content();
      bus.load(placed.address, content);
      if (i == buffers.size() - 1) {
        int lastPage = content.length - 1 & -PhysicalBus.PAGE;
        int end = Math.min(content.length, lastPage + swapBytes);
        bus.load(swapPage, Arrays.copyOfRange(content, lastPage, end));
      }
    }
  }

  /** Physical address at which the image is entered. */
  long start() {
    return trampolineAddress + trampoline.entry();
  }

  /** What enters the routine. */
  CallSite site() {
    return site;
  }

  /** What the call was given: trampoline and stack, buffers, the pages of its program. */
  List<PolicyGuard.Range> own() {
    List<PolicyGuard.Range> own = new ArrayList<>();
    own.add(new PolicyGuard.Range(trampolineAddress, trampolineAddress + stackSize));
    for (PlacedBuffer placed : buffers) {
      own.add(new PolicyGuard.Range(placed.address(), placed.address() + placed.buffer().size()));
    }
    for (LoadedSegment segment : program) {
      own.add(new PolicyGuard.Range(segment.segment().mem(), segment.segment().end()));
    }
    return own;
  }

  /** Pages that are exchanged for it, but for those of its program. */
  long pages() {
    long pages = stackSize >>> 12;
    for (PlacedBuffer placed : buffers) {
      pages += placed.buffer().size() + 0xfff >>> 12;
    }
    return pages;
  }

  Trampoline trampoline() {
    return trampoline;
  }

  int trampolineAddress() {
    return trampolineAddress;
  }

  List<PlacedBuffer> buffers() {
    return buffers;
  }

  /** Physical address of the instruction that enters the routine. */
  int callSite() {
    return trampolineAddress + trampoline.callSite();
  }

  /** Physical address it returns to. */
  int returnSite() {
    return callSite() + site.encode(callSite()).length;
  }

  /** The routine's caller as the registers name it: CS and EIP of the instruction returned to. */
  Registers withReturnSite(Registers file) {
    return trampoline.mode() == CallMode.REAL
        ? file.with(Register.CS, trampolineAddress >>> 4)
            .with(Register.EIP, returnSite() - trampolineAddress)
        : file.with(Register.EIP, returnSite());
  }
}
