package dev.biosgateway.console;

import dev.biosgateway.api.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ScopeType;

/** {@code sessions}: machines that keep what calls change, by name. */
@Command(
    name = "sessions",
    mixinStandardHelpOptions = true,
    description = {
      "Opens, forks, saves and closes sessions: machines that keep what calls change.",
      "The one in use runs all calls of the shell; call --keep opens one if there is none."
    })
final class SessionsCommand implements Runnable {
  private final ConsoleSession session;

  @ParentCommand private RootCommand root;

  @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print JSON.")
  private boolean json;

  SessionsCommand(ConsoleSession session) {
    this.session = session;
  }

  @Override
  public void run() {
    list();
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists the sessions of this process; the default.")
  void list() {
    NamedSessions named = session.named();
    if (json) {
      List<Map<String, Object>> entries = new ArrayList<>();
      for (String name : named.names()) {
        entries.add(tree(name, named.named(name)));
      }
      JsonReport.print(Map.of("sessions", entries), session.out());
      return;
    }
    if (named.names().isEmpty()) {
      session.out().println("no sessions");
    }
    named.names().forEach(this::print);
  }

  @Command(
      name = "open",
      mixinStandardHelpOptions = true,
      description = "Opens a session, and uses it from now on.")
  void open(@Parameters(paramLabel = "NAME") String name) {
    session.named().requireFree(name);
    session.open(root, List.of());
    session.named().put(name, session.gateway().openSession());
    show(name);
  }

  @Command(
      name = "use",
      mixinStandardHelpOptions = true,
      description = "Uses another session from now on; - uses none.")
  void use(@Parameters(paramLabel = "NAME") String name) {
    session.named().use(name);
    list();
  }

  @Command(
      name = "fork",
      mixinStandardHelpOptions = true,
      description = "Opens a session that is now as another one, and uses it from now on.")
  void fork(
      @Parameters(paramLabel = "NAME") String name,
      @Parameters(paramLabel = "NEW-NAME") String other) {
    session.named().requireFree(other);
    session.named().put(other, session.named().named(name).fork());
    show(other);
  }

  @Command(
      name = "save",
      mixinStandardHelpOptions = true,
      description = "Writes a session to a file.")
  void save(
      @Parameters(paramLabel = "NAME") String name, @Parameters(paramLabel = "FILE") Path file) {
    session.named().named(name).save(file);
    show(name);
  }

  @Command(
      name = "reopen",
      mixinStandardHelpOptions = true,
      description = "Opens a session that was saved, and uses it from now on.")
  void reopen(
      @Parameters(paramLabel = "NAME") String name, @Parameters(paramLabel = "FILE") Path file) {
    session.named().requireFree(name);
    session.named().put(name, session.gateway().reopenSession(file));
    show(name);
  }

  @Command(name = "close", mixinStandardHelpOptions = true, description = "Closes a session.")
  void close(@Parameters(paramLabel = "NAME") String name) {
    session.named().close(name);
    list();
  }

  private void show(String name) {
    if (json) {
      JsonReport.print(tree(name, session.named().named(name)), session.out());
    } else {
      print(name);
    }
  }

  private void print(String name) {
    Session open = session.named().named(name);
    session
        .out()
        .printf(
            "%s %s: session %d, %s, %s, %d MiB, %s%n",
            name.equals(session.named().usedName()) ? "*" : " ",
            name,
            open.id(),
            open.machine().board(),
            open.machine().cpu(),
            open.machine().memoryBytes() >> 20,
            open.programs());
  }

  private Map<String, Object> tree(String name, Session open) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", name);
    tree.put("id", open.id());
    tree.put("used", name.equals(session.named().usedName()));
    tree.put("board", open.machine().board());
    tree.put("cpu", open.machine().cpu());
    tree.put("memory", open.machine().memoryBytes());
    tree.put("programs", open.programs());
    return tree;
  }
}
