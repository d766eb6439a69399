package dev.biosgateway.runtime;

import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Plugin;
import dev.biosgateway.api.Plugin.Origin;
import dev.biosgateway.api.Plugins;
import dev.biosgateway.api.ProgramException;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Installs, starts and lists plugin bundles; where each came from is in its location. */
@Component
public final class PluginService implements Plugins {
  /** Location prefix of plugin bundles out of the runnable jar; its launcher installs them so. */
  static final String EMBEDDED = "embedded:";

  private static final String INSTALLED = "installed:";
  private static final String ATTACHED = "attached:";
  private static final Logger LOG = LoggerFactory.getLogger(PluginService.class);

  private final BundleContext context;
  private final GatewayService gateway;
  private final Map<Long, String> reasons = new HashMap<>();
  private final Map<Long, String> fileNames = new HashMap<>();

  /** The files of the folder as they were when they were looked at, by name. */
  private final Map<String, String> stamps = new LinkedHashMap<>();

  private final List<Plugin> unreadable = new ArrayList<>();
  private PluginFolder folder;

  /** Called by Declarative Services. */
  @Activate
  public PluginService(
      BundleContext context,
      @Reference(target = "(component.name=dev.biosgateway.runtime.GatewayService)")
          Gateway gateway) {
    this.context = context;
    // The one of this bundle: what it knows of bundles is not for everybody.
    this.gateway = (GatewayService) gateway;
  }

  @Override
  public synchronized void open(Path home) {
    boolean first = folder == null;
    folder = new PluginFolder(home.resolve("plugins"));
    if (!first) {
      return;
    }
    List<Bundle> bundles = new ArrayList<>();
    for (Path file : folder.files()) {
      Bundle bundle = take(file);
      if (bundle != null) {
        bundles.add(bundle);
      }
    }
    boolean firmware = gateway.machine().firmware().isPresent();
    for (Bundle bundle : context.getBundles()) {
      if (bundle.getLocation().startsWith(EMBEDDED)) {
        if (firmware && servesInterrupts(bundle)) {
          remove(bundle); // the machine's own firmware does
        } else {
          bundles.add(bundle);
        }
      }
    }
    bundles.forEach(this::start);
  }

  /** Installs a file of the folder, without starting it; null if it cannot be read. */
  private Bundle take(Path file) {
    String fileName = file.getFileName().toString();
    stamps.put(fileName, PluginFolder.stamp(file));
    try {
      ImageBundle image = read(file, OptionalLong.empty(), ImageBundle.INSTALLED_RANKING);
      Bundle bundle = bring(INSTALLED + fileName, image);
      fileNames.put(bundle.getBundleId(), fileName);
      return bundle;
    } catch (GatewayException e) {
      LOG.warn("Plugin {} is left out: {}", file, e.getMessage());
      unreadable.add(
          new Plugin(-1, fileName, "", Origin.INSTALLED, false, e.getMessage(), List.of()));
      return null;
    }
  }

  @Override
  public synchronized List<String> refresh() {
    List<String> done = new ArrayList<>();
    Map<String, Path> files = new LinkedHashMap<>();
    opened().files().forEach(file -> files.put(file.getFileName().toString(), file));
    for (String fileName : List.copyOf(stamps.keySet())) {
      if (!files.containsKey(fileName)) {
        forget(fileName);
        done.add("uninstalled " + fileName);
      }
    }
    files.forEach(
        (fileName, file) -> {
          String stamp = PluginFolder.stamp(file);
          String known = stamps.get(fileName);
          if (!stamp.equals(known)) {
            done.add((known == null ? "installed " : "updated ") + fileName);
            bring(file, stamp);
          }
        });
    return done;
  }

  /** The file has gone, or is another one now. */
  private void forget(String fileName) {
    stamps.remove(fileName);
    unreadable.removeIf(plugin -> plugin.name().equals(fileName));
    Bundle bundle = bundleOf(fileName);
    if (bundle != null) {
      remove(bundle);
    }
  }

  private Bundle bundleOf(String fileName) {
    for (Map.Entry<Long, String> entry : fileNames.entrySet()) {
      if (entry.getValue().equals(fileName)) {
        return context.getBundle(entry.getKey());
      }
    }
    return null;
  }

  /**
   * A file has come or changed: a bundle that is there is updated, so that its services go over.
   */
  private void bring(Path file, String stamp) {
    String fileName = file.getFileName().toString();
    Bundle bundle = bundleOf(fileName);
    if (bundle != null) {
      stamps.put(fileName, stamp);
      try {
        replace(bundle, read(file, OptionalLong.empty(), ImageBundle.INSTALLED_RANKING));
      } catch (GatewayException e) {
        LOG.warn("Plugin {} was not updated: {}", file, e.getMessage());
        reasons.put(bundle.getBundleId(), e.getMessage());
      }
      return;
    }
    forget(fileName);
    Bundle fresh = take(file);
    if (fresh != null) {
      start(fresh);
    }
  }

  @Override
  public synchronized List<Plugin> list() {
    List<Plugin> plugins = new ArrayList<>(unreadable);
    for (Bundle bundle : context.getBundles()) {
      if (offersProgram(bundle)) {
        plugins.add(view(bundle));
      }
    }
    plugins.sort(Comparator.comparingLong(Plugin::id));
    return List.copyOf(plugins);
  }

  @Override
  public synchronized Plugin attach(Path file, OptionalLong address) {
    Bundle bundle =
        bring(ATTACHED + file.toAbsolutePath(), read(file, address, ImageBundle.ATTACHED_RANKING));
    return startedOrRemoved(bundle);
  }

  @Override
  public synchronized Plugin install(Path file, OptionalLong address) {
    ImageBundle image = read(file, address, ImageBundle.INSTALLED_RANKING);
    for (Bundle other : context.getBundles()) {
      if (origin(other) == Origin.INSTALLED
          && image.symbolicName().equals(other.getSymbolicName())) {
        throw new InvalidRequestException(
            "plugin " + image.symbolicName() + " is installed already: update or uninstall it");
      }
    }
    String fileName = freeName(image.symbolicName());
    Bundle bundle = bring(INSTALLED + fileName, image);
    Plugin plugin = startedOrRemoved(bundle);
    try {
      opened().write(fileName, image.content());
    } catch (GatewayException e) {
      remove(bundle);
      throw e;
    }
    fileNames.put(bundle.getBundleId(), fileName);
    stamps.put(fileName, PluginFolder.stamp(opened().path().resolve(fileName)));
    return plugin;
  }

  /** A file name that nobody's file has: what was dropped into the folder is not overwritten. */
  private String freeName(String symbolicName) {
    String name = symbolicName + ".jar";
    for (int i = 2; Files.exists(opened().path().resolve(name)); i++) {
      name = symbolicName + "-" + i + ".jar";
    }
    return name;
  }

  @Override
  public synchronized Plugin update(String name, Path file, OptionalLong address) {
    Bundle bundle = installed(name);
    ImageBundle next =
        ImageBundle.of(
            name, file.toString(), PluginFolder.read(file), address, ImageBundle.INSTALLED_RANKING);
    if (!next.symbolicName().equals(name)) {
      throw new InvalidRequestException(
          file + " is plugin " + next.symbolicName() + ", not " + name + ": install it instead");
    }
    String formerFile = fileNames.get(bundle.getBundleId());
    String fileName = formerFile.endsWith(".jar") ? formerFile : freeName(name);
    ImageBundle former =
        read(
            opened().path().resolve(formerFile),
            OptionalLong.empty(),
            ImageBundle.INSTALLED_RANKING);
    try {
      replace(bundle, next);
      opened().write(fileName, next.content());
    } catch (GatewayException e) {
      replace(bundle, former);
      throw e;
    }
    if (!formerFile.equals(fileName)) {
      opened().delete(formerFile);
      stamps.remove(formerFile);
      fileNames.put(bundle.getBundleId(), fileName);
    }
    stamps.put(fileName, PluginFolder.stamp(opened().path().resolve(fileName)));
    return view(bundle);
  }

  @Override
  public synchronized void uninstall(String name) {
    if (unreadable.removeIf(plugin -> plugin.name().equals(name))) {
      opened().delete(name);
      stamps.remove(name);
      return;
    }
    Bundle bundle = installed(name);
    String fileName = fileNames.get(bundle.getBundleId());
    opened().delete(fileName);
    stamps.remove(fileName);
    remove(bundle);
  }

  private static boolean servesInterrupts(Bundle bundle) {
    return bundle
        .adapt(BundleRevision.class)
        .getDeclaredCapabilities(ProgramDescriptor.NAMESPACE)
        .stream()
        .anyMatch(capability -> capability.getAttributes().containsKey("vectors"));
  }

  private PluginFolder opened() {
    if (folder == null) {
      throw new IllegalStateException("no home folder: open(Path) comes first");
    }
    return folder;
  }

  private Bundle installed(String name) {
    List<String> names = new ArrayList<>();
    for (Bundle bundle : context.getBundles()) {
      if (origin(bundle) == Origin.INSTALLED) {
        if (name.equals(bundle.getSymbolicName())) {
          return bundle;
        }
        names.add(bundle.getSymbolicName());
      }
    }
    unreadable.forEach(plugin -> names.add(plugin.name()));
    throw new InvalidRequestException(
        "no installed plugin \""
            + name
            + "\": there "
            + (names.isEmpty() ? "is none" : "is " + names));
  }

  private static ImageBundle read(Path file, OptionalLong address, int ranking) {
    return ImageBundle.of(
        ImageBundle.programName(file.toString()),
        file.toString(),
        PluginFolder.read(file),
        address,
        ranking);
  }

  private Bundle bring(String location, ImageBundle image) {
    try {
      return context.installBundle(location, new ByteArrayInputStream(image.content()));
    } catch (BundleException e) {
      throw notABundle(image.symbolicName(), location, e);
    }
  }

  /** Whether it declares a program, or has registered one in Java. */
  private boolean offersProgram(Bundle bundle) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    return revision != null
        && (!revision.getDeclaredCapabilities(ProgramDescriptor.NAMESPACE).isEmpty()
            || !gateway.programs(bundle).isEmpty());
  }

  /**
   * The framework's own message says only that it failed; what failed is in the innermost cause.
   */
  private static ProgramException notABundle(String name, String location, BundleException e) {
    Throwable innermost = e;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    return ProgramException.of(name, "bundle")
        .file(location)
        .expected("a valid OSGi bundle")
        .found(String.valueOf(innermost.getMessage()))
        .cause(e)
        .build();
  }

  /** Starts a bundle; if it does not, the reason is kept for {@link #list()}. */
  private void start(Bundle bundle) {
    try {
      bundle.start(Bundle.START_ACTIVATION_POLICY);
      reasons.remove(bundle.getBundleId());
    } catch (BundleException e) {
      LOG.warn("Plugin {} does not start: {}", bundle.getSymbolicName(), e.getMessage());
      reasons.put(bundle.getBundleId(), String.valueOf(e.getMessage()));
    }
  }

  /** Starts a bundle and its programs, or throws what keeps one of them from being mapped. */
  private void startChecked(Bundle bundle) {
    start(bundle);
    String reason = reasons.get(bundle.getBundleId());
    if (reason != null) {
      throw ProgramException.of(bundle.getSymbolicName(), "requirements")
          .file(bundle.getLocation())
          .expected("a bundle that resolves")
          .found(reason)
          .build();
    }
    if (!offersProgram(bundle)) {
      throw ProgramException.of(bundle.getSymbolicName(), Constants.PROVIDE_CAPABILITY)
          .file(bundle.getLocation())
          .expected(
              "a capability "
                  + ProgramDescriptor.NAMESPACE
                  + ", or a service of dev.biosgateway.api.extension")
          .found("neither")
          .remedy("declare the program in the bundle's manifest, or register its service at start")
          .build();
    }
    ProgramException failure = gateway.failure(bundle);
    if (failure != null) {
      throw failure;
    }
  }

  private Plugin startedOrRemoved(Bundle bundle) {
    try {
      startChecked(bundle);
      return view(bundle);
    } catch (GatewayException e) {
      remove(bundle);
      throw e;
    }
  }

  private void replace(Bundle bundle, ImageBundle image) {
    try {
      bundle.update(new ByteArrayInputStream(image.content()));
    } catch (BundleException e) {
      throw notABundle(image.symbolicName(), bundle.getLocation(), e);
    }
    startChecked(bundle);
  }

  private void remove(Bundle bundle) {
    try {
      bundle.uninstall();
    } catch (BundleException e) {
      throw new GatewayException(
          "plugin " + bundle.getSymbolicName() + " does not go: " + e.getMessage(), e);
    }
    reasons.remove(bundle.getBundleId());
    fileNames.remove(bundle.getBundleId());
  }

  private Plugin view(Bundle bundle) {
    boolean active = bundle.getState() == Bundle.ACTIVE;
    String reason = active ? "" : reasons.getOrDefault(bundle.getBundleId(), "not started");
    return new Plugin(
        bundle.getBundleId(),
        bundle.getSymbolicName(),
        bundle.getVersion().toString(),
        origin(bundle),
        active,
        reason,
        gateway.programs(bundle));
  }

  private static Origin origin(Bundle bundle) {
    String location = bundle.getLocation();
    if (location.startsWith(EMBEDDED)) {
      return Origin.EMBEDDED;
    }
    if (location.startsWith(INSTALLED)) {
      return Origin.INSTALLED;
    }
    return location.startsWith(ATTACHED) ? Origin.ATTACHED : Origin.BUNDLE;
  }
}
