package dev.biosgateway.console;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.kexec.KexecLoadRequest;
import dev.biosgateway.api.kexec.KexecMachine;
import dev.biosgateway.api.kexec.KexecService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kexec}: images and jumps by hand, with the options of kexec(8). */
@Command(
    name = "kexec",
    mixinStandardHelpOptions = true,
    description = "Loads an image into a machine of its own and jumps to it, as kexec(8) does.",
    footer = {
      "",
      "Example: kexec load --load-preserve-context program.elf && kexec exec && kexec status",
      "",
      "Exit status: 0 the image came back, 1 the guest stopped for another reason, 2 bad input."
    })
final class KexecCommand extends MachineFileCommand {
  /** Instructions of a jump, if nothing else is said: some seconds. */
  private static final String BUDGET = "1000000000";

  KexecCommand(ConsoleSession session, KexecService kexec) {
    super(session, kexec);
  }

  @Command(
      name = "load",
      mixinStandardHelpOptions = true,
      description = {
        "Loads a flat binary, ELF executable, Multiboot kernel, bzImage or memory dump, in place of",
        "what is loaded. Addresses are physical."
      })
  void load(
      @Parameters(paramLabel = "FILE", arity = "0..1", description = "The image.") Path file,
      @Option(names = "--load-preserve-context", description = "Come back: exchange the pages.")
          boolean preserve,
      @Option(
              names = {"-p", "--load-panic"},
              description = "For a crash: in memory set aside for it.")
          boolean panic,
      @Option(
              names = "--load-jump-back-helper",
              description = "No image: jump to --entry, where a kernel goes on.")
          boolean helper,
      @Option(
              names = "--entry",
              paramLabel = "ADDRESS",
              description = "Enter there; of a flat binary where it lies, else 100000h.")
          String entry,
      @Option(names = "--mem-min", paramLabel = "ADDRESS", description = "First address to use.")
          String memMin,
      @Option(names = "--mem-max", paramLabel = "ADDRESS", description = "Last address to use.")
          String memMax,
      @Option(
              names = {"--initrd", "--ramdisk"},
              paramLabel = "FILE",
              description = "Initial RAM disk, or first module.")
          Path initrd,
      @Option(
              names = {"--append", "--command-line"},
              paramLabel = "TEXT",
              description = "Command line of a kernel.")
          String append,
      @Option(names = "--args-none", description = "An ELF program that takes no arguments.")
          boolean argsNone,
      @Option(
              names = {"-i", "--no-checks"},
              description = "Do not check digests before the jump.")
          boolean noChecks,
      @Option(
              names = "--elf64-core-headers",
              description = "The kernel finds this machine's memory by an ELF64, the default.")
          boolean elf64,
      @Option(
              names = "--elf32-core-headers",
              description = "By an ELF32 (elfcorehdr=; with --load-preserve-context, --mem-max).")
          boolean elf32) {
    if (elf64 && elf32) {
      throw new InvalidRequestException(
          "--elf64-core-headers and --elf32-core-headers: expected one of them");
    }
    if (helper == (file != null)) {
      throw new InvalidRequestException(
          "expected FILE, or --load-jump-back-helper with --entry in its place");
    }
    if (helper && entry == null) {
      throw new InvalidRequestException("--load-jump-back-helper wants --entry");
    }
    if (argsNone && append != null) {
      throw new InvalidRequestException("--args-none and --append: expected one of them");
    }
    OptionalLong at =
        entry == null ? OptionalLong.empty() : OptionalLong.of(Numerals.number("--entry", entry));
    KexecLoadRequest request =
        helper
            ? KexecLoadRequest.jumpBackHelper(at.getAsLong())
            : new KexecLoadRequest(
                Optional.of(file),
                preserve,
                panic,
                at,
                memMin == null ? 0 : Numerals.number("--mem-min", memMin),
                memMax == null ? 0xffffffffL : Numerals.number("--mem-max", memMax),
                Optional.ofNullable(initrd),
                append == null ? "" : append,
                !noChecks,
                !elf32);
    report().status(Optional.of(change(machine -> machine.load(request))));
  }

  @Command(
      name = "exec",
      aliases = "-e",
      mixinStandardHelpOptions = true,
      description =
          "Jumps to what is loaded. It stays loaded; the next jump enters where it wants.")
  int exec(
      @Option(
              names = "--budget",
              paramLabel = "N",
              defaultValue = BUDGET,
              description = "Give up after N instructions. Default: ${DEFAULT-VALUE}.")
          String budget,
      @Option(
              names = "--wake-after",
              paramLabel = "TIME",
              description = "When the clock wakes a host that the image has suspended to RAM.")
          String wakeAfter) {
    long instructions = Numerals.atLeastOne("--budget", budget);
    Optional<Duration> wake =
        Optional.ofNullable(wakeAfter).map(text -> Numerals.duration("--wake-after", text));
    return report().outcome(change(machine -> machine.execute(instructions, wake)));
  }

  @Command(
      name = "crash",
      mixinStandardHelpOptions = true,
      description = {
        "Crashes the host, which calls address 0, and runs the crash image (--load-panic). What is",
        "kept of the machine is as before the crash."
      })
  int crash(
      @Option(
              names = "--until",
              paramLabel = "TEXT",
              description = "End when the crash kernel has written it.")
          String until,
      @Option(
              names = "--budget",
              paramLabel = "N",
              defaultValue = BUDGET,
              description = "End after N instructions. Default: ${DEFAULT-VALUE}.")
          String budget) {
    long instructions = Numerals.atLeastOne("--budget", budget);
    return report()
        .outcome(look(machine -> machine.crash(instructions, Optional.ofNullable(until))));
  }

  @Command(
      name = "unload",
      mixinStandardHelpOptions = true,
      description = "Forgets what is loaded.")
  void unload() {
    change(
        machine -> {
          machine.unload();
          return machine;
        });
  }

  @Command(
      name = "status",
      mixinStandardHelpOptions = true,
      description = "Says what is loaded, with kexec_jump_back_entry.")
  void status() {
    report().status(look(KexecMachine::loaded));
  }
}
