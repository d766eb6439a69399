package dev.biosgateway.console;

import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.Plugins;
import dev.biosgateway.api.boot.BootService;
import dev.biosgateway.api.kexec.KexecService;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.apache.felix.service.command.Descriptor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * Arguments in, exit status out: as a service for the launcher, and as commands of the Gogo shell,
 * such as {@code bios:boot}.
 */
@Component(
    service = {ToIntFunction.class, CommandLineMain.class},
    property = {
      "biosgateway.main=true",
      "osgi.command.scope=bios",
      "osgi.command.function=boot",
      "osgi.command.function=call",
      "osgi.command.function=plugins",
      "osgi.command.function=sessions",
      "osgi.command.function=metrics",
      "osgi.command.function=health",
      "osgi.command.function=kexec",
      "osgi.command.function=snapshot",
      "osgi.command.function=system",
      "osgi.command.function=vmcore"
    })
public final class CommandLineMain implements ToIntFunction<String[]> {
  private static final Logger LOG = LoggerFactory.getLogger(CommandLineMain.class);

  private static final int HELP_WIDTH = 100;

  /** Those a line does not begin with are left out of its model: that takes longer than a call. */
  static final List<String> COMMANDS =
      List.of(
          "boot",
          "call",
          "plugins",
          "shell",
          "sessions",
          "metrics",
          "health",
          "gateway",
          "kexec",
          "snapshot",
          "system",
          "vmcore",
          "completion");

  /** What a line of the shell cannot be. */
  private static final Set<String> NOT_IN_SHELL = Set.of("shell", "gateway", "completion");

  private final Gateway gateway;
  private final Plugins plugins;
  private final BootService boots;
  private final KexecService kexec;
  private final InteractiveShell shell;
  private final Version version;
  private final NamedSessions named = new NamedSessions();
  private volatile int last;

  /** Called by Declarative Services. */
  @Activate
  public CommandLineMain(
      BundleContext context,
      @Reference Gateway gateway,
      @Reference Plugins plugins,
      @Reference BootService boots,
      @Reference KexecService kexec,
      @Reference(cardinality = ReferenceCardinality.OPTIONAL) InteractiveShell shell) {
    this(gateway, plugins, boots, kexec, shell, context.getBundle().getVersion());
  }

  CommandLineMain(
      Gateway gateway,
      Plugins plugins,
      BootService boots,
      KexecService kexec,
      InteractiveShell shell,
      Version version) {
    this.gateway = gateway;
    this.plugins = plugins;
    this.boots = boots;
    this.kexec = kexec;
    this.shell = shell;
    this.version = version;
  }

  /** Runs one command line on the process's streams. */
  @Override
  public int applyAsInt(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    return run(out, err, arguments);
  }

  /** {@code bios:boot}: as {@code boot} on the command line. */
  @Descriptor("boots a machine; boot --help tells the rest")
  public void boot(@Descriptor("as on the command line") String... words) {
    inShell("boot", words);
  }

  /** {@code bios:call}: as {@code call} on the command line. */
  @Descriptor(
      "calls an interrupt, a far procedure or a routine of a plugin; call --help tells the rest")
  public void call(@Descriptor("as on the command line") String... words) {
    inShell("call", words);
  }

  /** {@code bios:plugins}: as {@code plugins} on the command line. */
  @Descriptor("lists, installs, updates and uninstalls plugins; plugins --help tells the rest")
  public void plugins(@Descriptor("as on the command line") String... words) {
    inShell("plugins", words);
  }

  /** {@code bios:kexec}: as {@code kexec} on the command line. */
  @Descriptor("loads and executes images by hand; kexec --help tells the rest")
  public void kexec(@Descriptor("as on the command line") String... words) {
    inShell("kexec", words);
  }

  /** {@code bios:snapshot}: as {@code snapshot} on the command line. */
  @Descriptor("takes, compares and restores snapshots; snapshot --help tells the rest")
  public void snapshot(@Descriptor("as on the command line") String... words) {
    inShell("snapshot", words);
  }

  /** {@code bios:system}: as {@code system} on the command line. */
  @Descriptor("switches between resident systems; system --help tells the rest")
  public void system(@Descriptor("as on the command line") String... words) {
    inShell("system", words);
  }

  /** {@code bios:vmcore}: as {@code vmcore} on the command line. */
  @Descriptor("saves and reads dumps of memory; vmcore --help tells the rest")
  public void vmcore(@Descriptor("as on the command line") String... words) {
    inShell("vmcore", words);
  }

  /** {@code bios:sessions}: as {@code sessions} on the command line. */
  @Descriptor("opens, forks, saves and closes sessions; sessions --help tells the rest")
  public void sessions(@Descriptor("as on the command line") String... words) {
    inShell("sessions", words);
  }

  /** {@code bios:metrics}: as {@code metrics} on the command line. */
  @Descriptor("shows what the gateway has done; metrics --help tells the rest")
  public void metrics(@Descriptor("as on the command line") String... words) {
    inShell("metrics", words);
  }

  /** {@code bios:health}: as {@code health} on the command line. */
  @Descriptor("shows whether the gateway is well; health --help tells the rest")
  public void health(@Descriptor("as on the command line") String... words) {
    inShell("health", words);
  }

  /** The status of the last command, once. */
  private int takeStatus() {
    int status = last;
    last = ExitStatus.RETURNED;
    return status;
  }

  private void inShell(String command, String[] words) {
    String[] arguments = new String[words.length + 1];
    arguments[0] = command;
    System.arraycopy(words, 0, arguments, 1, words.length);
    applyAsInt(arguments);
  }

  /** Runs one command line. */
  int run(PrintWriter out, PrintWriter err, String... arguments) {
    ConsoleSession session = new ConsoleSession(gateway, plugins, named, out, err);
    RootCommand root = new RootCommand();
    CommandLine line = new CommandLine(root);
    String first = arguments.length == 0 ? "" : arguments[0];
    boolean one = COMMANDS.contains(first) && !first.equals("completion");
    for (String name : one ? List.of(first) : COMMANDS) {
      line.addSubcommand(command(name, session));
    }
    line.getCommandSpec().version("bios-gateway " + version);
    line.setExpandAtFiles(false);
    line.setUsageHelpWidth(HELP_WIDTH);
    line.setOut(out);
    line.setErr(err);
    line.setParameterExceptionHandler(
        (e, words) -> refused(err, expectation(e) + " (--help shows how)"));
    line.setExecutionExceptionHandler(
        (e, command, result) -> {
          LOG.debug("The command failed", e);
          if (root.debug()) {
            e.printStackTrace(err);
          }
          if (e instanceof GatewayException) {
            return refused(err, e.getMessage());
          }
          refused(err, "internal error, --debug shows where: " + e);
          return ExitStatus.INTERNAL;
        });
    int status = line.execute(arguments);
    last = status;
    out.flush();
    err.flush();
    return status;
  }

  /** What the last word of a line of the shell could be. */
  List<String> complete(String line, Collection<String> others) {
    ConsoleSession session = new ConsoleSession(gateway, plugins, named, null, null);
    CommandLine model = new CommandLine(new RootCommand());
    for (String name : COMMANDS) {
      if (!NOT_IN_SHELL.contains(name)) {
        model.addSubcommand(command(name, session));
      }
    }
    return new Completion(model, gateway, plugins, named).of(line, others);
  }

  private Object command(String name, ConsoleSession session) {
    return switch (name) {
      case "boot" -> new BootCommand(session, boots);
      case "call" -> new CallCommand(session);
      case "kexec" -> new KexecCommand(session, kexec);
      case "plugins" -> new PluginsCommand(session);
      case "shell" -> new ShellCommand(session, shell, this::takeStatus, this::complete);
      case "completion" -> new CompletionCommand(session.out());
      case "sessions" -> new SessionsCommand(session);
      case "metrics" -> new MetricsCommand(session);
      case "health" -> new HealthCommand(session);
      case "gateway" -> new GatewayCommand(session);
      case "snapshot" -> new SnapshotCommand(session, kexec);
      case "system" -> new SystemCommand(session, kexec);
      case "vmcore" -> new VmcoreCommand(session, kexec);
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** What picocli says, but for a word too many: what is expected in its place. */
  private static String expectation(CommandLine.ParameterException e) {
    if (e instanceof CommandLine.UnmatchedArgumentException extra && !extra.isUnknownOption()) {
      Set<String> commands = e.getCommandLine().getSubcommands().keySet();
      return "unexpected \""
          + extra.getUnmatched().get(0)
          + "\""
          + (commands.isEmpty() ? "" : ": expected one of " + String.join(" ", commands));
    }
    return e.getMessage();
  }

  private static int refused(PrintWriter err, String message) {
    err.println("bios-gateway: " + message.replaceAll("\\s*\\R\\s*", " "));
    return ExitStatus.BAD_INPUT;
  }
}
