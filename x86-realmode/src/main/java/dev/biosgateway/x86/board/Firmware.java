package dev.biosgateway.x86.board;

import dev.biosgateway.x86.device.fwcfg.FirmwareItems;
import dev.biosgateway.x86.device.rom.RomImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ROMs of a machine. Immutable.
 *
 * @param system the system BIOS, which ends at 4 GB and runs from reset on; a machine without one
 *     starts as POST leaves it
 * @param display the display adapter's BIOS
 * @param options further option ROMs, in the order in which they are initialised
 */
public record Firmware(
    Optional<RomImage> system, Optional<RomImage> display, List<RomImage> options) {

  /** No ROM at all. */
  public static final Firmware NONE = new Firmware(Optional.empty(), Optional.empty(), List.of());

  /**
   * @throws IllegalArgumentException when a ROM's name is too long for firmware to find it by
   */
  public Firmware {
    options = List.copyOf(options);
    display.map(FirmwareItems::displayRom).ifPresent(FirmwareItems::requireName);
    options.stream().map(FirmwareItems::optionRom).forEach(FirmwareItems::requireName);
  }

  public Firmware withSystem(RomImage image) {
    return new Firmware(Optional.of(image), display, options);
  }

  public Firmware withDisplay(RomImage image) {
    return new Firmware(system, Optional.of(image), options);
  }

  /** The same with one more option ROM. */
  public Firmware withOption(RomImage image) {
    List<RomImage> more = new ArrayList<>(options);
    more.add(image);
    return new Firmware(system, display, more);
  }
}
