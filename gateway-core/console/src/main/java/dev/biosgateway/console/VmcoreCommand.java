package dev.biosgateway.console;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.kexec.DumpRequest;
import dev.biosgateway.api.kexec.KexecService;
import dev.biosgateway.api.kexec.ResumeRequest;
import dev.biosgateway.api.spi.MachineSettings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vmcore}: memory dumps, and kernels that go on from them. */
@Command(
    name = "vmcore",
    mixinStandardHelpOptions = true,
    description = "Writes, describes and resumes memory dumps, as ELF cores.",
    footer = {"", "Levels are a sum, as makedumpfile's -d: 1 zero pages, 16 free pages."})
final class VmcoreCommand extends MachineFileCommand {
  private static final String BUDGET = "1000000000";

  VmcoreCommand(ConsoleSession session, KexecService kexec) {
    super(session, kexec);
  }

  @Command(
      name = "save",
      mixinStandardHelpOptions = true,
      description = "Writes memory and devices of the machine.")
  void save(
      @Parameters(paramLabel = "FILE") Path file,
      @Option(names = "--elf64-core-headers", description = "ELF64, the default.") boolean elf64,
      @Option(names = "--elf32-core-headers", description = "ELF32.") boolean elf32,
      @Option(
              names = {"-d", "--dump-level"},
              paramLabel = "LEVEL",
              defaultValue = "1",
              description = "What is left out. Default: ${DEFAULT-VALUE}.")
          String level,
      @Option(
              names = {"-c", "--compress"},
              description =
                  "Write kdump-compressed, the format of makedumpfile and crash, with zlib.")
          boolean compress) {
    if (elf64 && elf32) {
      throw new InvalidRequestException(
          "--elf64-core-headers and --elf32-core-headers: expected one of them");
    }
    if (compress && (elf32 || elf64)) {
      throw new InvalidRequestException(
          "--compress writes no ELF: expected it without --elf32-core-headers and"
              + " --elf64-core-headers");
    }
    DumpRequest request =
        new DumpRequest(!elf32, Numerals.integer("--dump-level", level, 0, 31), compress);
    ConsoleSession.requireWritable(file);
    report().dump(look(machine -> machine.dump(file, request)));
  }

  @Command(name = "info", mixinStandardHelpOptions = true, description = "Describes a dump.")
  void info(@Parameters(paramLabel = "FILE") Path file) {
    report().dump(kexec().dumpInfo(file));
  }

  @Command(
      name = "restore",
      mixinStandardHelpOptions = true,
      description = {
        "Powers a machine on, loads a dump and jumps to where its kernel goes on. The machine is the",
        "one the dump was taken on, if it says so, or that of --board, --cpu and --memory."
      })
  int restore(
      @Parameters(paramLabel = "FILE") Path file,
      @Option(
              names = "--entry",
              paramLabel = "ADDRESS",
              description = "Where the kernel goes on. Default: what the dump says.")
          String entry,
      @Option(
              names = "--until",
              paramLabel = "TEXT",
              description = "End when the kernel has written it.")
          String until,
      @Option(
              names = "--budget",
              paramLabel = "N",
              defaultValue = BUDGET,
              description = "End after N instructions. Default: ${DEFAULT-VALUE}.")
          String budget) {
    OptionalLong at =
        entry == null ? OptionalLong.empty() : OptionalLong.of(Numerals.number("--entry", entry));
    MachineSettings machine = root().machine(MachineSettings.DEFAULT);
    ResumeRequest request =
        new ResumeRequest(
            Optional.of(machine).filter(asked -> !asked.equals(MachineSettings.DEFAULT)),
            at,
            Numerals.atLeastOne("--budget", budget),
            Optional.ofNullable(until));
    return report().outcome(kexec().resume(file, request));
  }

  @Command(
      name = "saver",
      mixinStandardHelpOptions = true,
      description = {
        "Writes the kernel that saves another one, for a guest's own kexec. It leaves the work to",
        "Hibernation.attend, or with --disk writes a disk of the machine itself."
      })
  void saver(
      @Parameters(paramLabel = "FILE") Path file,
      @Option(
              names = "--disk",
              paramLabel = "N",
              description = "Write ATA disk N, 0 to 3, as a whole.")
          String disk,
      @Option(
              names = "--restart",
              paramLabel = "NUMBER",
              description = {
                "With --disk: how to go back to the kernel when all is safe. 0 go on, the default;",
                "1 suspend to RAM; 2 power off; 100h and above as the kernel means it."
              })
          String restart) {
    if (restart != null && disk == null) {
      throw new InvalidRequestException("--restart wants --disk");
    }
    ConsoleSession.requireWritable(file);
    ConsoleSession.write(
        file,
        disk == null
            ? kexec().saverExecutable()
            : kexec()
                .diskSaverExecutable(
                    Numerals.integer("--disk", disk, 0, 3),
                    restart == null
                        ? 0
                        : Numerals.integer("--restart", restart, 0, Integer.MAX_VALUE)));
  }
}
