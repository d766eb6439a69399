package dev.biosgateway.console;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.spi.MachineSettings;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line itself: what all commands share. */
@Command(
    name = "bios-gateway",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Calls BIOS services and other firmware code in physical mode.",
    footer = {
      "",
      "Exit status: 0 the routine returned, 1 the guest stopped for another reason, 2 bad input,",
      "3 the gateway itself failed."
    })
final class RootCommand implements Runnable {
  /** What firmware runs on unless another board is named. */
  static final String BOARD_OF_FIRMWARE = "pc-i440fx";

  private static final String PROGRAM = "program:";

  @Spec private CommandSpec spec;

  /** Where the ROM of {@link #firmwareProgram} is. */
  private Path firmware;

  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      scope = ScopeType.INHERIT,
      description =
          "Where installed plugins are kept. Default: $BIOS_GATEWAY_HOME, else"
              + " $XDG_DATA_HOME/bios-gateway, else ~/.local/share/bios-gateway.")
  private Path home;

  @Option(
      names = "--board",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "Board of the machine: pc, pc-bochs-display, micro and others.")
  private String board;

  @Option(
      names = "--cpu",
      paramLabel = "MODEL",
      scope = ScopeType.INHERIT,
      description = "Processor of the machine: 386, pentiumpro and others.")
  private String cpu;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      scope = ScopeType.INHERIT,
      description = "RAM of the machine: 64M, 1G. In a shell the machine chosen last stays.")
  private String memory;

  @Option(
      names = "--bios",
      paramLabel = "FILE|program:NAME",
      scope = ScopeType.INHERIT,
      description =
          "System BIOS of the machine, a file or a plugin's system-rom, on board pc-i440fx if none is named; calls go to its"
              + " services after its POST.")
  private String bios;

  @Option(
      names = "--vga-bios",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Display BIOS. Default: vgabios-stdvga.bin beside --bios, if it is there.")
  private Path vgaBios;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  Path home() {
    return home != null ? home : defaultHome();
  }

  /** The plugin's program whose ROM is the system BIOS; empty if it is a file, or there is none. */
  Optional<String> firmwareProgram() {
    return bios != null && bios.startsWith(PROGRAM)
        ? Optional.of(bios.substring(PROGRAM.length()))
        : Optional.empty();
  }

  /** Says which file {@link #firmwareProgram} is. */
  void firmwareIs(Path file) {
    firmware = file;
  }

  /**
   * The machine the options ask for.
   *
   * @param usual what they leave as it is
   */
  MachineSettings machine(MachineSettings usual) {
    MachineSettings machine = usual;
    if (bios != null) {
      Path file = firmware == null ? Path.of(bios) : firmware;
      machine =
          machine.withFirmware(file, Optional.ofNullable(vgaBios)).withBoard(BOARD_OF_FIRMWARE);
    }
    if (board != null) {
      machine = machine.withBoard(board);
    }
    if (cpu != null) {
      machine = machine.withCpu(cpu);
    }
    if (memory != null) {
      long bytes = Numerals.memory("--memory", memory);
      try {
        machine = machine.withMemory(bytes);
      } catch (IllegalArgumentException e) {
        throw new InvalidRequestException("--memory " + memory + ": " + e.getMessage(), e);
      }
    }
    return machine;
  }

  boolean debug() {
    return debug;
  }

  private static Path defaultHome() {
    String own = System.getenv("BIOS_GATEWAY_HOME");
    if (own != null && !own.isBlank()) {
      return Path.of(own);
    }
    String data = System.getenv("XDG_DATA_HOME");
    Path base =
        data != null && !data.isBlank()
            ? Path.of(data)
            : Path.of(System.getProperty("user.home"), ".local", "share");
    return base.resolve("bios-gateway");
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "no command: expected one of " + String.join(" ", CommandLineMain.COMMANDS));
  }
}
