package dev.biosgateway.x86.device.vga;

import dev.biosgateway.x86.bus.MemoryBlock;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;
import java.util.function.BooleanSupplier;

/**
 * A VGA with the Bochs display interface, whatever bus it sits on: display memory of 16 MB, the
 * window at A0000h, the ports of {@link VgaPorts}, the monitor.
 */
final class VgaChip {
  /** Bytes of display memory. */
  static final int MEMORY = 16 << 20;

  private final MemoryBlock block = new MemoryBlock("vga.memory", MEMORY);
  private final DisplayMemory memory = new DisplayMemory(block);
  private VgaPorts ports;
  private VgaWindow window;
  private VgaDisplay display;
  private PhysicalBus bus;
  private BooleanSupplier opensWindow;
  private boolean windowMapped;

  /**
   * @param answersPorts whether the bus lets the ports answer
   * @param answersMemory whether the bus lets memory answer
   * @param interrupt the line of the retrace interrupt, null where none is connected
   */
  void attach(
      Wiring wiring,
      BooleanSupplier answersPorts,
      BooleanSupplier answersMemory,
      InterruptLine interrupt) {
    bus = wiring.bus();
    bus.addBlock(block);
    ports = new VgaPorts(memory, wiring.clock(), wiring.unmodelled(), interrupt);
    window = new VgaWindow(memory, ports, wiring.unmodelled());
    display = new VgaDisplay(ports, memory, wiring.clock());
    opensWindow = () -> answersMemory.getAsBoolean() && ports.memoryEnabled();
    ports.attach(wiring.ports(), answersPorts, this::openWindow);
  }

  /** Display memory as a linear framebuffer. */
  DisplayMemory memory() {
    return memory;
  }

  /** Display memory as the bus's checkpoints know it. */
  MemoryBlock block() {
    return block;
  }

  /** The monitor behind the chip, once it is attached. */
  VgaDisplay display() {
    return display;
  }

  VgaPorts ports() {
    return ports;
  }

  void reset(ResetKind kind) {
    if (kind == ResetKind.POWER_ON) {
      memory.powerOn();
    }
    ports.reset();
    window.latches = 0;
    openWindow();
  }

  /** Opens the window at A0000h while both the bus and the chip's own enables allow it. */
  void openWindow() {
    boolean open = opensWindow.getAsBoolean();
    if (open != windowMapped) {
      if (open) {
        bus.map(VgaWindow.BASE, VgaWindow.SIZE, window);
      } else {
        bus.unmap(window);
      }
      windowMapped = open;
    }
  }

  void save(Section out) {
    ports.save(out);
    out.put("latches", window.latches);
  }

  void restore(Section in) {
    ports.restore(in);
    window.latches = in.getInt("latches");
    openWindow();
  }
}
