package dev.biosgateway.console;

import java.io.PrintWriter;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code completion}: what teaches bash the commands and options. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = {
      "Prints a script by which bash completes commands and options of a command of that name.",
      "For example: alias bios-gateway='java -jar bios-gateway.jar'; source <(bios-gateway"
          + " completion)"
    })
final class CompletionCommand implements Runnable {
  private final PrintWriter out;

  @Spec private CommandSpec spec;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What the command is called. Default: bios-gateway.")
  private String name = "bios-gateway";

  CompletionCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void run() {
    out.println(AutoComplete.bash(name, spec.root().commandLine()));
  }
}
