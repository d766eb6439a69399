package dev.biosgateway.console;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.boot.BootClock;
import dev.biosgateway.api.boot.BootGoal;
import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.boot.BootResult;
import dev.biosgateway.api.boot.BootService;
import dev.biosgateway.api.boot.BootSession;
import dev.biosgateway.api.boot.Medium;
import dev.biosgateway.api.spi.MachineSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code boot}: a whole machine, until a text shows, it switches itself off, or time is up. */
@Command(
    name = "boot",
    mixinStandardHelpOptions = true,
    description = "Boots firmware, a Linux kernel or a disk, and says how it ended.",
    footer = {
      "",
      "Exit status: 0 the text has shown, power off, reset without firmware to start again;",
      "1 triple fault, timeout, budget, a halt that nothing ends; 2 bad input.",
      "",
      "TEXT of --keys and --send: \\n is Enter, \\t Tab, \\e Esc, \\\\ a backslash; with REGEX=> before",
      "it, it waits until REGEX shows. --disk FILE,write changes the file; else it only reads it.",
      "In a terminal, --serial stdio is a terminal of the guest; Ctrl-A x ends it.",
      "",
      "Examples:",
      "  boot my-disk --bios /usr/share/seabios/bios-256k.bin",
      "  boot --kernel bzImage --initrd initramfs.gz --append console=ttyS0 --until 'login:'",
      "  boot --bios /usr/share/seabios/bios-256k.bin --floppy dos.img --screenshot dos.png"
    })
final class BootCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String WRITE = ",write";
  private static final String STDIO = "stdio";

  private final ConsoleSession session;
  private final BootService boots;

  @ParentCommand private RootCommand root;

  @Parameters(
      paramLabel = "PROGRAM",
      description =
          "What plugins bring, by name or NAME@RANGE: a system-rom, an option-rom, a bzimage, a"
              + " boot-sector, a disk-image.")
  private List<String> programs = new ArrayList<>();

  @Option(
      names = "--rom",
      paramLabel = "FILE",
      description =
          "One more option ROM. May be repeated. Without --bios they serve the 16-bit setup code"
              + " of the kernel, through which it is entered then.")
  private List<Path> roms = new ArrayList<>();

  @Option(
      names = "--kernel",
      paramLabel = "FILE",
      description = "Linux kernel (bzImage). Without --bios it is entered directly.")
  private Path kernel;

  @Option(names = "--initrd", paramLabel = "FILE", description = "Its initial RAM disk.")
  private Path initrd;

  @Option(names = "--append", paramLabel = "TEXT", description = "Its command line.")
  private String append;

  @Option(
      names = "--disk",
      paramLabel = "FILE[,write]",
      description = "Hard disk, a raw image. May be repeated.")
  private List<String> disks = new ArrayList<>();

  @Option(
      names = "--floppy",
      paramLabel = "FILE[,write]",
      description = "Floppy disk, a raw image. May be repeated.")
  private List<String> floppies = new ArrayList<>();

  @Option(
      names = "--cdrom",
      paramLabel = "FILE",
      description = "CD-ROM, an ISO image. May be repeated.")
  private List<Path> cdroms = new ArrayList<>();

  @Option(
      names = "--serial",
      paramLabel = "stdio|FILE",
      description = "Where the first serial port leads to.")
  private String serial;

  @Option(
      names = "--debug-port",
      paramLabel = "PORT=FILE",
      description = "Write what the guest writes to a port: 0x402=seabios.log. May be repeated.")
  private List<String> debugPorts = new ArrayList<>();

  @Option(
      names = "--until",
      paramLabel = "REGEX",
      description = "End when it shows on the serial port or the text screen.")
  private String until;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "End after 500ms, 5s, 2m; 0 for never. Default: 60s, never in a terminal.")
  private String timeout;

  @Option(names = "--budget", paramLabel = "N", description = "End after N instructions.")
  private String budget;

  @Option(
      names = "--clock",
      paramLabel = "virtual|wall",
      description =
          "Time by instructions, the same in every run, or by the host. Default: virtual, wall in"
              + " a terminal.")
  private String clock;

  @Option(
      names = "--keys",
      paramLabel = "[REGEX=>]TEXT",
      description = "Type on the keyboard. May be repeated.")
  private List<String> keys = new ArrayList<>();

  @Option(
      names = "--send",
      paramLabel = "[REGEX=>]TEXT",
      description = "Send to the first serial port, after all --keys. May be repeated.")
  private List<String> sends = new ArrayList<>();

  @Option(names = "--no-reboot", description = "End at a reset.")
  private boolean noReboot;

  @Option(
      names = "--restore",
      paramLabel = "FILE",
      description = "Go on with a machine that --save wrote; give its media again.")
  private Path restore;

  @Option(names = "--save", paramLabel = "FILE", description = "Write the machine at the end.")
  private Path save;

  @Option(
      names = "--screenshot",
      paramLabel = "FILE.png",
      description = "Write a picture of the screen at the end.")
  private Path screenshot;

  @Option(names = "--screen", description = "Print the text screen at the end.")
  private boolean screen;

  @Option(names = "--digest", description = "Print SHA-256 of the machine's state at the end.")
  private boolean digest;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  BootCommand(ConsoleSession session, BootService boots) {
    this.session = session;
    this.boots = boots;
  }

  @Override
  public Integer call() {
    boolean stdio = STDIO.equals(serial);
    if (stdio && json) {
      throw new InvalidRequestException(
          "--json with --serial stdio: both want standard output, give --serial a file");
    }
    List<BootStep> steps = new ArrayList<>();
    keys.forEach(text -> steps.add(BootStep.keys(text)));
    sends.forEach(text -> steps.add(BootStep.send(text)));
    boolean terminal = stdio && GuestTerminal.isPresent();
    BootGoal goal = goal(terminal);
    for (Path file : new Path[] {save, screenshot}) {
      if (file != null) {
        ConsoleSession.requireWritable(file);
      }
    }
    try (BootLines lines = new BootLines();
        BootSession machine = open(lines, terminal)) {
      BootProgress progress = new BootProgress(terminal ? null : session.err());
      BootScript script = new BootScript(machine, steps, progress);
      BootResult result = stdio ? runInTerminal(machine, script, goal) : script.run(goal);
      finish(machine, result, stdio);
      return result.end().successful() ? ExitStatus.RETURNED : ExitStatus.STOPPED;
    }
  }

  /** When it has ended the terminal is ours again, before anything is printed. */
  private static BootResult runInTerminal(BootSession machine, BootScript script, BootGoal goal) {
    GuestTerminal terminal = GuestTerminal.connect(machine);
    try {
      return script.run(goal);
    } finally {
      terminal.close();
    }
  }

  private BootSession open(BootLines lines, boolean terminal) {
    BootRequest.Builder request =
        BootRequest.builder().clock(clock(terminal)).restartable(!noReboot);
    if (!programs.isEmpty()) {
      session.plugins().open(root.home());
      programs.forEach(name -> session.gateway().putInto(request, name));
    }
    if (kernel != null) {
      request.kernel(kernel);
    }
    if (initrd != null) {
      request.initrd(initrd);
    }
    if (append != null) {
      request.commandLine(append);
    }
    roms.forEach(request::optionRom);
    floppies.forEach(text -> request.floppy(medium(text)));
    disks.forEach(text -> request.disk(medium(text)));
    cdroms.forEach(file -> request.cdrom(new Medium(file, Medium.Access.READ_ONLY)));
    if (serial != null) {
      request.serial(STDIO.equals(serial) ? System.out : lines.file("--serial", serial));
    }
    for (String text : debugPorts) {
      int equals = text.indexOf('=');
      if (equals <= 0) {
        throw new InvalidRequestException("--debug-port " + text + ": expected PORT=FILE");
      }
      int port = Numerals.integer("--debug-port", text.substring(0, equals), 0, 0xffff);
      request.debugPort(port, lines.file("--debug-port", text.substring(equals + 1)));
    }
    session.openFirmware(root);
    MachineSettings settings = root.machine(usual(request.build()));
    request.machine(settings);
    settings.firmware().ifPresent(request::firmware);
    settings.displayFirmware().ifPresent(request::displayFirmware);
    return restore == null ? boots.open(request.build()) : boots.restore(restore, request.build());
  }

  /** Drives and firmware want a board that has their chips. */
  private static MachineSettings usual(BootRequest request) {
    boolean drives =
        !(request.floppies().isEmpty() && request.disks().isEmpty() && request.cdroms().isEmpty());
    return drives || request.firmware().isPresent()
        ? MachineSettings.DEFAULT.withBoard(RootCommand.BOARD_OF_FIRMWARE)
        : MachineSettings.DEFAULT;
  }

  private static Medium medium(String text) {
    return text.endsWith(WRITE)
        ? new Medium(
            Path.of(text.substring(0, text.length() - WRITE.length())), Medium.Access.WRITE_THROUGH)
        : Medium.of(Path.of(text));
  }

  private BootClock clock(boolean terminal) {
    if (clock == null) {
      return terminal ? BootClock.WALL : BootClock.VIRTUAL;
    }
    return switch (clock.toLowerCase(Locale.ROOT)) {
      case "virtual" -> BootClock.VIRTUAL;
      case "wall" -> BootClock.WALL;
      default ->
          throw new InvalidRequestException("--clock " + clock + ": expected virtual or wall");
    };
  }

  private BootGoal goal(boolean terminal) {
    BootGoal goal = BootGoal.NONE;
    if (until != null) {
      goal = goal.withText(pattern("--until", until));
    }
    if (budget != null) {
      goal = goal.withBudget(Numerals.atLeastOne("--budget", budget));
    }
    if (timeout == null) {
      return terminal ? goal : goal.withTimeout(TIMEOUT);
    }
    Duration limit = Numerals.duration("--timeout", timeout);
    return limit.isZero() ? goal : goal.withTimeout(limit);
  }

  static Pattern pattern(String option, String regex) {
    try {
      return Pattern.compile(regex, Pattern.MULTILINE);
    } catch (PatternSyntaxException e) {
      throw new InvalidRequestException(
          option + " " + regex + ": no regular expression: " + e.getDescription(), e);
    }
  }

  private void finish(BootSession machine, BootResult result, boolean stdio) {
    if (save != null) {
      machine.save(save);
    }
    if (screenshot != null) {
      ConsoleSession.write(screenshot, machine.screenshot());
    }
    if (json) {
      BootReport.printJson(machine, result, digest, session.out());
    } else {
      BootReport.print(machine, result, screen, digest, stdio ? session.err() : session.out());
    }
  }
}
