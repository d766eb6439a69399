package dev.biosgateway.dist;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.launch.Framework;
import org.osgi.util.tracker.ServiceTracker;

/**
 * A framework with the bundles nested in this jar. It hands the arguments to the command line,
 * which is a service, and returns its exit status.
 *
 * <p>Each process has a bundle cache of its own, a {@link CacheFolder}.
 */
public final class EmbeddedFramework implements Function<String[], Integer> {
  private static final int CANNOT_START = 2;

  /** How long the services may take to come up; they take a fraction of a second. */
  private static final long PATIENCE_MILLIS = 10_000;

  /** How many machines run calls at one time. */
  private static final String MACHINES = "biosgateway.machines";

  /** Whether the gateway is visible to JMX. */
  private static final String JMX = "biosgateway.jmx";

  /** What the command line needs, in the order in which one needs the other. */
  private static final List<String> NEEDED =
      List.of(
          "dev.biosgateway.api.spi.MachineProvider",
          "dev.biosgateway.api.Gateway",
          "dev.biosgateway.api.Plugins",
          "dev.biosgateway.api.boot.BootService",
          "dev.biosgateway.api.kexec.KexecService");

  private final CacheFolder cache;
  private final Framework framework;

  /** A framework with an empty bundle cache, not started yet. */
  public EmbeddedFramework() throws IOException {
    this.cache = CacheFolder.create(Path.of(System.getProperty("java.io.tmpdir")));
    this.framework = new FrameworkFactory().newFramework(configuration(cache.path()));
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "bios-gateway-stop"));
  }

  private static Map<String, String> configuration(Path cache) {
    Map<String, String> configuration = new HashMap<>();
    configuration.put(Constants.FRAMEWORK_STORAGE, cache.toString());
    // Only the JDK and what is named here comes from the class path.
    configuration.put("felix.bootdelegation.implicit", "false");
    // Needs reflection into the JDK, for URLs that nobody here makes from text.
    configuration.put("felix.service.urlhandlers", "false");
    configuration.put("felix.log.level", "0");
    // A plugin may be installed beside an embedded one of the same name and version.
    configuration.put(Constants.FRAMEWORK_BSNVERSION, Constants.FRAMEWORK_BSNVERSION_MULTIPLE);
    configuration.put("felix.resolver.parallelism", "1");
    String slf4j = ";version=2.0.17";
    configuration.put(
        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
        String.join(
            ",",
            "org.slf4j" + slf4j,
            "org.slf4j.event" + slf4j,
            "org.slf4j.helpers" + slf4j,
            "org.slf4j.spi" + slf4j,
            // The API of Declarative Services: three bundles less to install.
            "org.osgi.service.component;version=1.5.1",
            "org.osgi.service.component.propertytypes;version=1.5",
            "org.osgi.service.component.runtime;version=1.5",
            "org.osgi.service.component.runtime.dto;version=1.5",
            "org.osgi.util.function;version=1.2",
            "org.osgi.util.promise;version=1.3"));
    return configuration;
  }

  @Override
  public Integer apply(String[] arguments) {
    try {
      framework.start();
      boolean shell = Arrays.asList(arguments).contains("shell");
      if (!shell && !Arrays.asList(arguments).contains("gateway")) {
        // One command makes one call: the machine it is mapped into can run it as well, and nobody
        // looks in from outside meanwhile.
        setUnlessGiven(MACHINES, "0");
        setUnlessGiven(JMX, "false");
      }
      start(shell);
      return commandLine().applyAsInt(arguments);
    } catch (BundleException | IOException e) {
      return cannotStart(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return cannotStart("interrupted");
    }
  }

  private static void setUnlessGiven(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static int cannotStart(String why) {
    System.err.println("bios-gateway: cannot start: " + why);
    return CANNOT_START;
  }

  /**
   * Installs all nested bundles before the first is started, so that optional imports find what is
   * there. Embedded plugins are left to the plugin service, which starts them after those that may
   * replace them.
   */
  private void start(boolean shell) throws BundleException, IOException {
    BundleContext context = framework.getBundleContext();
    List<Bundle> started = new ArrayList<>();
    try (JarFile jar = new JarFile(ownJar())) {
      for (JarEntry entry : jar.stream().filter(e -> e.getName().endsWith(".jar")).toList()) {
        String name = entry.getName();
        String folder = name.substring(0, name.indexOf('/') + 1);
        if (folder.equals("shell/") && !shell) {
          continue;
        }
        try (InputStream bundle = jar.getInputStream(entry)) {
          Bundle installed = context.installBundle("embedded:" + name, bundle);
          if (!folder.equals("plugins/")) {
            started.add(installed);
          }
        }
      }
    }
    for (Bundle bundle : started) {
      bundle.start();
    }
  }

  private static File ownJar() throws IOException {
    String location =
        EmbeddedFramework.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    File file = new File(URI.create("file:" + location));
    if (!file.isFile()) {
      throw new IOException("the launcher wants to run out of its jar, found " + file);
    }
    return file;
  }

  @SuppressWarnings("unchecked")
  private ToIntFunction<String[]> commandLine() throws InterruptedException, BundleException {
    BundleContext context = framework.getBundleContext();
    Filter filter;
    try {
      filter =
          context.createFilter(
              "(&(objectClass=" + ToIntFunction.class.getName() + ")(biosgateway.main=true))");
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
    ServiceTracker<Object, Object> tracker = new ServiceTracker<>(context, filter, null);
    tracker.open();
    Object service = tracker.waitForService(PATIENCE_MILLIS);
    if (service == null) {
      String missing =
          NEEDED.stream()
              .filter(name -> context.getServiceReference(name) == null)
              .findFirst()
              .orElse("the command line");
      throw new BundleException("service " + missing + " did not appear");
    }
    return (ToIntFunction<String[]>) service;
  }

  private void stop() {
    try {
      framework.stop();
      framework.waitForStop(PATIENCE_MILLIS);
    } catch (BundleException e) {
      System.err.println("bios-gateway: the framework does not stop: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      cache.delete();
    } catch (IOException e) {
      System.err.println("bios-gateway: " + cache.path() + " is left behind: " + e.getMessage());
    }
  }
}
