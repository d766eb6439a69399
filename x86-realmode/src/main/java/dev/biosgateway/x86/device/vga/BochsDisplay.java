package dev.biosgateway.x86.device.vga;

import dev.biosgateway.x86.bus.MemoryBlock;
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
 * The Bochs display interface and nothing else: PCI function 1234:1111 of class 0380, without the
 * ports, planes and text modes of a VGA. All it has is behind its base addresses.
 */
public final class BochsDisplay implements Device, Display {
  /** Bytes of display memory. */
  public static final int MEMORY = 16 << 20;

  /** What a monitor without a signal is drawn as. */
  private static final int IDLE_WIDTH = 640;

  private static final int IDLE_HEIGHT = 480;

  private final int slot;
  private final int framebuffer;
  private final int registerPage;
  private final PciFunction function;
  private final MemoryBlock block = new MemoryBlock("bochs-display.memory", MEMORY);
  private final DisplayMemory memory = new DisplayMemory(block);
  private DispiRegisters dispi;

  /**
   * @param slot PCI device number
   * @param framebuffer where firmware would map display memory
   * @param registerPage where firmware would map the register page
   */
  public BochsDisplay(int slot, int framebuffer, int registerPage) {
    this.slot = slot;
    this.framebuffer = framebuffer;
    this.registerPage = registerPage;
    function =
        new PciFunction("bochs-display", 0x1234, 0x1111, 0x038000, 2).subsystem(0x1af4, 0x1100);
  }

  @Override
  public void attach(Wiring wiring) {
    wiring.bus().addBlock(block);
    dispi = new DispiRegisters(memory, null, wiring.unmodelled());
    function
        .memory(0, MEMORY, true, memory)
        .memory(
            2,
            DispiMmio.SIZE,
            false,
            new DispiMmio("bochs-display.registers", dispi, null, wiring.unmodelled()))
        .asFirmwareLeavesIt(0, framebuffer)
        .asFirmwareLeavesIt(2, registerPage)
        .attach(wiring, slot, 0);
  }

  @Override
  public void reset(ResetKind kind) {
    if (kind == ResetKind.POWER_ON) {
      memory.powerOn();
    }
    dispi.reset();
    function.reset();
  }

  /** Display memory. */
  public MemoryBlock memory() {
    return block;
  }

  /** Empty: there is no text mode. */
  @Override
  public Optional<TextScreen> text() {
    return Optional.empty();
  }

  @Override
  public ScreenPicture picture() {
    if (!dispi.enabled()) {
      return ScreenPicture.blank(IDLE_WIDTH, IDLE_HEIGHT, 0);
    }
    return new DispiRaster(memory, dispi, null).picture();
  }

  @Override
  public long changes() {
    return block.writes() + dispi.writes();
  }

  @Override
  public String sectionName() {
    return "bochs-display";
  }

  @Override
  public void save(Section out) {
    function.save(out);
    dispi.save(out);
  }

  @Override
  public void restore(Section in) {
    function.restore(in);
    dispi.restore(in);
  }

  @Override
  public String toString() {
    return "bochs-display";
  }
}
