package dev.biosgateway.console;

import dev.biosgateway.api.Plugin;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ScopeType;

/** {@code plugins}: what is there, and the plugin folder. */
@Command(
    name = "plugins",
    mixinStandardHelpOptions = true,
    description = "Lists, installs, updates and uninstalls plugins.",
    footer = {
      "",
      "FILE is a plugin bundle, or an option ROM or ELF image as it is. Installed plugins are kept",
      "in the folder plugins of --home; files may also be dropped there."
    })
final class PluginsCommand implements Runnable {
  private final ConsoleSession session;

  @ParentCommand private RootCommand root;

  @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print JSON.")
  private boolean json;

  PluginsCommand(ConsoleSession session) {
    this.session = session;
  }

  @Override
  public void run() {
    list();
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists plugins and their programs with their state; the default.")
  void list() {
    open();
    List<Plugin> plugins = session.plugins().list();
    if (json) {
      JsonReport.print(plugins, session.out());
    } else {
      PluginReport.print(plugins, session.out());
    }
  }

  @Command(
      name = "install",
      mixinStandardHelpOptions = true,
      description = "Keeps a file as a plugin and starts it.")
  void install(@Parameters(paramLabel = "FILE[@ADDRESS]") String file) {
    open();
    ImageArgument argument = ImageArgument.parse(file);
    print(session.plugins().install(argument.file(), argument.address()));
  }

  @Command(
      name = "update",
      mixinStandardHelpOptions = true,
      description = "Replaces an installed plugin; if the new one fails, the former stays.")
  void update(
      @Parameters(paramLabel = "NAME") String name,
      @Parameters(paramLabel = "FILE[@ADDRESS]") String file) {
    open();
    ImageArgument argument = ImageArgument.parse(file);
    print(session.plugins().update(name, argument.file(), argument.address()));
  }

  @Command(
      name = "uninstall",
      mixinStandardHelpOptions = true,
      description = "Stops an installed plugin and deletes its file.")
  void uninstall(@Parameters(paramLabel = "NAME") String name) {
    open();
    session.plugins().uninstall(name);
    list();
  }

  private void open() {
    session.open(root, List.of());
  }

  private void print(Plugin plugin) {
    if (json) {
      JsonReport.print(plugin, session.out());
    } else {
      PluginReport.print(List.of(plugin), session.out());
    }
  }
}
