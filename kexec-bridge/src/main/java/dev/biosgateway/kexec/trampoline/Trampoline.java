package dev.biosgateway.kexec.trampoline;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.Registers;
import dev.biosgateway.kexec.guest.GuestImage;
import dev.biosgateway.kexec.load.KexecSegment;
import dev.biosgateway.kexec.load.LoadedSegment;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.Arrays;

/**
 * The image between relocate_kernel and the routine: {@code real_mode.asm} or {@code flat.asm}, in
 * the first of its pages; what is left of them is the routine's stack. Fills in what a call needs
 * and reads back what it left. Immutable.
 */
public final class Trampoline {
  /** Goes down to real mode: INT n and far calls. */
  public static final Trampoline REAL_MODE =
      new Trampoline(CallMode.REAL, GuestImage.named("real_mode"));

  /** Stays flat with paging off: near calls. */
  public static final Trampoline FLAT = new Trampoline(CallMode.FLAT, GuestImage.named("flat"));

  /** Exceptions that the flat trampoline handles. */
  public static final int EXCEPTIONS = 32;

  /** As in exceptions.inc. */
  private static final int EXCEPTION_STUB_SIZE = 9;

  /** Selectors of real_mode.asm. */
  private static final int DATA16 = 0x20;

  private static final int BIG_DATA16 = 0x28;

  private final CallMode mode;
  private final GuestImage image;
  private final byte[] code;
  private final int callSite;
  private final int input;
  private final int output;

  private Trampoline(CallMode mode, GuestImage image) {
    this.mode = mode;
    this.image = image;
    this.code = image.code();
    this.callSite = image.offset("call_site");
    this.input = image.offset("input");
    this.output = image.offset("output");
  }

  /** The mode in which the routine is entered. */
  public CallMode mode() {
    return mode;
  }

  /**
   * The trampoline for one call, with the stack above it.
   *
   * @param address physical, page aligned; below 1 MB for real mode
   * @param size of both together, whole pages
   * @param site how the routine is entered
   * @param registers on entry; SS and ESP are the routine's stack
   * @param legacy what real mode code finds in interrupt controllers and A20 gate
   * @param bigReal whether real mode code may use offsets beyond 64 KB (big real mode)
   */
  public KexecSegment segment(
      int address,
      int size,
      CallSite site,
      Registers registers,
      LegacyState legacy,
      boolean bigReal) {
    byte[] bytes = code.clone();
    byte[] instruction = site.encode(address + callSite);
    System.arraycopy(instruction, 0, bytes, callSite, instruction.length);
    RegisterBlock.write(bytes, input, registers);
    if (mode == CallMode.REAL) {
      int masks = image.offset("interrupt_masks");
      bytes[masks] = (byte) legacy.masterMask();
      bytes[masks + 1] = (byte) legacy.slaveMask();
      bytes[image.offset("a20_open")] = (byte) (legacy.a20Open() ? 1 : 0);
      bytes[image.offset("data_selector")] = (byte) (bigReal ? BIG_DATA16 : DATA16);
    }
    return new KexecSegment("trampoline and stack", bytes, address & 0xffffffffL, size);
  }

  /** Offset of the entry from the start of the page. */
  public int entry() {
    return image.offset("entry");
  }

  /** Offset of the instruction that enters the routine. */
  public int callSite() {
    return callSite;
  }

  /** Whether calls can begin at {@link #landed} and end at {@link #stored}. */
  public boolean canHold() {
    return mode == CallMode.REAL;
  }

  /** Offset of the first instruction that depends on the registers the routine is given. */
  public int landed() {
    return image.offset("landed");
  }

  /** Offset of the first instruction behind the storing of all registers. */
  public int stored() {
    return image.offset("stored");
  }

  /** Puts other registers into a trampoline that lies in memory, at {@link #landed}. */
  public void give(PhysicalBus bus, int address, Registers registers) {
    byte[] block = new byte[RegisterBlock.SIZE];
    RegisterBlock.write(block, 0, registers);
    bus.load(address + input, block);
  }

  /** The registers that the routine left in a trampoline that lies in memory. */
  public Registers taken(byte[] memory, int address) {
    return RegisterBlock.read(memory, address + output);
  }

  /**
   * Whether a trampoline in memory is as it was but for the registers in it: then what comes behind
   * {@link #stored} goes as it would have gone.
   *
   * @param before its bytes at {@link #landed}
   */
  public boolean isWhole(byte[] memory, int address, byte[] before) {
    int behind = output + RegisterBlock.SIZE;
    return Arrays.equals(before, 0, input, memory, address, address + input)
        && Arrays.equals(
            before, behind, before.length, memory, address + behind, address + before.length);
  }

  /** Bytes of code and data; the rest of its pages is stack. */
  public int size() {
    return code.length;
  }

  /** Offset of what handles an exception of a flat routine; there is none in real mode. */
  public int exception(int vector) {
    return image.offset("exception_stubs") + vector * EXCEPTION_STUB_SIZE;
  }

  /** The registers after the routine returned, out of the trampoline's source page. */
  public Registers registers(LoadedSegment loaded) {
    return RegisterBlock.read(loaded.read(output, RegisterBlock.SIZE), 0);
  }

  /** What the routine left in interrupt controllers and A20 gate; of real mode calls. */
  public LegacyState legacyState(LoadedSegment loaded) {
    byte[] masks = loaded.read(image.offset("interrupt_masks"), 2);
    byte[] a20 = loaded.read(image.offset("a20_open"), 1);
    return new LegacyState(masks[0] & 0xff, masks[1] & 0xff, a20[0] != 0);
  }
}
