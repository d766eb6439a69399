package dev.biosgateway.runtime;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.NoSuchRoutineException;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.Routine;
import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.api.spi.MachineProvider;
import dev.biosgateway.api.spi.MachineSettings;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The gateway: joins provider, registry and extender for as long as there is a provider. */
@Component(
    service = {Gateway.class, GatewayService.class},
    immediate = true,
    configurationPid = "dev.biosgateway.gateway")
public final class GatewayService implements Gateway {
  private final ProgramRegistry registry;
  private final ProgramExtender extender;

  /**
   * The machine. Config Admin may say otherwise under the pid {@code dev.biosgateway.gateway}, and
   * framework or system properties, as {@code biosgateway.board}, have the last word.
   */
  public @interface Settings {
    /** RAM in MiB, at least 2. */
    long memory() default 32;

    /** A board of the provider. */
    String board() default "pc";

    /** A processor model of the provider. */
    String cpu() default "pentiumpro";

    /** For what is random on a real board. */
    long seed() default 0;

    /** What the real-time clock shows at power-on: ISO 8601, UTC. */
    String startTime() default "2000-01-01T00:00:00Z";
  }

  /** Called by Declarative Services. */
  @Activate
  public GatewayService(
      BundleContext context, @Reference MachineProvider provider, Settings settings) {
    this(context, power(context, provider, settings));
  }

  /** A gateway over machines from anywhere. */
  GatewayService(BundleContext context, Supplier<GuestMachine> power) {
    this.registry = new ProgramRegistry(power);
    this.extender = new ProgramExtender(context, registry);
    extender.open();
  }

  private static Supplier<GuestMachine> power(
      BundleContext context, MachineProvider provider, Settings settings) {
    return () ->
        provider.open(
            new MachineSettings(
                Long.parseLong(setting(context, "memory", settings.memory())) << 20,
                setting(context, "board", settings.board()),
                setting(context, "cpu", settings.cpu()),
                Long.parseLong(setting(context, "seed", settings.seed())),
                Instant.parse(setting(context, "startTime", settings.startTime()))));
  }

  private static String setting(BundleContext context, String name, Object configured) {
    String property = context.getProperty("biosgateway." + name);
    return property == null ? configured.toString() : property;
  }

  /** Called by Declarative Services. */
  @Deactivate
  public void close() {
    registry.close();
    extender.close();
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
}
