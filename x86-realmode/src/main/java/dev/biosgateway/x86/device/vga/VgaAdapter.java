package dev.biosgateway.x86.device.vga;

import dev.biosgateway.x86.bus.MemoryBlock;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.screen.Display;
import dev.biosgateway.x86.screen.ScreenPicture;
import dev.biosgateway.x86.screen.TextScreen;
import java.util.Optional;

/** A board with a VGA on it, whichever bus it is made for. */
public abstract sealed class VgaAdapter implements Device, Display permits IsaVga, StandardVga {
  final VgaChip chip = new VgaChip();

  /** Display memory; the planes of a VGA mode are interleaved, plane p of offset n at 4n + p. */
  public final MemoryBlock memory() {
    return chip.block();
  }

  @Override
  public final Optional<TextScreen> text() {
    return chip.display().text();
  }

  @Override
  public final ScreenPicture picture() {
    return chip.display().picture();
  }

  @Override
  public final long changes() {
    return chip.display().changes();
  }

  @Override
  public final String sectionName() {
    return "vga";
  }

  @Override
  public final String toString() {
    return sectionName();
  }
}
