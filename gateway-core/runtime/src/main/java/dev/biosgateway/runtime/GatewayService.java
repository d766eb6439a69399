package dev.biosgateway.runtime;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.NoSuchRoutineException;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.Routine;
import dev.biosgateway.api.spi.MachineProvider;
import dev.biosgateway.api.spi.MachineSettings;
import java.util.List;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway: joins provider, registry and extender for as long as there is a provider. */
@Component(
    service = {Gateway.class, GatewayService.class},
    immediate = true,
    configurationPid = "dev.biosgateway.gateway")
public final class GatewayService implements Gateway {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayService.class);

  private final ConfiguredMachine configured;
  private final ProgramRegistry registry;
  private final ProgramExtender extender;

  /** Powers the first machine on while others still start; ends by itself. */
  private final Thread powerOn = new Thread(this::powerOn, "bios-gateway-power-on");

  /**
   * The machine. Config Admin may say otherwise under the pid {@code dev.biosgateway.gateway}, and
   * framework or system properties, as {@code biosgateway.board}, have the last word.
   */
  public @interface Settings {
    /** RAM in MiB, at least 2. */
    String memory() default "32";

    /** A board of the provider. */
    String board() default "pc";

    /** A processor model of the provider. */
    String cpu() default "pentiumpro";

    /** What the real-time clock shows at power-on: ISO 8601, UTC. */
    String startTime() default "2000-01-01T00:00:00Z";
  }

  /** Called by Declarative Services. */
  @Activate
  public GatewayService(
      BundleContext context, @Reference MachineProvider provider, Settings settings) {
    this(context, provider, new ConfiguredMachine(context::getProperty, settings));
    powerOn.start();
  }

  /** A gateway over machines from anywhere; none is powered on before it is needed. */
  GatewayService(BundleContext context, MachineProvider provider, ConfiguredMachine configured) {
    this.configured = configured;
    this.registry = new ProgramRegistry(() -> provider.open(configured.settings()));
    this.extender = new ProgramExtender(context, registry);
    powerOn.setDaemon(true);
    extender.open();
  }

  private void powerOn() {
    try {
      registry.dispatcher().power(false);
    } catch (GatewayException e) {
      // Whoever needs the machine tries again and is told.
      LOG.debug("No machine yet: {}", e.getMessage());
    }
  }

  /** Called by Declarative Services. */
  @Deactivate
  public void close() {
    registry.close();
    extender.close();
    try {
      powerOn.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public List<Routine> routines() {
    return List.copyOf(registry.routines());
  }

  @Override
  public Routine routine(String name) {
    List<RoutineService> routines = registry.routines();
    return routines.stream()
        .filter(routine -> name.equals(routine.name()) || name.equals(routine.toString()))
        .findFirst()
        .orElseThrow(() -> unknown(name, routines));
  }

  private static NoSuchRoutineException unknown(String name, List<RoutineService> routines) {
    return new NoSuchRoutineException(
        "no routine \""
            + name
            + "\": there "
            + (routines.isEmpty()
                ? "are none"
                : "is "
                    + routines.stream().map(Object::toString).collect(Collectors.joining(" "))));
  }

  @Override
  public List<Program> programs() {
    return registry.programs();
  }

  /** Why the first program of a bundle that failed did so; null if none did. */
  ProgramException failure(Bundle bundle) {
    return registry.failure(bundle);
  }

  /** The programs of one bundle, in the order of its manifest. */
  List<Program> programs(Bundle bundle) {
    return registry.programs(bundle);
  }

  @Override
  public CallResult call(CallTarget target, CallRequest request) {
    if (target instanceof CallTarget.ProgramEntry entry) {
      return registry.routines().stream()
          .filter(routine -> routine.target().equals(entry))
          .findFirst()
          .orElseThrow(() -> unknown(entry.name(), registry.routines()))
          .call(request);
    }
    return registry.dispatcher().call(target, request, () -> request.requireMode(CallMode.REAL));
  }

  @Override
  public MachineSettings machine() {
    return configured.settings();
  }

  @Override
  public void power(MachineSettings settings) {
    synchronized (configured) {
      MachineSettings former = configured.settings();
      if (settings == former || settings.equals(former)) {
        registry.dispatcher().power(false);
        return;
      }
      configured.replace(settings);
      try {
        registry.replaceMachine();
      } catch (GatewayException e) {
        configured.replace(former);
        throw e;
      }
    }
  }
}
