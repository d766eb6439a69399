package dev.biosgateway.console;

import java.nio.file.Path;
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
      "Exit status: 0 the routine returned, 1 the guest stopped for another reason, 2 bad input."
    })
final class RootCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      scope = ScopeType.INHERIT,
      description =
          "Where installed plugins are kept. Default: $BIOS_GATEWAY_HOME, else"
              + " $XDG_DATA_HOME/bios-gateway, else ~/.local/share/bios-gateway.")
  private Path home;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  Path home() {
    return home != null ? home : defaultHome();
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
    throw new ParameterException(spec.commandLine(), "no command: expected call, plugins or shell");
  }
}
