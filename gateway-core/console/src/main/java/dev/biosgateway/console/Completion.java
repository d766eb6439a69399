package dev.biosgateway.console;

import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.Plugin;
import dev.biosgateway.api.Plugins;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Routine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What the last word of a line could be: commands and their commands, options, and the names of
 * what there is, such as routines and plugins.
 */
final class Completion {
  private final CommandLine model;
  private final Gateway gateway;
  private final Plugins plugins;
  private final NamedSessions named;

  /**
   * Completion.
   *
   * @param model all commands
   */
  Completion(CommandLine model, Gateway gateway, Plugins plugins, NamedSessions named) {
    this.model = model;
    this.gateway = gateway;
    this.plugins = plugins;
    this.named = named;
  }

  /**
   * The words, in order.
   *
   * @param line up to where somebody is typing
   * @param others commands that are not ours
   */
  List<String> of(String line, Collection<String> others) {
    String[] words = line.stripLeading().split("\\s+", -1);
    String last = words[words.length - 1];
    Set<String> candidates = new TreeSet<>();
    if (words.length == 1) {
      candidates.addAll(model.getSubcommands().keySet());
      candidates.addAll(others);
    } else {
      arguments(words, candidates);
    }
    candidates.removeIf(word -> !word.startsWith(last));
    return new ArrayList<>(candidates);
  }

  private void arguments(String[] words, Set<String> candidates) {
    String command = words[0].startsWith("bios:") ? words[0].substring(5) : words[0];
    CommandLine line = model.getSubcommands().get(command);
    if (line == null) {
      return;
    }
    String action = "";
    CommandLine below = words.length > 2 ? line.getSubcommands().get(words[1]) : null;
    if (below != null) {
      action = words[1];
      line = below;
    }
    candidates.addAll(line.getSubcommands().keySet());
    String last = words[words.length - 1];
    if (last.startsWith("-")) {
      for (OptionSpec option : line.getCommandSpec().options()) {
        candidates.add(option.longestName());
      }
    } else {
      names(command, action, words.length == 2, candidates);
    }
  }

  private void names(String command, String action, boolean first, Set<String> candidates) {
    switch (command) {
      case "call" -> {
        if (first) {
          candidates.addAll(List.of("int", "far"));
          gateway.routines().stream().map(Routine::name).forEach(candidates::add);
        } else {
          Register.whole().forEach(register -> candidates.add(register.text() + "="));
        }
      }
      case "boot" -> gateway.programs().stream().map(Program::name).forEach(candidates::add);
      case "plugins" -> {
        if (action.equals("update") || action.equals("uninstall")) {
          plugins.list().stream()
              .filter(plugin -> plugin.origin() == Plugin.Origin.INSTALLED)
              .map(Plugin::name)
              .forEach(candidates::add);
        }
      }
      case "sessions" -> {
        if (!action.isEmpty()) {
          candidates.addAll(named.names());
        }
      }
      default -> {
        // The other commands take files and names of their own.
      }
    }
  }
}
