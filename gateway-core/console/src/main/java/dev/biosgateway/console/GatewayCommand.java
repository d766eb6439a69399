package dev.biosgateway.console;

import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.Plugin;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code gateway}: serves until it is ended, and follows its plugin folder. */
@Command(
    name = "gateway",
    mixinStandardHelpOptions = true,
    description = {
      "Runs as a service: a pool of machines, the plugins of --home, which is watched: files that",
      "come are installed, changed ones updated, deleted ones uninstalled. Ends on SIGTERM.",
      "Metrics and health are visible to JMX as dev.biosgateway:type=Gateway."
    })
final class GatewayCommand implements Callable<Integer> {
  private final ConsoleSession session;

  @ParentCommand private RootCommand root;

  @Option(
      names = "--poll",
      paramLabel = "TIME",
      description = "How often the plugin folder is looked at. Default: 1s.")
  private String poll = "1s";

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "End after this time. Default: never.")
  private String life;

  @Option(names = "--json", description = "Print a JSON object for each thing that happens.")
  private boolean json;

  GatewayCommand(ConsoleSession session) {
    this.session = session;
  }

  @Override
  public Integer call() throws InterruptedException {
    Duration step = Numerals.duration("--poll", poll);
    long end =
        life == null
            ? Long.MAX_VALUE
            : System.nanoTime() + Numerals.duration("--for", life).toNanos();
    session.open(root, List.of());
    say("serving", root.home().resolve("plugins").toString());
    for (Plugin plugin : session.plugins().list()) {
      say(plugin.active() ? "active" : "inactive", plugin.name() + " " + plugin.version());
    }
    while (life == null || System.nanoTime() - end < 0) {
      Thread.sleep(step.toMillis());
      try {
        for (String done : session.plugins().refresh()) {
          int space = done.indexOf(' ');
          say(done.substring(0, space), done.substring(space + 1));
        }
      } catch (GatewayException e) {
        say("failed", e.getMessage());
      }
    }
    return ExitStatus.RETURNED;
  }

  private void say(String what, String which) {
    if (json) {
      Map<String, Object> event = new LinkedHashMap<>();
      event.put("event", what);
      event.put("what", which);
      JsonReport.print(event, session.out());
    } else {
      session.out().println(what + " " + which);
    }
    session.out().flush();
  }
}
