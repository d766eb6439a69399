package dev.biosgateway.kexec.context;

import dev.biosgateway.kexec.guest.GuestImage;
import dev.biosgateway.kexec.load.ControlPages;
import dev.biosgateway.kexec.load.IdentityTables;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.load.PageFrames;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.kexec.protocol.RestartPoint;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.isa.CpuModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The host in guest memory: where its code, data, stack and page tables lie, what it is told before
 * it starts, and the image it is told to jump to. What it does is in {@code host.asm}.
 *
 * <pre>
 *   100000h  code and data of the host: GDT, IDT, TSS, saved context
 *   +        stack, one page
 *   +        tables for the way up from the reset vector, then swapper_pg_dir
 *   +        page frames, up to the end of lowmem
 * </pre>
 *
 * <p>All addresses are physical unless called virtual. Not thread-safe.
 */
public final class HostContext {
  /** Where the host lies, as Linux does. */
  public static final int BASE = 0x100000;

  private static final int PAGE = PhysicalBus.PAGE;

  // ---- selectors.inc
  private static final int KERNEL_CS = 0x60;
  private static final int KERNEL_DS = 0x68;

  /** kimage.restart of host.asm. */
  private static final int RESTART_AT = 36;

  /** Restart points, and the names of their entries in relocate_kernel. */
  private static final Map<Integer, String> RESTART_ENTRIES =
      new TreeMap<>(
          Map.of(
              RestartPoint.RESTORE,
              "jump_back",
              RestartPoint.SUSPEND_TO_RAM,
              "restart_suspend_to_ram",
              RestartPoint.POWER_OFF_S4,
              "restart_power_off",
              RestartPoint.FIRST_OWN,
              "restart_own"));

  private final PhysicalBus bus;
  private final GuestImage image;
  private final PagingMode paging;
  private final int stack;
  private final int swapperPgDir;
  private final PageFrames frames;
  private final ControlPages controlPages;
  private final byte[] relocate;

  /**
   * Loads the host into zeroed memory and tells it about the machine.
   *
   * @throws IllegalArgumentException if the processor has no paging of that kind
   */
  public HostContext(PhysicalBus bus, CpuModel model, PagingMode paging) {
    this(bus, model, paging, GuestImage.named("host"));
  }

  /**
   * The same with another kernel of the same make.
   *
   * @param image exports what {@code host.asm} does
   */
  public HostContext(PhysicalBus bus, CpuModel model, PagingMode paging, GuestImage image) {
    this(bus, model, paging, image, 0);
  }

  /**
   * The same on a machine whose firmware has been there before, and has left memory above 1 MB as
   * {@link #clear} makes it.
   *
   * @param firmwareTop bytes at the top of memory that are the firmware's
   */
  public HostContext(PhysicalBus bus, CpuModel model, PagingMode paging, int firmwareTop) {
    this(bus, model, paging, GuestImage.named("host"), firmwareTop);
  }

  private HostContext(
      PhysicalBus bus, CpuModel model, PagingMode paging, GuestImage image, int firmwareTop) {
    if (!model.isAtLeast(CpuModel.I386)
        || paging == PagingMode.PAE && !model.has(CpuModel.Feature.PAE)) {
      throw new IllegalArgumentException(
          "processor " + model.id() + " has no " + paging + " paging: the host needs it");
    }
    this.bus = bus;
    this.image = image;
    this.paging = paging;
    bus.load(BASE, image.code());
    stack = BASE + pageAlign(image.size());
    int bootTables = stack + PAGE;
    swapperPgDir = bootTables + IdentityTables.pages(paging) * PAGE;
    int lowmem = Math.min(bus.ramSize() - firmwareTop, HostPageTables.LOWMEM_MAX);
    int end = swapperPgDir + HostPageTables.pages(paging, lowmem) * PAGE;
    frames = new PageFrames(bus, end, lowmem);
    int code = image.offset("relocate_kernel");
    relocate = Arrays.copyOfRange(image.code(), code, image.offset("relocate_kernel_end"));
    controlPages = ControlPages.resident(bus, frames, paging, lowmem, relocate);

    int[] boot = new int[IdentityTables.pages(paging)];
    for (int i = 0; i < boot.length; i++) {
      boot[i] = bootTables + i * PAGE;
    }
    int startup = BASE + image.offset("startup_32") & ~0xfff;
    IdentityTables.write(bus, paging, boot, startup, startup + Kimage.PAGE_OFFSET);
    boolean global = model.has(CpuModel.Feature.PGE);
    HostPageTables.write(bus, paging, swapperPgDir, lowmem, global);

    // struct boot_params of host.asm
    int at = BASE + image.offset("boot_params");
    bus.write32(at, model.has(CpuModel.Feature.VME) ? 1 : 0); // CR4 came with VME
    bus.write32(at + 4, model.has(CpuModel.Feature.PAE) ? 1 : 0);
    bus.write32(at + 8, (paging == PagingMode.PAE ? 1 << 5 : 0) | (global ? 1 << 7 : 0));
    bus.write32(at + 12, bootTables);
    bus.write32(at + 16, swapperPgDir);
    bus.write32(at + 20, stack + PAGE + Kimage.PAGE_OFFSET);
    bus.write32(at + 24, model.has(CpuModel.Feature.FPU) ? 1 : 0);
  }

  /**
   * Clears memory above 1 MB, in which firmware has worked.
   *
   * @param firmwareTop bytes at the top of memory that are the firmware's
   */
  public static void clear(PhysicalBus bus, int firmwareTop) {
    byte[] zeros = new byte[PAGE];
    for (int page = BASE; page < bus.ramSize() - firmwareTop; page += PAGE) {
      bus.load(page, zeros);
    }
  }

  private static int pageAlign(int size) {
    return size + PAGE - 1 & -PAGE;
  }

  /** How the host pages. */
  public PagingMode paging() {
    return paging;
  }

  /** The page frames that are not the host's own. */
  public PageFrames frames() {
    return frames;
  }

  /** The control pages of calls, one at a time: they stay, with relocate_kernel in place. */
  public ControlPages controlPages() {
    return controlPages;
  }

  /** Where startup_32 begins: entered flat, with paging off. */
  public int startup() {
    return BASE + image.offset("startup_32");
  }

  /** Puts the processor to {@link #startup}, as firmware's loader does. */
  public void enter(Cpu cpu) {
    int descriptor = bootGdtDescriptor();
    FlatEntry.enter(
        cpu, startup(), KERNEL_CS, KERNEL_DS, bus.read32(descriptor + 2), bus.read16(descriptor));
  }

  /** The pseudo-descriptor of the host's GDT for use with paging off, 6 bytes. */
  public int bootGdtDescriptor() {
    return BASE + image.offset("boot_gdt_descr");
  }

  /** Physical address of a name that the kernel exports. */
  public int address(String symbol) {
    return BASE + image.offset(symbol);
  }

  /** Where the host waits between two jumps. */
  public int idle() {
    return BASE + image.offset("idle");
  }

  /** Virtual address of what runs one jump, from {@link #idle} to {@link #idle}. */
  public int kexecJumpVirtual() {
    return BASE + image.offset("kexec_jump") + Kimage.PAGE_OFFSET;
  }

  /** Virtual address of what suspends the machine to RAM, from {@link #idle} to {@link #idle}. */
  public int sleepVirtual() {
    return BASE + image.offset("sleep") + Kimage.PAGE_OFFSET;
  }

  /** Virtual address of what switches the power off; at {@link #idle} again where it cannot. */
  public int powerOffVirtual() {
    return BASE + image.offset("power_off") + Kimage.PAGE_OFFSET;
  }

  /** Where the host comes to when it takes an exception; never in a correct host. */
  public int exception() {
    return BASE + image.offset("exception");
  }

  /** The host's stack, one page. */
  public int stack() {
    return stack;
  }

  /** The host's page tables: CR3 outside of a jump. */
  public int swapperPgDir() {
    return swapperPgDir;
  }

  /** Where the host goes on when an image comes back: what the image finds at [esp]. */
  public int jumpBackEntry(Kimage kimage) {
    return kimage.preserveContext() ? jumpBackEntry(kimage.controlPage()) : 0;
  }

  /** Where the host goes on when an image with this control page comes back. */
  public int jumpBackEntry(int controlPage) {
    return controlPage + image.offset("jump_back") - image.offset("relocate_kernel");
  }

  /**
   * The ways back into this kernel for an image with this control page.
   *
   * @param powerManagement whether the machine has what sleeping and power off want
   */
  public List<RestartPoint> restartPoints(int controlPage, boolean powerManagement) {
    List<RestartPoint> out = new ArrayList<>();
    RESTART_ENTRIES.forEach(
        (number, symbol) -> {
          boolean sleeps =
              number == RestartPoint.SUSPEND_TO_RAM || number == RestartPoint.POWER_OFF_S4;
          if (image.exports(symbol) && (powerManagement || !sleeps)) {
            int offset = image.offset(symbol) - image.offset("relocate_kernel");
            out.add(new RestartPoint(number, controlPage + offset));
          }
        });
    return out;
  }

  /** Tells the host which image to jump to: struct kimage of host.asm. */
  public void setImage(Kimage kimage) {
    int at = BASE + image.offset("kimage");
    bus.write32(at, kimage.start());
    bus.write32(at + 4, kimage.head());
    bus.write32(at + 8, kimage.preserveContext() ? 1 : 0);
    bus.write32(at + 12, kimage.controlPage() + Kimage.PAGE_OFFSET);
    bus.write32(at + 16, kimage.controlPage());
    bus.write32(at + 20, kimage.controlPage() + Kimage.PAGE_OFFSET);
    bus.write32(at + 24, kimage.pgd());
    bus.write32(at + 28, kimage.swapPage());
    bus.write32(at + 32, bus.read32(BASE + image.offset("boot_params")));
  }

  /** image->start as the host left it: after a jump, where the image wants to be entered next. */
  public int imageStart() {
    return bus.read32(BASE + image.offset("kimage"));
  }

  /** Number of the restart point by which the image came back from the last jump. */
  public int restart() {
    return bus.read32(BASE + image.offset("kimage") + RESTART_AT);
  }

  /**
   * Clears what a jump leaves in the host and nobody reads again: dead stack, struct kimage, the
   * saved context. Afterwards a jump that changed nothing has changed nothing.
   */
  public void scrub() {
    bus.load(stack, new byte[PAGE]);
    int first = image.offset("kimage");
    bus.load(BASE + first, new byte[image.offset("scratch_end") - first]);
    bus.load(controlPages.controlPage(), Arrays.copyOf(relocate, PAGE));
    bus.load(controlPages.swapPage(), new byte[PAGE]);
    bus.load(controlPages.listPage(), new byte[PAGE]);
  }
}
