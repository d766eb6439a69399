package dev.biosgateway.x86.device.vga;

import dev.biosgateway.x86.bus.MemoryBlock;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.screen.Display;
import dev.biosgateway.x86.screen.ScreenPicture;
import dev.biosgateway.x86.screen.TextScreen;
import dev.biosgateway.x86.state.Section;
import java.util.Optional;

/**
 * The Standard VGA on the ISA bus: always at its ports, with display memory at E0000000h too, where
 * the Bochs display interface has it on machines without PCI.
 */
public final class IsaVga implements Device, Display {
  private static final int FRAMEBUFFER = 0xe000_0000;

  private final MemoryBlock block = new MemoryBlock("vga.memory", StandardVga.MEMORY);
  private final DisplayMemory memory = new DisplayMemory(block);
  private VgaPorts ports;
  private VgaWindow window;
  private VgaDisplay display;
  private PhysicalBus bus;
  private boolean windowMapped;

  @Override
  public void attach(Wiring wiring) {
    bus = wiring.bus();
    bus.addBlock(block);
    bus.map(FRAMEBUFFER, StandardVga.MEMORY, memory);
    ports = new VgaPorts(memory, wiring.clock(), wiring.unmodelled());
    window = new VgaWindow(memory, ports, wiring.unmodelled());
    display = new VgaDisplay(ports, memory, wiring.clock());
    ports.attach(wiring.ports(), () -> true, this::openWindow);
  }

  @Override
  public void reset(ResetKind kind) {
    if (kind == ResetKind.POWER_ON) {
      memory.powerOn();
    }
    ports.reset();
    window.latches = 0;
    openWindow();
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
    ports.save(out);
    out.put("latches", window.latches);
  }

  @Override
  public void restore(Section in) {
    ports.restore(in);
    window.latches = in.getInt("latches");
    openWindow();
  }

  @Override
  public String toString() {
    return "vga";
  }

  private void openWindow() {
    boolean open = ports.memoryEnabled();
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
