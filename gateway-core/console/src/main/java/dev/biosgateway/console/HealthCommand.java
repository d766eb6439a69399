package dev.biosgateway.console;

import dev.biosgateway.api.HealthReport;
import dev.biosgateway.api.HealthReport.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code health}: whether calls would be served. */
@Command(
    name = "health",
    mixinStandardHelpOptions = true,
    description = "Checks that calls can be served: status 0 if so, 1 if something is wrong.")
final class HealthCommand implements Callable<Integer> {
  private final ConsoleSession session;

  @ParentCommand private RootCommand root;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  HealthCommand(ConsoleSession session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    session.open(root, List.of());
    HealthReport report = session.gateway().health();
    if (json) {
      List<Map<String, Object>> findings = new ArrayList<>();
      for (Finding finding : report.findings()) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", finding.name());
        entry.put("status", finding.status().name());
        entry.put("text", finding.text());
        findings.add(entry);
      }
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("status", report.status().name());
      tree.put("findings", findings);
      JsonReport.print(tree, session.out());
    } else {
      session.out().println(report.status());
      for (Finding finding : report.findings()) {
        session.out().printf("  %-9s %-9s %s%n", finding.status(), finding.name(), finding.text());
      }
    }
    return report.status() == HealthReport.Status.CRITICAL
        ? ExitStatus.STOPPED
        : ExitStatus.RETURNED;
  }
}
