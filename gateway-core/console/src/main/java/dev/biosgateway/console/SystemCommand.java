package dev.biosgateway.console;

import dev.biosgateway.api.kexec.KexecLoadRequest;
import dev.biosgateway.api.kexec.KexecMachine;
import dev.biosgateway.api.kexec.KexecService;
import dev.biosgateway.api.kexec.ResidentSystem;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code system}: several kernels on one machine, which they give to one another. */
@Command(
    name = "system",
    mixinStandardHelpOptions = true,
    description = "Several kernels in one machine: each is booted once and gives it to the others.")
final class SystemCommand extends MachineFileCommand {
  private static final String BUDGET = "1000000000";

  SystemCommand(ConsoleSession session, KexecService kexec) {
    super(session, kexec);
  }

  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = "Loads a system beside the others; it boots when it gets the machine first.")
  void add(
      @Parameters(paramLabel = "NAME") String name,
      @Parameters(paramLabel = "FILE") Path file,
      @Option(
              names = "--entry",
              paramLabel = "ADDRESS",
              description = "Enter there; of a flat binary where it lies.")
          String entry) {
    OptionalLong at =
        entry == null ? OptionalLong.empty() : OptionalLong.of(Numerals.number("--entry", entry));
    KexecLoadRequest request = KexecLoadRequest.of(file).withEntry(at);
    ResidentSystem added = change(machine -> machine.addSystem(name, request));
    report().systems(List.of(added));
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists the systems; a star has who had the machine last.")
  void list() {
    report().systems(look(KexecMachine::systems));
  }

  @Command(
      name = "switch",
      mixinStandardHelpOptions = true,
      description =
          "Gives a system the machine, and those it gives it to, until one gives it back.")
  int switchTo(
      @Parameters(paramLabel = "NAME") String name,
      @Option(
              names = "--budget",
              paramLabel = "N",
              defaultValue = BUDGET,
              description = "Give up after N instructions of one. Default: ${DEFAULT-VALUE}.")
          String budget) {
    long instructions = Numerals.atLeastOne("--budget", budget);
    return report().outcome(change(machine -> machine.switchTo(name, instructions)));
  }
}
