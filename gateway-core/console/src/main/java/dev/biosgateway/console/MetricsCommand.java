package dev.biosgateway.console;

import dev.biosgateway.api.GatewayMetrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code metrics}: what the gateway has done since it began. */
@Command(
    name = "metrics",
    mixinStandardHelpOptions = true,
    description = "Shows calls, latencies, machines and memory of this process's gateway.")
final class MetricsCommand implements Runnable {
  private final ConsoleSession session;

  @ParentCommand private RootCommand root;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  MetricsCommand(ConsoleSession session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.open(root, List.of());
    GatewayMetrics metrics = session.gateway().metrics();
    if (json) {
      JsonReport.print(tree(metrics), session.out());
      return;
    }
    session
        .out()
        .printf(
            "calls         %,d, %,d instructions, %.3f ms waited%n",
            metrics.calls(), metrics.instructions(), metrics.waitedNanos() / 1e6);
    metrics
        .stops()
        .forEach(
            (reason, count) -> {
              if (count > 0) {
                session.out().printf("  %-12s%,d%n", reason, count);
              }
            });
    session
        .out()
        .printf(
            "latency       half within %s, 99 %% within %s%n",
            micros(metrics.latencyOf(0.5)), micros(metrics.latencyOf(0.99)));
    session
        .out()
        .printf(
            "machines      %d, %d busy, %d idle, %d opened; %,d leases%n",
            metrics.machines(), metrics.busy(), metrics.idle(), metrics.opened(), metrics.leases());
    session
        .out()
        .printf("queue         %d waiting, %,d refused%n", metrics.waiting(), metrics.refusals());
    session.out().printf("sessions      %d%n", metrics.sessions());
    session
        .out()
        .printf(
            "memory        %,d KiB of templates, %,d KiB of machines%n",
            metrics.templateBytes() >> 10, metrics.machineBytes() >> 10);
    new TreeMap<>(metrics.execution())
        .forEach((name, count) -> session.out().printf("%-13s %,d%n", name, count));
  }

  private static String micros(long nanos) {
    return String.format("%.1f us", nanos / 1e3);
  }

  private static Map<String, Object> tree(GatewayMetrics metrics) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("calls", metrics.calls());
    tree.put("instructions", metrics.instructions());
    Map<String, Object> stops = new LinkedHashMap<>();
    metrics.stops().forEach((reason, count) -> stops.put(reason.name(), count));
    tree.put("stops", stops);
    tree.put("latencyNanos", new TreeMap<>(metrics.latency()));
    tree.put("medianNanos", metrics.latencyOf(0.5));
    tree.put("ninetyNineNanos", metrics.latencyOf(0.99));
    tree.put("waitedNanos", metrics.waitedNanos());
    tree.put("machines", metrics.machines());
    tree.put("busy", metrics.busy());
    tree.put("idle", metrics.idle());
    tree.put("opened", metrics.opened());
    tree.put("leases", metrics.leases());
    tree.put("waiting", metrics.waiting());
    tree.put("refusals", metrics.refusals());
    tree.put("sessions", metrics.sessions());
    tree.put("templateBytes", metrics.templateBytes());
    tree.put("machineBytes", metrics.machineBytes());
    tree.put("execution", new TreeMap<>(metrics.execution()));
    return tree;
  }
}
