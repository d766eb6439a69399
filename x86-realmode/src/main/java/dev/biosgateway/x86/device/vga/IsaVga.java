package dev.biosgateway.x86.device.vga;

import dev.biosgateway.x86.bus.MemoryBlock;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.screen.Display;
import dev.biosgateway.x86.screen.ScreenPicture;
import dev.biosgateway.x86.screen.TextScreen;
import dev.biosgateway.x86.state.Section;
import java.util.Optional;

/**
 * A VGA on the ISA bus, awake from power-on, with the Bochs display interface and its framebuffer
 * at the address that Bochs gave it, E0000000h. The retrace interrupt is on line 9, which an AT has
 * where a PC has line 2. Its ROM is a device of its own.
 */
public final class IsaVga implements Device, Display {
  /** Where the framebuffer lies. */
  public static final int FRAMEBUFFER = 0xe000_0000;

  private static final int RETRACE_IRQ = 9;

  private final VgaChip chip = new VgaChip();

  @Override
  public void attach(Wiring wiring) {
    chip.attach(wiring, () -> true, () -> true, wiring.irq(RETRACE_IRQ));
    wiring.bus().map(FRAMEBUFFER, VgaChip.MEMORY, chip.memory());
  }

  @Override
  public void reset(ResetKind kind) {
    chip.reset(kind);
  }

  /** Display memory; the planes of a VGA mode are interleaved, plane p of offset n at 4n + p. */
  public MemoryBlock memory() {
    return chip.block();
  }

  @Override
  public Optional<TextScreen> text() {
    return chip.text();
  }

  @Override
  public ScreenPicture picture() {
    return chip.picture();
  }

  @Override
  public long changes() {
    return chip.changes();
  }

  @Override
  public String sectionName() {
    return "vga";
  }

  @Override
  public void save(Section out) {
    chip.save(out);
  }

  @Override
  public void restore(Section in) {
    chip.restore(in);
  }

  @Override
  public String toString() {
    return "vga";
  }
}
