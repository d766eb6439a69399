package dev.biosgateway.console;

import dev.biosgateway.api.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code shell}: Gogo with the commands of scope bios. */
@Command(
    name = "shell",
    mixinStandardHelpOptions = true,
    description =
        "Reads commands from standard input: call and plugins as here, and those of Gogo"
            + " (help lists them). One machine serves them all. exit ends it; its"
            + " status is that of the last command. Tab completes commands, options and names.")
final class ShellCommand implements Callable<Integer> {
  private final ConsoleSession session;
  private final InteractiveShell shell;
  private final IntSupplier status;
  private final InteractiveShell.Completer completer;

  @ParentCommand private RootCommand root;

  @Option(
      names = "--rom",
      paramLabel = "FILE[@ADDRESS]",
      description = "Use this image for the interrupts it serves. May be repeated.")
  private List<String> roms = new ArrayList<>();

  /**
   * The command.
   *
   * @param status what the last command of the shell returned
   * @param completer what Tab brings
   */
  ShellCommand(
      ConsoleSession session,
      InteractiveShell shell,
      IntSupplier status,
      InteractiveShell.Completer completer) {
    this.completer = completer;
    this.status = status;
    this.session = session;
    this.shell = shell;
  }

  @Override
  public Integer call() {
    if (shell == null) {
      throw new InvalidRequestException("shell: the Gogo runtime is not installed");
    }
    session.open(root, roms);
    return shell.run(status, completer);
  }
}
