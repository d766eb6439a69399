package dev.biosgateway.console;

import dev.biosgateway.api.Plugin;
import dev.biosgateway.api.Program;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Plugins as people read them: one line for a plugin, one for each of its programs. */
final class PluginReport {
  private PluginReport() {}

  /** Prints the list. */
  static void print(List<Plugin> plugins, PrintWriter out) {
    if (plugins.isEmpty()) {
      out.println("no plugins");
    }
    for (Plugin plugin : plugins) {
      out.printf(
          "%s %s (%s)%s%n",
          plugin.name(),
          plugin.version(),
          plugin.origin().name().toLowerCase(Locale.ROOT),
          plugin.active() ? "" : " not active: " + plugin.reason().strip());
      for (Program program : plugin.programs()) {
        print(program, out);
      }
    }
  }

  private static void print(Program program, PrintWriter out) {
    String place =
        program.address().isPresent()
            ? String.format(
                " at 0x%05x, %d bytes", program.address().getAsLong(), program.size().orElse(0))
            : "";
    String vectors =
        program.vectors().stream()
            .map(vector -> String.format(" int 0x%02x", vector))
            .collect(Collectors.joining());
    out.printf(
        "  %-8s %s %s (%s)%s%s%s%n",
        program.state(),
        program.name(),
        program.version(),
        program.format(),
        place,
        vectors,
        program.reason().map(reason -> ": " + reason).orElse(""));
    if (!program.description().isEmpty()) {
      out.println("           " + program.description());
    }
  }
}
