package dev.biosgateway.kexec.boot;

import dev.biosgateway.kexec.context.RealModeEntry;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.cpu.Trap;
import dev.biosgateway.x86.device.vga.VgaAdapter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The ROM of the display adapter, {@code bios-plugins/vga-rom}, on a machine without a system BIOS.
 * What POST does with it happens before a kernel is entered that cannot call firmware: the ROM lies
 * at C0000h and has been initialised, so the screen is in mode 3 with a font, a palette and a
 * cursor.
 */
final class DisplayRom {
  /** What the zero page says of a screen in mode 3 (struct screen_info of the kernel). */
  static final int MODE = 3;

  static final int COLUMNS = 80;
  static final int LINES = 25;
  static final int CHARACTER_LINES = 16;

  private static final String IMAGE = "vga.bin";
  private static final int AT = 0xc0000;
  private static final int INIT = 3;
  private static final int STACK = 0x7c00;

  /** Where the ROM returns to; nothing lies there yet. */
  private static final int RETURN = STACK;

  /** Several times what it takes, most of it for the font and the blanks. */
  private static final long BUDGET = 1_000_000;

  private DisplayRom() {}

  /**
   * Initialises the display, when the machine has a VGA. Registers, interrupt controllers and timer
   * are those of real mode afterwards.
   *
   * @return whether the screen is in text mode now
   * @throws IllegalStateException when the ROM does not return
   */
  static boolean initialise(Machine machine) {
    if (machine.devices().stream().noneMatch(VgaAdapter.class::isInstance)) {
      return false;
    }
    machine.bus().load(AT, image());
    RealModeEntry.enter(machine, AT >>> 4, INIT, 0, STACK - 4);
    machine.bus().write32(STACK - 4, RETURN); // 0000:RETURN for its RETF
    machine.setTrap(RETURN, cpu -> Trap.Outcome.STOP);
    Stop stop = machine.run(BUDGET);
    machine.setTrap(RETURN, null);
    if (stop.reason() != Stop.Reason.TRAP) {
      throw new IllegalStateException(
          "display ROM: expected to return from its initialisation, found " + stop);
    }
    machine.bus().write32(STACK - 4, 0);
    return true;
  }

  private static byte[] image() {
    try (InputStream in = DisplayRom.class.getResourceAsStream(IMAGE)) {
      if (in == null) {
        throw new IllegalStateException("image " + IMAGE + " of the display is not in the bundle");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("image " + IMAGE + " of the display", e);
    }
  }
}
