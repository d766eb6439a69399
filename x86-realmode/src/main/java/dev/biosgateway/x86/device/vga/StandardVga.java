package dev.biosgateway.x86.device.vga;

import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.device.pci.PciFunction;
import dev.biosgateway.x86.state.Section;

/**
 * A Standard VGA with the Bochs display interface on PCI: display memory of 16 MB, the window at
 * A0000h, the ports of {@link VgaPorts}, an expansion ROM where one is given. What PCI sees differs
 * by {@link Model}.
 */
public final class StandardVga extends VgaAdapter {
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
  public static final int MEMORY = VgaChip.MEMORY;

  private final Model model;
  private final int slot;
  private final PciFunction function;
  private final byte[] rom;
  private final int framebuffer;
  private final int registerPage;

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

  /** What PCI decides comes through the host bridge. */
  @Override
  public boolean keepsToItself() {
    return true;
  }

  @Override
  public void attach(Wiring wiring) {
    chip.attach(
        wiring,
        () -> function.commandHas(PciFunction.COMMAND_IO),
        () -> function.commandHas(PciFunction.COMMAND_MEMORY),
        null);
    function
        .memory(model.memoryBar, MEMORY, true, chip.memory())
        .asFirmwareLeavesIt(model.memoryBar, framebuffer)
        .onWrite(chip::openWindow);
    if (model.registersBar != Model.NONE) {
      VgaPorts ports = chip.ports();
      DispiMmio page = new DispiMmio("vga.registers", ports.dispi, ports, wiring.unmodelled());
      function
          .memory(model.registersBar, DispiMmio.SIZE, false, page)
          .asFirmwareLeavesIt(model.registersBar, registerPage);
    }
    if (rom.length > 0) {
      function.expansionRom(rom).expansionRomWithoutMemorySpace();
    }
    function.attach(wiring, slot, 0);
  }

  @Override
  public void reset(ResetKind kind) {
    function.reset();
    chip.reset(kind);
  }

  @Override
  public void save(Section out) {
    function.save(out);
    chip.save(out);
  }

  @Override
  public void restore(Section in) {
    function.restore(in);
    chip.restore(in);
  }
}
