package dev.biosgateway.x86.device.vga;

import dev.biosgateway.x86.bus.MemoryBlock;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.device.pci.PciFunction;
import dev.biosgateway.x86.screen.Display;
import dev.biosgateway.x86.screen.ScreenPicture;
import dev.biosgateway.x86.screen.TextScreen;
import dev.biosgateway.x86.state.Section;
import java.util.Optional;

/**
 * A Standard VGA with the Bochs display interface on PCI: display memory of 16 MB, the window at
 * A0000h, the ports of {@link VgaPorts}, an expansion ROM where one is given. What PCI sees differs
 * by {@link Model}.
 */
public final class StandardVga implements Device, Display {
  /** Adapters built around the same VGA. */
  public enum Model {
    /** QEMU's and Bochs' own: display memory behind base address 0, registers behind 2. */
    STANDARD("vga", 0x1234, 0x1111, 0x1af4, 0x1100, 0, 2),

    /**
     * The VGA of a VMware SVGA II, display memory behind base address 1. Its SVGA registers and
     * command FIFO (base addresses 0 and 2) are not modelled: nothing answers there.
     */
    VMWARE("vmware-svga", 0x15ad, 0x0405, 0x15ad, 0x0405, 1, Model.NONE),

    /**
     * The VGA mode of a QXL adapter, display memory behind base address 0. Its command rings,
     * surfaces and ROM (base addresses 1 to 3) are not modelled: nothing answers there.
     */
    QXL("qxl", 0x1b36, 0x0100, 0x1af4, 0x1100, 0, Model.NONE);

    private static final int NONE = -1;

    private final String name;
    private final int vendor;
    private final int device;
    private final int subsystemVendor;
    private final int subsystem;
    private final int memoryBar;
    private final int registersBar;

    Model(
        String name,
        int vendor,
        int device,
        int subsystemVendor,
        int subsystem,
        int memoryBar,
        int registersBar) {
      this.name = name;
      this.vendor = vendor;
      this.device = device;
      this.subsystemVendor = subsystemVendor;
      this.subsystem = subsystem;
      this.memoryBar = memoryBar;
      this.registersBar = registersBar;
    }

    private PciFunction function() {
      return new PciFunction(name, vendor, device, 0x030000, 2)
          .subsystem(subsystemVendor, subsystem);
    }
  }

  /** Bytes of display memory. */
  public static final int MEMORY = 16 << 20;

  private final Model model;
  private final int slot;
  private final PciFunction function;
  private final MemoryBlock block = new MemoryBlock("vga.memory", MEMORY);
  private final DisplayMemory memory = new DisplayMemory(block);
  private final byte[] rom;
  private final int framebuffer;
  private final int registerPage;
  private VgaPorts ports;
  private VgaWindow window;
  private VgaDisplay display;
  private PhysicalBus bus;
  private boolean windowMapped;

  /**
   * @param slot PCI device number
   * @param framebuffer where firmware would map display memory
   * @param registerPage where firmware would map the register page, if the model has one
   * @param rom the expansion ROM behind its base address register, empty for none
   */
  public StandardVga(Model model, int slot, int framebuffer, int registerPage, byte[] rom) {
    this.model = model;
    this.slot = slot;
    this.framebuffer = framebuffer;
    this.registerPage = registerPage;
    this.rom = rom.clone();
    function = model.function();
  }

  @Override
  public void attach(Wiring wiring) {
    bus = wiring.bus();
    bus.addBlock(block);
    ports = new VgaPorts(memory, wiring.clock(), wiring.unmodelled());
    window = new VgaWindow(memory, ports, wiring.unmodelled());
    display = new VgaDisplay(ports, memory, wiring.clock());
    function
        .memory(model.memoryBar, MEMORY, true, memory)
        .asFirmwareLeavesIt(model.memoryBar, framebuffer)
        .onWrite(this::openWindow);
    if (model.registersBar != Model.NONE) {
      DispiMmio page = new DispiMmio("vga.registers", ports.dispi, ports, wiring.unmodelled());
      function
          .memory(model.registersBar, DispiMmio.SIZE, false, page)
          .asFirmwareLeavesIt(model.registersBar, registerPage);
    }
    if (rom.length > 0) {
      function.expansionRom(rom);
    }
    function.attach(wiring, slot, 0);
    ports.attach(wiring.ports(), this::responds, this::openWindow);
  }

  @Override
  public void reset(ResetKind kind) {
    if (kind == ResetKind.POWER_ON) {
      memory.powerOn();
    }
    ports.reset();
    window.latches = 0;
    function.reset();
    openWindow();
  }

  /** Display memory; the planes of a VGA mode are interleaved, plane p of offset n at 4n + p. */
  public MemoryBlock memory() {
    return block;
  }

  @Override
  public Optional<TextScreen> text() {
    return display.text();
  }

  @Override
  public ScreenPicture picture() {
    return display.picture();
  }

  @Override
  public long changes() {
    return display.changes();
  }

  @Override
  public String sectionName() {
    return "vga";
  }

  @Override
  public void save(Section out) {
    function.save(out);
    ports.save(out);
    out.put("latches", window.latches);
  }

  @Override
  public void restore(Section in) {
    function.restore(in);
    ports.restore(in);
    window.latches = in.getInt("latches");
    openWindow();
  }

  @Override
  public String toString() {
    return "vga";
  }

  /** Whether the function answers its ports. */
  private boolean responds() {
    return function.commandHas(PciFunction.COMMAND_IO);
  }

  /** Opens the window at A0000h while both PCI and the adapter's own enables allow it. */
  private void openWindow() {
    boolean open = function.commandHas(PciFunction.COMMAND_MEMORY) && ports.memoryEnabled();
    if (open != windowMapped) {
      if (open) {
        bus.map(VgaWindow.BASE, VgaWindow.SIZE, window);
      } else {
        bus.unmap(window);
      }
      windowMapped = open;
    }
  }
}
