package dev.biosgateway.kexec.program;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.x86.board.Firmware;
import dev.biosgateway.x86.device.rom.RomImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** ROMs out of files. */
public final class FirmwareFiles {
  /** What the display's BIOS is called beside a system BIOS, as Debian's seabios has it. */
  private static final String DISPLAY_FIRMWARE = "vgabios-stdvga.bin";

  private FirmwareFiles() {}

  /**
   * Reads them. With a system BIOS and no display's BIOS named, the one beside it is taken.
   *
   * @throws InvalidRequestException when one cannot be read, or is empty
   */
  public static Firmware read(Optional<Path> system, Optional<Path> display, List<Path> options) {
    Firmware firmware = Firmware.NONE;
    Optional<Path> adapter = display;
    if (system.isPresent()) {
      firmware = firmware.withSystem(rom("firmware", system.get()));
      Path beside = system.get().resolveSibling(DISPLAY_FIRMWARE);
      if (display.isEmpty() && Files.isRegularFile(beside)) {
        adapter = Optional.of(beside);
      }
    }
    if (adapter.isPresent()) {
      firmware = firmware.withDisplay(rom("display firmware", adapter.get()));
    }
    for (Path file : options) {
      firmware = firmware.withOption(rom("option ROM", file));
    }
    return firmware;
  }

  /**
   * Reads a file.
   *
   * @param what it is for, in messages
   * @throws InvalidRequestException when that is not possible
   */
  public static byte[] read(String what, Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new InvalidRequestException(
          what + ": cannot read " + file + ": there is no such file", e);
    } catch (IOException e) {
      throw new InvalidRequestException(what + ": cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static RomImage rom(String what, Path file) {
    try {
      return new RomImage(file.getFileName().toString(), read(what, file));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(what + " " + file + ": " + e.getMessage(), e);
    }
  }
}
