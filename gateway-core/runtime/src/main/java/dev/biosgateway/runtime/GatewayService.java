package dev.biosgateway.runtime;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.GatewayMetrics;
import dev.biosgateway.api.HealthReport;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.NoSuchRoutineException;
import dev.biosgateway.api.PendingCall;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.Routine;
import dev.biosgateway.api.Session;
import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.spi.MachineProvider;
import dev.biosgateway.api.spi.MachineSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.VersionRange;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway: joins provider, registry and extender for as long as there is a provider. */
@Component(service = Gateway.class, immediate = true, configurationPid = "dev.biosgateway.gateway")
@Designate(ocd = GatewayService.Settings.class)
public final class GatewayService implements Gateway {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayService.class);

  private final MachineProvider provider;
  private final ConfiguredMachine configured;
  private final GatewayLimits limits;
  private final CallMetrics metrics = new CallMetrics();
  private final List<GatewayListener> listeners = new CopyOnWriteArrayList<>();
  private final BootContent content;
  private final ProgramRegistry registry;
  private final ProgramExtender extender;
  private final List<ExtensionTracker<?>> extensions;

  /** Powers the first machine on while others still start; ends by itself. */
  private final Thread powerOn = new Thread(this::powerOn, "bios-gateway-power-on");

  /**
   * The machine. Config Admin may say otherwise under the pid {@code dev.biosgateway.gateway}, and
   * framework or system properties, as {@code biosgateway.board}, have the last word.
   */
  @ObjectClassDefinition(
      name = "BIOS Gateway",
      description = "The machines that run firmware, how many calls at one time, and their limits")
  public @interface Settings {
    /** RAM in MiB, at least 2. */
    String memory() default "32";

    /** A board of the provider. */
    String board() default "pc";

    /** A processor model of the provider. */
    String cpu() default "pentiumpro";

    /** A system BIOS, a file; empty for a machine that starts as POST leaves it. */
    String firmware() default "";

    /** The display's BIOS to go with it; empty for the one beside it. */
    String displayFirmware() default "";

    /** What the real-time clock shows at power-on: ISO 8601, UTC. */
    String startTime() default "2000-01-01T00:00:00Z";

    /**
     * Machines that run calls at one time; 0 runs them on one, one after the other; left out, as
     * many as there are processors.
     */
    String machines() default "";

    /** Callers that may wait for a machine; further ones are refused. */
    String queue() default "1024";

    /** Sessions that may be open. */
    String sessions() default "64";

    /** How long a plugin that goes waits for its running calls before it ends them, seconds. */
    String drain() default "10";

    /**
     * Rules that bound every call, or with {@code NAME:} in front those of one program: {@code deny
     * ports 0x60-0x64}, {@code vga: allow devices vga}.
     */
    String[] policy() default {};

    /** Whether plugin bundles must be signed: {@code true} or {@code false}. */
    String signed() default "false";

    /** A key store with the certificates of trusted signers; left out, any signer is trusted. */
    String truststore() default "";

    /** The password of that key store. */
    String truststorePassword() default "changeit";
  }

  /** Called by Declarative Services. */
  @Activate
  public GatewayService(
      BundleContext context, @Reference MachineProvider provider, Settings settings) {
    this(
        context,
        provider,
        new ConfiguredMachine(context::getProperty, settings),
        ConfiguredMachine.limits(context::getProperty, settings),
        ConfiguredMachine.terms(context::getProperty, settings));
    powerOn.start();
  }

  /** A gateway over machines from anywhere; none is powered on before it is needed. */
  GatewayService(
      BundleContext context,
      MachineProvider provider,
      ConfiguredMachine configured,
      GatewayLimits limits,
      PluginTerms terms) {
    this.configured = configured;
    this.provider = provider;
    this.limits = limits;
    this.content = new BootContent(context::getDataFile);
    this.registry =
        new ProgramRegistry(
            () -> provider.open(configured.settings()),
            limits,
            terms,
            content,
            this::ended,
            this::tell);
    this.extender = new ProgramExtender(context, registry, terms);
    powerOn.setDaemon(true);
    this.extensions = ExtensionTracker.all(context, registry, terms);
    extender.open();
    extensions.forEach(ExtensionTracker::open);
  }

  private void powerOn() {
    try {
      registry.power();
    } catch (GatewayException e) {
      // Whoever needs the machine tries again and is told.
      LOG.debug("No machine yet: {}", e.getMessage());
    }
  }

  private void ended(CallResult result, long waitedNanos) {
    metrics.ended(result, waitedNanos);
    if (!listeners.isEmpty()) {
      tell(listener -> listener.callEnded(result, waitedNanos));
    }
  }

  private void tell(Consumer<GatewayListener> what) {
    for (GatewayListener listener : listeners) {
      try {
        what.accept(listener);
      } catch (RuntimeException e) {
        LOG.warn("A listener failed", e);
      }
    }
  }

  /** Tells a listener from now on; of the programs that are there, at once. */
  void listen(GatewayListener listener) {
    registry.programs().forEach(listener::programChanged);
    listeners.add(listener);
  }

  void unlisten(GatewayListener listener) {
    listeners.remove(listener);
  }

  @Override
  public GatewayMetrics metrics() {
    MachinePool pool = registry.dispatcher().pool();
    int sessions = registry.sessions().list().size();
    int on = 1 + sessions + (pool == null ? 0 : pool.on());
    return new GatewayMetrics(
        metrics.calls(),
        metrics.instructions(),
        metrics.stops(),
        metrics.latency(),
        metrics.waitedNanos(),
        pool == null ? 0 : pool.size(),
        pool == null ? registry.dispatcher().running().list().size() : pool.busy(),
        pool == null ? 0 : pool.idle(),
        pool == null ? 0 : pool.waiting(),
        pool == null ? 0 : pool.leases(),
        pool == null ? 0 : pool.refusals(),
        pool == null ? 0 : pool.opened(),
        sessions,
        registry.templateBytes(),
        on * configured.settings().memoryBytes(),
        registry.dispatcher().execution());
  }

  @Override
  public HealthReport health() {
    return HealthReport.of(new HealthCheck(registry, limits).findings());
  }

  /** Called by Declarative Services. */
  @Deactivate
  public void close() {
    registry.close();
    extender.close();
    extensions.forEach(ExtensionTracker::close);
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

  @Override
  public Routine routine(String name, String versions) {
    VersionRange range = range(versions);
    List<RoutineService> routines = registry.routines();
    return routines.stream()
        .filter(routine -> name.equals(routine.name()) || name.equals(routine.toString()))
        .filter(routine -> range.includes(routine.version()))
        .findFirst()
        .orElseThrow(
            () ->
                new NoSuchRoutineException(
                    "no routine \""
                        + name
                        + "\" of a version in "
                        + range
                        + ": there is "
                        + routines.stream()
                            .map(routine -> routine + " " + routine.version())
                            .collect(Collectors.joining(", "))));
  }

  private static VersionRange range(String versions) {
    try {
      return new VersionRange(versions);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(
          "version range \"" + versions + "\": expected 1.0 or [1.0,2.0): " + e.getMessage(), e);
    }
  }

  @Override
  public void putInto(BootRequest.Builder request, String program) {
    int at = program.indexOf('@');
    String name = at < 0 ? program : program.substring(0, at);
    VersionRange range = at < 0 ? null : range(program.substring(at + 1));
    content.putInto(request, registry.usable(name, range));
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
      return routineOf(entry).call(request);
    }
    return registry
        .dispatcher()
        .call(
            target,
            request.within(registry.bound(target)),
            null,
            () -> request.requireMode(CallMode.REAL));
  }

  @Override
  public PendingCall submit(CallTarget target, CallRequest request) {
    if (target instanceof CallTarget.ProgramEntry entry) {
      return routineOf(entry).submit(request);
    }
    return registry
        .dispatcher()
        .submit(
            target,
            request.within(registry.bound(target)),
            null,
            () -> request.requireMode(CallMode.REAL));
  }

  private Routine routineOf(CallTarget.ProgramEntry entry) {
    return registry.routines().stream()
        .filter(routine -> routine.target().equals(entry))
        .findFirst()
        .orElseThrow(() -> unknown(entry.name(), registry.routines()));
  }

  @Override
  public Session openSession() {
    return registry.sessions().open(configured.settings(), registry.generation(null));
  }

  @Override
  public Session reopenSession(Path file) {
    SavedSession saved = SavedSession.read(file, provider, registry.javaPrograms());
    return registry.sessions().open(saved.settings(), new Generation(saved.template(), Set.of()));
  }

  @Override
  public List<Session> sessions() {
    return registry.sessions().list();
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
        registry.power();
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
