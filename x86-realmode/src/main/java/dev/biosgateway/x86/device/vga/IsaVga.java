package dev.biosgateway.x86.device.vga;

import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;

/**
 * A VGA on the ISA bus, awake from power-on, with the Bochs display interface and its framebuffer
 * at the address that Bochs gave it, E0000000h. The retrace interrupt is on line 9, which an AT has
 * where a PC has line 2. Its ROM is a device of its own.
 */
public final class IsaVga extends VgaAdapter {
  /** Where the framebuffer lies. */
  public static final int FRAMEBUFFER = 0xe000_0000;

  private static final int RETRACE_IRQ = 9;

  @Override
  public void attach(Wiring wiring) {
    chip.attach(wiring, () -> true, () -> true, wiring.irq(RETRACE_IRQ));
    wiring.bus().map(FRAMEBUFFER, VgaChip.MEMORY, chip.memory());
  }

  @Override
  public void reset(ResetKind kind) {
    chip.reset(kind);
  }

  @Override
  public void save(Section out) {
    chip.save(out);
  }

  @Override
  public void restore(Section in) {
    chip.restore(in);
  }
}
