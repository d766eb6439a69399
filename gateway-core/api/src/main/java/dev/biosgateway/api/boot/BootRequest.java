package dev.biosgateway.api.boot;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.spi.MachineSettings;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What to boot, and what the machine's lines lead to. A kernel without firmware is entered at its
 * 32-bit entry, or, when option ROMs are there to serve it, at its 16-bit setup code; with
 * firmware, the firmware loads it. Immutable, but for the streams, which are the caller's and are
 * not closed.
 */
public final class BootRequest {
  private final MachineSettings machine;
  private final Path firmware;
  private final Path displayFirmware;
  private final List<Path> optionRoms;
  private final Path kernel;
  private final Path initrd;
  private final String commandLine;
  private final List<Medium> floppies;
  private final List<Medium> disks;
  private final List<Medium> cdroms;
  private final OutputStream serial;
  private final Map<Integer, OutputStream> debugPorts;
  private final BootClock clock;
  private final boolean restartable;

  private BootRequest(Builder builder) {
    machine = builder.machine;
    firmware = builder.firmware;
    displayFirmware = builder.displayFirmware;
    optionRoms = List.copyOf(builder.optionRoms);
    kernel = builder.kernel;
    initrd = builder.initrd;
    commandLine = builder.commandLine;
    floppies = List.copyOf(builder.floppies);
    disks = List.copyOf(builder.disks);
    cdroms = List.copyOf(builder.cdroms);
    serial = builder.serial;
    debugPorts = Map.copyOf(builder.debugPorts);
    clock = builder.clock;
    restartable = builder.restartable;
  }

  /** A request that is still being written. */
  public static Builder builder() {
    return new Builder();
  }

  /** Board, processor, memory, time of day at power-on. */
  public MachineSettings machine() {
    return machine;
  }

  /** The system BIOS. */
  public Optional<Path> firmware() {
    return Optional.ofNullable(firmware);
  }

  /** The display adapter's BIOS. */
  public Optional<Path> displayFirmware() {
    return Optional.ofNullable(displayFirmware);
  }

  /** Further option ROMs. */
  public List<Path> optionRoms() {
    return optionRoms;
  }

  /** A Linux kernel. */
  public Optional<Path> kernel() {
    return Optional.ofNullable(kernel);
  }

  /** The kernel's initial RAM disk. */
  public Optional<Path> initrd() {
    return Optional.ofNullable(initrd);
  }

  /** The kernel's command line. */
  public String commandLine() {
    return commandLine;
  }

  /** Floppy disks in A and B. */
  public List<Medium> floppies() {
    return floppies;
  }

  /** Hard disks, primary master first. */
  public List<Medium> disks() {
    return disks;
  }

  /** CD-ROMs, secondary master first. */
  public List<Medium> cdroms() {
    return cdroms;
  }

  /** Where what the guest sends to the first serial port goes as well. */
  public Optional<OutputStream> serial() {
    return Optional.ofNullable(serial);
  }

  /** Where bytes written to debug ports go, by port. */
  public Map<Integer, OutputStream> debugPorts() {
    return debugPorts;
  }

  /** What time is in the machine. */
  public BootClock clock() {
    return clock;
  }

  /** Whether a reset starts the firmware again; else it ends the run. */
  public boolean restartable() {
    return restartable;
  }

  /** Collects a request. */
  public static final class Builder {
    private static final int PORT_MAX = 0xffff;

    private MachineSettings machine = MachineSettings.DEFAULT;
    private Path firmware;
    private Path displayFirmware;
    private final List<Path> optionRoms = new ArrayList<>();
    private Path kernel;
    private Path initrd;
    private String commandLine = "";
    private final List<Medium> floppies = new ArrayList<>();
    private final List<Medium> disks = new ArrayList<>();
    private final List<Medium> cdroms = new ArrayList<>();
    private OutputStream serial;
    private final Map<Integer, OutputStream> debugPorts = new TreeMap<>();
    private BootClock clock = BootClock.VIRTUAL;
    private boolean restartable = true;

    private Builder() {}

    /** Board, processor, memory, time of day at power-on. */
    public Builder machine(MachineSettings settings) {
      machine = Objects.requireNonNull(settings, "settings");
      return this;
    }

    /** The system BIOS. */
    public Builder firmware(Path file) {
      firmware = file;
      return this;
    }

    /** The display adapter's BIOS. */
    public Builder displayFirmware(Path file) {
      displayFirmware = file;
      return this;
    }

    /** One more option ROM. */
    public Builder optionRom(Path file) {
      optionRoms.add(Objects.requireNonNull(file, "file"));
      return this;
    }

    /** A Linux kernel. */
    public Builder kernel(Path file) {
      kernel = file;
      return this;
    }

    /** The kernel's initial RAM disk. */
    public Builder initrd(Path file) {
      initrd = file;
      return this;
    }

    /** The kernel's command line. */
    public Builder commandLine(String text) {
      commandLine = Objects.requireNonNull(text, "text");
      return this;
    }

    /** A floppy disk in the next drive. */
    public Builder floppy(Medium medium) {
      floppies.add(Objects.requireNonNull(medium, "medium"));
      return this;
    }

    /** One more hard disk. */
    public Builder disk(Medium medium) {
      disks.add(Objects.requireNonNull(medium, "medium"));
      return this;
    }

    /** One more CD-ROM. */
    public Builder cdrom(Medium medium) {
      cdroms.add(Objects.requireNonNull(medium, "medium"));
      return this;
    }

    /** Where what the guest sends to the first serial port goes as well. */
    public Builder serial(OutputStream stream) {
      serial = stream;
      return this;
    }

    /**
     * Where bytes written to a debug port go: 402h is SeaBIOS's, E9h that of Bochs.
     *
     * @throws InvalidRequestException if there is no such port
     */
    public Builder debugPort(int port, OutputStream stream) {
      if (port < 0 || port > PORT_MAX) {
        throw new InvalidRequestException("debug port: expected 0 to 0xffff, found " + port);
      }
      debugPorts.put(port, Objects.requireNonNull(stream, "stream"));
      return this;
    }

    /** What time is in the machine. */
    public Builder clock(BootClock kind) {
      clock = Objects.requireNonNull(kind, "kind");
      return this;
    }

    /** Whether a reset starts the firmware again; else it ends the run. True if not said. */
    public Builder restartable(boolean yes) {
      restartable = yes;
      return this;
    }

    /**
     * The finished request.
     *
     * @throws InvalidRequestException if an initial RAM disk or a command line has no kernel
     */
    public BootRequest build() {
      if (kernel == null && (initrd != null || !commandLine.isEmpty())) {
        throw new InvalidRequestException(
            (initrd != null ? "initrd " + initrd : "command line \"" + commandLine + "\"")
                + ": expected a kernel with it, found none");
      }
      return new BootRequest(this);
    }
  }
}
