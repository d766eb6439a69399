package dev.biosgateway.console;

import dev.biosgateway.api.kexec.KexecMachine;
import dev.biosgateway.api.kexec.KexecService;
import dev.biosgateway.api.kexec.SnapshotInfo;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code snapshot}: a machine at several instants, for those who look for what changed. */
@Command(
    name = "snapshot",
    mixinStandardHelpOptions = true,
    description = "Takes, compares and restores snapshots of the machine.")
final class SnapshotCommand extends MachineFileCommand {
  SnapshotCommand(ConsoleSession session, KexecService kexec) {
    super(session, kexec);
  }

  @Command(name = "take", mixinStandardHelpOptions = true, description = "Takes a snapshot.")
  void take(@Parameters(paramLabel = "NAME") String name) {
    SnapshotInfo taken = change(machine -> machine.takeSnapshot(name));
    report().snapshots(List.of(taken));
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists them.")
  void list() {
    report().snapshots(look(KexecMachine::snapshots));
  }

  @Command(
      name = "diff",
      mixinStandardHelpOptions = true,
      description = "What is different: memory by ranges of pages, devices by register.")
  void diff(
      @Parameters(paramLabel = "FROM") String from,
      @Parameters(
              paramLabel = "TO",
              arity = "0..1",
              defaultValue = "now",
              description = "Default: now, the machine as it is.")
          String to) {
    report().lines("differences", look(machine -> machine.difference(from, to)));
  }

  @Command(
      name = "restore",
      mixinStandardHelpOptions = true,
      description = "Makes the machine as it was; all snapshots stay.")
  void restore(@Parameters(paramLabel = "NAME") String name) {
    change(
        machine -> {
          machine.restoreSnapshot(name);
          return machine;
        });
  }
}
