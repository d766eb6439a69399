package dev.biosgateway.runtime;

import dev.biosgateway.api.Program;
import dev.biosgateway.api.Routine;
import dev.biosgateway.api.spi.MachineSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.launch.Framework;

/** A framework with a gateway over scripted machines. */
final class FrameworkFixture {
  /** What happened to all machines, in order. */
  final List<String> journal = Collections.synchronizedList(new ArrayList<>());

  final List<ScriptedMachine> machines = Collections.synchronizedList(new ArrayList<>());
  final BundleContext context;
  final GatewayService gateway;
  private final Framework framework;

  /** All calls on one machine, one after the other. */
  FrameworkFixture(Path cache) throws BundleException {
    this(cache, new GatewayLimits(0, 16, 4, Duration.ofMillis(50)));
  }

  FrameworkFixture(Path cache, GatewayLimits limits) throws BundleException {
    framework =
        new FrameworkFactory()
            .newFramework(
                Map.of(
                    "org.osgi.framework.storage", cache.toString(),
                    "org.osgi.framework.storage.clean", "onFirstInit",
                    "felix.bootdelegation.implicit", "false",
                    "org.osgi.framework.system.capabilities.extra",
                        "osgi.extender;osgi.extender=biosgateway.program;version:Version=1.0.0"));
    framework.start();
    context = framework.getBundleContext();
    gateway =
        new GatewayService(
            context,
            settings -> {
              if (settings.board().equals("none")) {
                throw new IllegalArgumentException("board \"none\": expected one of pc, pc-2");
              }
              ScriptedMachine machine = new ScriptedMachine(settings.board(), journal);
              machines.add(machine);
              return machine;
            },
            new ConfiguredMachine(MachineSettings.DEFAULT),
            limits,
            PluginTerms.NONE);
  }

  Bundle install(byte[] jar) throws BundleException {
    Bundle bundle =
        context.installBundle("test:" + System.identityHashCode(jar), PluginJar.stream(jar));
    bundle.start();
    return bundle;
  }

  /** The machine in use. */
  ScriptedMachine machine() {
    return machines.get(machines.size() - 1);
  }

  Program program(String name) {
    return gateway.programs().stream()
        .filter(program -> program.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Program and routine of all registered services, sorted. */
  List<String> services() {
    try {
      var references = context.getAllServiceReferences(Routine.class.getName(), null);
      return references == null
          ? List.of()
          : Arrays.stream(references)
              .map(r -> r.getProperty(Routine.PROGRAM) + "/" + r.getProperty(Routine.NAME))
              .sorted()
              .toList();
    } catch (InvalidSyntaxException e) {
      throw new AssertionError(e);
    }
  }

  void close() throws BundleException, InterruptedException {
    gateway.close();
    framework.stop();
    framework.waitForStop(0);
  }
}
