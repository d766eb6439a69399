package dev.biosgateway.x86.device.vga;

import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_CURSOR_HIGH;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_CURSOR_LOW;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_CURSOR_START;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_DISPLAY_END;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_HORIZONTAL_DISPLAY_END;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_MAXIMUM_SCAN_LINE;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_OFFSET;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_OVERFLOW;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_START_HIGH;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_START_LOW;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.GC_MISCELLANEOUS;

import dev.biosgateway.x86.bus.MemoryBlock;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.device.pci.PciFunction;
import dev.biosgateway.x86.state.Section;
import java.util.Optional;

/**
 * A Standard VGA with the Bochs display interface on PCI: display memory of 16 MB, the window at
 * A0000h, the ports of {@link VgaPorts}, an expansion ROM where one is given. What PCI sees differs
 * by {@link Model}.
 */
public final class StandardVga implements Device {
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

  private static final int GRAPHICS_MODE = 0x01;
  private static final int CURSOR_OFF = 0x20;
  private static final int DOUBLE_SCAN = 0x80;

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
    window =
        new VgaWindow(memory, ports.sequencer, ports.graphics, ports.dispi, wiring.unmodelled());
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

  /** What is on the screen in a text mode, empty in a graphics mode. */
  public Optional<TextScreen> text() {
    IndexedRegisters crtc = ports.crtc;
    if (ports.dispi.enabled() || (ports.graphics.get(GC_MISCELLANEOUS) & GRAPHICS_MODE) != 0) {
      return Optional.empty();
    }
    int columns = crtc.get(CRTC_HORIZONTAL_DISPLAY_END) + 1;
    int overflow = crtc.get(CRTC_OVERFLOW);
    int lines = (crtc.get(CRTC_DISPLAY_END) | (overflow & 0x02) << 7 | (overflow & 0x40) << 3) + 1;
    int maximum = crtc.get(CRTC_MAXIMUM_SCAN_LINE);
    int height = ((maximum & 0x1f) + 1) << ((maximum & DOUBLE_SCAN) != 0 ? 1 : 0);
    int rows = lines / height;
    int start = crtc.get(CRTC_START_HIGH) << 8 | crtc.get(CRTC_START_LOW);
    byte[] characters = new byte[rows * columns];
    byte[] attributes = new byte[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        // Word mode: the address counter is shifted left by one on its way to memory.
        int at = start + row * crtc.get(CRTC_OFFSET) * 2 + column << 1 & 0xffff;
        int planes = memory.planes(at);
        characters[row * columns + column] = (byte) planes;
        attributes[row * columns + column] = (byte) (planes >>> 8);
      }
    }
    int cursor = (crtc.get(CRTC_CURSOR_HIGH) << 8 | crtc.get(CRTC_CURSOR_LOW)) - start;
    boolean hidden = (crtc.get(CRTC_CURSOR_START) & CURSOR_OFF) != 0;
    boolean shown = !hidden && cursor >= 0 && cursor < rows * columns;
    return Optional.of(new TextScreen(columns, rows, characters, attributes, shown ? cursor : -1));
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
