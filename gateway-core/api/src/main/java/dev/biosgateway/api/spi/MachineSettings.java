package dev.biosgateway.api.spi;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What kind of machine to open. A machine is a function of these, of its programs and of its calls:
 * the host's clock and randomness play no part.
 *
 * @param memoryBytes RAM, a multiple of 1 MiB, at least 2 MiB
 * @param board name of a board the provider has
 * @param cpu name of a processor model the provider has
 * @param startTime what the real-time clock shows at power-on, UTC
 * @param firmware a system BIOS that does its POST before the first call, and whose services are
 *     called then; without one the machine starts as POST leaves it
 * @param displayFirmware the display's BIOS to go with it, if it is not the one beside it
 * @param media what is in its drives
 */
public record MachineSettings(
    long memoryBytes,
    String board,
    String cpu,
    Instant startTime,
    Optional<Path> firmware,
    Optional<Path> displayFirmware,
    Media media) {
  /** 32 MiB, board {@code pc}, processor {@code pentiumpro}, 2000-01-01T00:00:00Z. */
  public static final MachineSettings DEFAULT =
      new MachineSettings(32L << 20, "pc", "pentiumpro", Instant.parse("2000-01-01T00:00:00Z"));

  /**
   * Checks the memory size.
   *
   * @throws IllegalArgumentException if it is not a multiple of 1 MiB from 2 MiB on
   */
  public MachineSettings {
    if (memoryBytes < 2 << 20 || (memoryBytes & 0xfffff) != 0) {
      throw new IllegalArgumentException(
          memoryBytes + " bytes of memory: expected a multiple of 1 MiB, at least 2 MiB");
    }
    Objects.requireNonNull(board, "board");
    Objects.requireNonNull(cpu, "cpu");
    Objects.requireNonNull(startTime, "startTime");
    Objects.requireNonNull(firmware, "firmware");
    Objects.requireNonNull(displayFirmware, "displayFirmware");
    Objects.requireNonNull(media, "media");
  }

  /** A machine without firmware. */
  public MachineSettings(long memoryBytes, String board, String cpu, Instant startTime) {
    this(memoryBytes, board, cpu, startTime, Optional.empty(), Optional.empty(), Media.NONE);
  }

  /** These settings, with another size of RAM in bytes. */
  public MachineSettings withMemory(long bytes) {
    return new MachineSettings(bytes, board, cpu, startTime, firmware, displayFirmware, media);
  }

  /** These settings, with another board. */
  public MachineSettings withBoard(String name) {
    return new MachineSettings(memoryBytes, name, cpu, startTime, firmware, displayFirmware, media);
  }

  /** These settings, with another processor. */
  public MachineSettings withCpu(String name) {
    return new MachineSettings(
        memoryBytes, board, name, startTime, firmware, displayFirmware, media);
  }

  /** These settings, with a system BIOS, and the display's BIOS beside it or a named one. */
  public MachineSettings withFirmware(Path system, Optional<Path> display) {
    return new MachineSettings(
        memoryBytes, board, cpu, startTime, Optional.of(system), display, media);
  }

  /** These settings, with other media in the drives. */
  public MachineSettings withMedia(Media other) {
    return new MachineSettings(
        memoryBytes, board, cpu, startTime, firmware, displayFirmware, other);
  }
}
