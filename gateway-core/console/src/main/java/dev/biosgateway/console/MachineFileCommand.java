package dev.biosgateway.console;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.kexec.KexecMachine;
import dev.biosgateway.api.kexec.KexecService;
import dev.biosgateway.api.spi.MachineSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * What {@code kexec}, {@code snapshot}, {@code system} and {@code vmcore} share: a machine that
 * lives in a file from one command to the next, as a kernel lives between two calls of kexec(8).
 */
abstract class MachineFileCommand implements Runnable {
  private static final String FILE = "kexec.machine";

  private final ConsoleSession session;
  private final KexecService kexec;

  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  @Option(
      names = "--state",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "Where the machine is kept between two commands. Default: kexec.machine in --home. The"
              + " first command powers it on, with --board, --cpu and --memory.")
  private Path state;

  @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print JSON.")
  private boolean json;

  MachineFileCommand(ConsoleSession session, KexecService kexec) {
    this.session = session;
    this.kexec = kexec;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "expected one of " + String.join(" ", spec.subcommands().keySet()));
  }

  KexecService kexec() {
    return kexec;
  }

  RootCommand root() {
    return root;
  }

  KexecReport report() {
    return new KexecReport(session.out(), json);
  }

  /** Looks at the machine. */
  <R> R look(Function<KexecMachine, R> work) {
    try (KexecMachine machine = open()) {
      return work.apply(machine);
    }
  }

  /** Works with the machine, and keeps what became of it. */
  <R> R change(Function<KexecMachine, R> work) {
    Path file = file();
    if (state == null) {
      createFolder(file.getParent());
    }
    ConsoleSession.requireWritable(file);
    try (KexecMachine machine = open()) {
      R result = work.apply(machine);
      machine.save(file);
      return result;
    }
  }

  private static void createFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new InvalidRequestException("cannot create " + folder + ": " + e);
    }
  }

  private KexecMachine open() {
    Path file = file();
    if (Files.exists(file)) {
      return kexec.reopen(file);
    }
    session.openFirmware(root);
    return kexec.open(root.machine(MachineSettings.DEFAULT));
  }

  Path file() {
    return (state == null ? root.home().resolve(FILE) : state).toAbsolutePath();
  }
}
