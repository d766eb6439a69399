package dev.biosgateway.testkit.container;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.cleanCaches;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.systemPackage;
import static org.ops4j.pax.exam.CoreOptions.workingDirectory;

import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.Routine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.ops4j.pax.exam.ExamSystem;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.nat.internal.NativeTestContainer;
import org.ops4j.pax.exam.nat.internal.NativeTestContainerFactory;
import org.ops4j.pax.exam.spi.DefaultExamSystem;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.util.tracker.ServiceTracker;

/**
 * A running OSGi framework with the gateway in it. Safe for use by all threads.
 *
 * <p>Waiting for a service ends after {@link #PATIENCE} with an error that says what is there
 * instead: a guard against hanging builds, never a measure of speed.
 */
public final class Container implements AutoCloseable {
  /** How long to wait for something that ought to happen. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Packages the tests share with the framework: those these bundles export. */
  private static final List<String> SHARED =
      List.of(
          "dev.biosgateway.gateway-api",
          "slf4j.api",
          "org.osgi.util.function",
          "org.osgi.util.promise");

  /** The gateway, and what its components need to be components. */
  private static final List<String> GATEWAY =
      List.of(
          "org.osgi.service.component",
          "org.apache.felix.scr",
          "dev.biosgateway.x86-realmode",
          "dev.biosgateway.gateway-runtime",
          "dev.biosgateway.kexec-bridge");

  private final NativeTestContainer exam;
  private final BundleContext context;
  private final Map<String, ServiceTracker<?, ?>> trackers = new HashMap<>();
  private final AtomicLong installed = new AtomicLong();

  private Container(NativeTestContainer exam) {
    this.exam = exam;
    this.context = exam.getSystemBundle().getBundleContext();
  }

  static Container start(Class<?> testClass, GatewayContainer settings) {
    NativeTestContainer exam;
    try {
      Path cache = Files.createTempDirectory("gateway-container-");
      ExamSystem system = DefaultExamSystem.create(options(testClass, settings, cache));
      exam = (NativeTestContainer) new NativeTestContainerFactory().create(system)[0];
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare a container for " + testClass.getName(), e);
    }
    try {
      exam.start();
      Container container = new Container(exam);
      container.requireResolved();
      return container;
    } catch (BundleException | RuntimeException e) {
      exam.stop();
      throw new IllegalStateException("no container for " + testClass.getName() + ": " + e, e);
    }
  }

  private static Option[] options(Class<?> testClass, GatewayContainer settings, Path cache) {
    ClassPathBundles classPath = ClassPathBundles.visibleTo(testClass.getClassLoader());
    List<Option> options = new ArrayList<>();
    options.add(workingDirectory(cache.toString()));
    options.add(cleanCaches(true));
    // Else the framework looks for classes of its bundles among those of the tests.
    options.add(frameworkProperty("felix.bootdelegation.implicit").value("false"));
    for (String property : settings.properties()) {
      String[] parts = property.split("=", 2);
      if (parts.length != 2) {
        throw new IllegalArgumentException(
            "framework property \"" + property + "\": expected name=value");
      }
      options.add(frameworkProperty(parts[0]).value(parts[1]));
    }
    for (String shared : SHARED) {
      options.add(systemPackage(classPath.named(shared).exports()));
    }
    for (String shared : settings.shared()) {
      options.add(systemPackage(classPath.named(shared).exports()));
    }
    for (String name : GATEWAY) {
      options.add(bundle(classPath.named(name).location()));
    }
    for (String name : settings.bundles()) {
      options.add(bundle(classPath.named(name).location()));
    }
    return options.toArray(Option[]::new);
  }

  /** Starting an unresolved bundle is what makes the framework say why it does not resolve. */
  private void requireResolved() throws BundleException {
    for (Bundle bundle : context.getBundles()) {
      boolean fragment = bundle.getHeaders("").get(Constants.FRAGMENT_HOST) != null;
      if (bundle.getState() == Bundle.INSTALLED && !fragment) {
        bundle.start();
      }
    }
  }

  /** The framework's own bundle context. */
  public BundleContext context() {
    return context;
  }

  /** The gateway, as soon as it is there. */
  public Gateway gateway() {
    return awaitService(Gateway.class);
  }

  /**
   * Installs and starts a bundle. It is updated and uninstalled by its own methods.
   *
   * @param jar the bundle, read to its end and closed
   * @throws BundleException if it cannot be installed, resolved or started; it is then not there
   */
  public Bundle install(InputStream jar) throws BundleException {
    Bundle bundle = context.installBundle("stream:" + installed.incrementAndGet(), jar);
    try {
      bundle.start();
    } catch (BundleException e) {
      bundle.uninstall();
      throw e;
    }
    return bundle;
  }

  /**
   * Installs and starts the bundle in a file.
   *
   * @throws BundleException if it cannot be installed, resolved or started; it is then not there
   * @throws UncheckedIOException if the file cannot be read
   */
  public Bundle install(Path jar) throws BundleException {
    try (InputStream stream = Files.newInputStream(jar)) {
      return install(stream);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read bundle " + jar, e);
    }
  }

  /**
   * The best service of a type, as soon as there is one.
   *
   * @throws AssertionError if none comes
   */
  public <T> T awaitService(Class<T> type) {
    return awaitService(type, null);
  }

  /**
   * The best service of a type that passes a filter, as soon as there is one. It stays in use until
   * the container closes.
   *
   * @param filter an LDAP filter such as {@code (biosgateway.routine=int10)}, or null for any
   * @throws AssertionError if none comes
   * @throws IllegalArgumentException if the filter is malformed
   */
  public <T> T awaitService(Class<T> type, String filter) {
    T service;
    try {
      service = type.cast(tracker(type, filter).waitForService(PATIENCE.toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + type.getName(), e);
    }
    if (service == null) {
      throw new AssertionError(
          "no service " + describe(type, filter) + "; bundles are " + describeBundles());
    }
    return service;
  }

  /** The routine of a name, as soon as a plugin serves it; of several versions the best. */
  public Routine awaitRoutine(String name) {
    return awaitService(Routine.class, "(" + Routine.NAME + "=" + name + ")");
  }

  /** Whether there is a service of a type that passes a filter, at this moment. */
  public boolean hasService(Class<?> type, String filter) {
    return tracker(type, filter).size() > 0;
  }

  private synchronized ServiceTracker<?, ?> tracker(Class<?> type, String filter) {
    return trackers.computeIfAbsent(
        describe(type, filter),
        text -> {
          ServiceTracker<?, ?> tracker = new ServiceTracker<>(context, filter(text), null);
          // All services: a bundle sees none that is also registered under a class it cannot load,
          // and the tests use the eyes of the framework's own bundle.
          tracker.open(true);
          return tracker;
        });
  }

  private static String describe(Class<?> type, String filter) {
    String ofType = "(" + Constants.OBJECTCLASS + "=" + type.getName() + ")";
    return filter == null ? ofType : "(&" + ofType + filter + ")";
  }

  private Filter filter(String text) {
    try {
      return context.createFilter(text);
    } catch (InvalidSyntaxException e) {
      throw new IllegalArgumentException("filter " + text + ": " + e.getMessage(), e);
    }
  }

  private String describeBundles() {
    return Arrays.stream(context.getBundles())
        .map(bundle -> bundle + " " + stateOf(bundle))
        .collect(Collectors.joining(", "));
  }

  private static String stateOf(Bundle bundle) {
    int state = bundle.getState();
    return switch (state) {
      case Bundle.UNINSTALLED -> "UNINSTALLED";
      case Bundle.INSTALLED -> "INSTALLED";
      case Bundle.RESOLVED -> "RESOLVED";
      case Bundle.STARTING -> "STARTING";
      case Bundle.STOPPING -> "STOPPING";
      case Bundle.ACTIVE -> "ACTIVE";
      default -> throw new IllegalStateException(bundle + ": no OSGi bundle state " + state);
    };
  }

  /** Stops the framework, waits until it has stopped, and deletes its bundle cache. */
  @Override
  public void close() {
    synchronized (this) {
      trackers.values().forEach(ServiceTracker::close);
      trackers.clear();
    }
    exam.stop();
  }
}
