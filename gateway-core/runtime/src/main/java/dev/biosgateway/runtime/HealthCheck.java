package dev.biosgateway.runtime;

import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.HealthReport.Finding;
import dev.biosgateway.api.HealthReport.Status;
import dev.biosgateway.api.Program;
import java.util.ArrayList;
import java.util.List;

/** Looks at everything that keeps a gateway from serving calls. */
record HealthCheck(ProgramRegistry registry, GatewayLimits limits) {
  /** How long a call may run beyond its limit before its machine is given up, nanoseconds. */
  private static final long DEAF = 5_000_000_000L;

  List<Finding> findings() {
    return List.of(machine(), queue(), calls(), sessions(), programs());
  }

  private Finding machine() {
    try {
      registry.power();
      return new Finding("machine", Status.OK, "the primary machine is on");
    } catch (GatewayException e) {
      return new Finding("machine", Status.CRITICAL, String.valueOf(e.getMessage()));
    }
  }

  private Finding queue() {
    MachinePool pool = registry.dispatcher().pool();
    if (pool == null) {
      return new Finding("queue", Status.OK, "calls share the primary machine");
    }
    int waiting = pool.waiting();
    String text =
        String.format(
            "%d of %d machines in use, %d of %d places of the queue taken, %d refused so far",
            pool.busy(), pool.size(), waiting, limits.queue(), pool.refusals());
    Status status =
        limits.queue() > 0 && waiting >= limits.queue()
            ? Status.CRITICAL
            : waiting * 2L > limits.queue() ? Status.WARN : Status.OK;
    return new Finding("queue", status, text);
  }

  private Finding calls() {
    List<String> deaf = new ArrayList<>();
    List<RunningCall> running = registry.dispatcher().running().list();
    for (RunningCall call : running) {
      if (call.overdue() > DEAF) {
        deaf.add(call.toString());
      }
    }
    return deaf.isEmpty()
        ? new Finding("calls", Status.OK, running.size() + " running")
        : new Finding("calls", Status.CRITICAL, "do not heed the watchdog: " + deaf);
  }

  private Finding sessions() {
    int open = registry.sessions().list().size();
    return new Finding(
        "sessions",
        open >= limits.sessions() && open > 0 ? Status.WARN : Status.OK,
        open + " of " + limits.sessions() + " open");
  }

  private Finding programs() {
    List<String> bad = new ArrayList<>();
    int mapped = 0;
    for (Program program : registry.programs()) {
      if (program.state() == Program.State.FAILED || program.state() == Program.State.UNRESOLVED) {
        bad.add(program.name() + " " + program.version() + " " + program.state());
      } else if (program.state() == Program.State.MAPPED) {
        mapped++;
      }
    }
    return bad.isEmpty()
        ? new Finding("programs", Status.OK, mapped + " mapped")
        : new Finding("programs", Status.WARN, mapped + " mapped; not served: " + bad);
  }
}
