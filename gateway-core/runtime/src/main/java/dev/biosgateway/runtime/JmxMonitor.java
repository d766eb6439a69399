package dev.biosgateway.runtime;

import dev.biosgateway.api.Gateway;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.management.JMException;
import javax.management.ObjectName;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the gateway with JMX, unless {@code biosgateway.jmx} is {@code false}: a process that
 * lives for one call does not want to load the JDK's management.
 */
@Component(
    service = {},
    immediate = true)
public final class JmxMonitor {
  private static final Logger LOG = LoggerFactory.getLogger(JmxMonitor.class);
  private static final String NAME = "dev.biosgateway:type=Gateway";

  private final boolean registered;

  /** Called by Declarative Services. */
  @Activate
  public JmxMonitor(BundleContext context, @Reference Gateway gateway) {
    registered =
        !"false".equals(context.getProperty("biosgateway.jmx")) && Registration.add(gateway);
  }

  /** Called by Declarative Services. */
  @Deactivate
  public void close() {
    if (registered) {
      Registration.remove();
    }
  }

  /** Apart, so that the JDK's management is loaded only when it is used. */
  private static final class Registration {
    private Registration() {}

    static boolean add(Gateway gateway) {
      try {
        ManagementFactory.getPlatformMBeanServer()
            .registerMBean(new View(gateway), new ObjectName(NAME));
        return true;
      } catch (JMException e) {
        LOG.warn("The gateway is not visible to JMX as {}: {}", NAME, e.toString());
        return false;
      }
    }

    static void remove() {
      try {
        ManagementFactory.getPlatformMBeanServer().unregisterMBean(new ObjectName(NAME));
      } catch (JMException e) {
        LOG.debug("{} was not registered any more: {}", NAME, e.toString());
      }
    }
  }

  /** What JMX sees: each attribute is read anew. */
  private record View(Gateway gateway) implements GatewayMXBean {
    @Override
    public long getCalls() {
      return gateway.metrics().calls();
    }

    @Override
    public long getInstructions() {
      return gateway.metrics().instructions();
    }

    @Override
    public Map<String, Long> getStops() {
      Map<String, Long> stops = new TreeMap<>();
      gateway.metrics().stops().forEach((reason, count) -> stops.put(reason.name(), count));
      return stops;
    }

    @Override
    public Map<Long, Long> getLatency() {
      return gateway.metrics().latency();
    }

    @Override
    public long getMedianNanos() {
      return gateway.metrics().latencyOf(0.5);
    }

    @Override
    public long getNinetyNineNanos() {
      return gateway.metrics().latencyOf(0.99);
    }

    @Override
    public int getBusyMachines() {
      return gateway.metrics().busy();
    }

    @Override
    public int getIdleMachines() {
      return gateway.metrics().idle();
    }

    @Override
    public int getWaitingCallers() {
      return gateway.metrics().waiting();
    }

    @Override
    public long getLeases() {
      return gateway.metrics().leases();
    }

    @Override
    public long getRefusals() {
      return gateway.metrics().refusals();
    }

    @Override
    public int getSessions() {
      return gateway.metrics().sessions();
    }

    @Override
    public long getTemplateBytes() {
      return gateway.metrics().templateBytes();
    }

    @Override
    public long getMachineBytes() {
      return gateway.metrics().machineBytes();
    }

    @Override
    public Map<String, Long> getExecution() {
      return gateway.metrics().execution();
    }

    @Override
    public String getHealth() {
      return gateway.health().status().name();
    }

    @Override
    public List<String> getHealthFindings() {
      return gateway.health().findings().stream()
          .map(finding -> finding.name() + ": " + finding.status() + ": " + finding.text())
          .toList();
    }
  }
}
