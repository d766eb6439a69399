package dev.biosgateway.kexec.call;

import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.trampoline.Trampoline;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineState;
import dev.biosgateway.x86.bus.MemoryBlock;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Eflags;
import dev.biosgateway.x86.cpu.SegmentRegister;
import java.util.Arrays;

/**
 * A jump that is held where it has landed: in the trampoline, behind the exchange of pages, in
 * front of the first instruction that depends on what the routine is given. Calls that are placed
 * alike and leave nothing begin there, one after the other, and the machine goes back there between
 * them rather than to the host's idle loop: the way down would be the same to the last bit.
 *
 * <p>A call ends behind the storing of its registers if what comes then is certain to come, because
 * nothing that the way up depends on has changed; otherwise it takes the way up, and ends as that
 * ends.
 */
final class Landing {
  /** Bytes at the top of the swap page in which relocate_kernel and trampoline have their stack. */
  private static final int IMAGE_STACK = 12;

  private static final int PAGE = PhysicalBus.PAGE;
  private static final int LOW_PAGES = (1 << 20) / PAGE;

  private final Machine machine;
  private final PhysicalBus bus;
  private final Cpu cpu;
  private final CallPlan plan;
  private final Kimage image;
  private final Trampoline trampoline;
  private final long wayUp;
  private final byte[] own;
  private final byte[] stack = new byte[IMAGE_STACK];
  private final byte[] stackNow = new byte[IMAGE_STACK];
  private MachineState state;
  private int cr0;
  private int cr3;
  private int cr4;
  private int dr7;
  private int csRights;
  private int csLimit;
  private int dsRights;
  private int dsLimit;
  private long mappings;
  private boolean hostWritten;

  /**
   * A landing of calls that are placed as {@code plan} is.
   *
   * @param image of the first of them
   * @param wayUp nanoseconds the way up takes at most
   */
  Landing(Machine machine, CallPlan plan, Kimage image, long wayUp) {
    this.machine = machine;
    this.bus = machine.bus();
    this.cpu = machine.cpu();
    this.plan = plan;
    this.image = image;
    this.trampoline = plan.trampoline();
    this.wayUp = wayUp;
    this.own = new byte[trampoline.size()];
  }

  /** Whether a jump is held here. */
  boolean isHeld() {
    return state != null;
  }

  /** Whether a call may begin here: it would come here with the same memory and devices. */
  boolean suits(CallPlan other) {
    return plan.isPlacedAs(other);
  }

  /** The image of the jump. */
  Kimage image() {
    return image;
  }

  /** The jump has landed: this is where further calls begin. */
  void hold() {
    bus.read(plan.trampolineAddress(), own, 0, own.length);
    bus.read(imageStack(), stack, 0, IMAGE_STACK);
    cr0 = cpu.cr0;
    cr3 = cpu.cr3;
    cr4 = cpu.cr4;
    dr7 = cpu.dr[7];
    csRights = cpu.cs.rights;
    csLimit = cpu.cs.limit;
    dsRights = cpu.segments[SegmentRegister.DS].rights;
    dsLimit = cpu.segments[SegmentRegister.DS].limit;
    mappings = bus.mappingChanges();
    state = machine.save();
  }

  private int imageStack() {
    return image.swapPage() + PAGE - IMAGE_STACK;
  }

  /** Gives the next call its registers and the content of its buffers. */
  void begin(CallPlan next) {
    mappings = bus.mappingChanges();
    next.give(bus, image.swapPage(), PAGE - IMAGE_STACK);
  }

  /** Whether the way up from here, behind the storing of registers, is as it is for every call. */
  boolean isClear() {
    return isControlUnchanged()
        && isUndisturbed()
        && bus.mappingChanges() == mappings
        && trampoline.isWhole(bus.ram, plan.trampolineAddress(), own)
        && isHostUnchanged();
  }

  private boolean isControlUnchanged() {
    SegmentRegister ds = cpu.segments[SegmentRegister.DS];
    return cpu.cr0 == cr0
        && cpu.cr3 == cr3
        && cpu.cr4 == cr4
        && cpu.dr[7] == dr7
        && cpu.cs.selector == plan.trampolineAddress() >>> 4
        && cpu.cs.rights == csRights
        && cpu.cs.limit == csLimit
        && ds.rights == dsRights
        && ds.limit == dsLimit
        && bus.a20();
  }

  /** No trap, interrupt, event, reset or exception of the numeric unit comes in between. */
  private boolean isUndisturbed() {
    return (cpu.flags.system & (Eflags.TF | Eflags.RF)) == 0
        && !cpu.interrupts.wakes()
        && cpu.pins.requestedReset() == null
        && !cpu.pins.poweredOff()
        && (cpu.fpu == null || !cpu.fpu.exceptionPending())
        && machine.clock().nextEventNanos() - machine.clock().nanos() > wayUp;
  }

  /** Below 1 MB is nothing of the host; above, only the bottom of the swap page may be another. */
  private boolean isHostUnchanged() {
    hostWritten = false;
    state.forEachWrittenPage(this::written);
    if (hostWritten) {
      return false;
    }
    bus.read(imageStack(), stackNow, 0, IMAGE_STACK);
    return Arrays.equals(stack, stackNow);
  }

  private void written(MemoryBlock block, int page) {
    hostWritten |= block == null && page >= LOW_PAGES && page != image.swapPage() / PAGE;
  }

  /** Goes back to where the next call begins. */
  void rewind() {
    machine.rewind(state);
  }

  /** Gives the jump up: memory is as it was before it, devices are the caller's affair. */
  void leave() {
    if (state != null) {
      machine.rollback(state);
      state = null;
    }
  }
}
