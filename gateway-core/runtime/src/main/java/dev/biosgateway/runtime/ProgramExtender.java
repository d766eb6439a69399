package dev.biosgateway.runtime;

import dev.biosgateway.api.ProgramException;
import java.util.ArrayList;
import java.util.List;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.BundleTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches bundles: while one is active, each of its {@code biosgateway.program} capabilities is a
 * program. A broken one is kept with its reason; nothing a bundle says stops the others.
 */
@Capability(namespace = "osgi.extender", name = "biosgateway.program", version = "1.0.0")
final class ProgramExtender implements BundleTrackerCustomizer<List<RegisteredProgram>> {
  private static final Logger LOG = LoggerFactory.getLogger(ProgramExtender.class);

  private final ProgramRegistry registry;
  private final PluginTerms terms;
  private final BundleTracker<List<RegisteredProgram>> tracker;

  ProgramExtender(BundleContext context, ProgramRegistry registry, PluginTerms terms) {
    this.terms = terms;
    this.registry = registry;
    this.tracker = new BundleTracker<>(context, Bundle.ACTIVE, this);
  }

  /** Takes in all bundles that are active already, and from now on every new one. */
  void open() {
    tracker.open();
  }

  /** Lets all bundles go. */
  void close() {
    tracker.close();
  }

  @Override
  public List<RegisteredProgram> addingBundle(Bundle bundle, BundleEvent event) {
    List<RegisteredProgram> programs = new ArrayList<>();
    BundleWiring wiring = bundle.adapt(BundleWiring.class);
    if (wiring == null) {
      return null;
    }
    for (BundleCapability capability : wiring.getCapabilities(ProgramDescriptor.NAMESPACE)) {
      programs.add(read(bundle, programs.size(), capability));
    }
    if (programs.isEmpty()) {
      return null;
    }
    LOG.debug("Bundle {} brings {}", bundle, programs);
    registry.add(programs);
    return programs;
  }

  private RegisteredProgram read(Bundle bundle, int index, BundleCapability capability) {
    ProgramDescriptor descriptor;
    try {
      descriptor = ProgramDescriptor.read(capability.getAttributes(), bundle.getVersion());
    } catch (ProgramException e) {
      return RegisteredProgram.broken(bundle, index, null, e);
    }
    try {
      terms.requireSigned(bundle, descriptor.name());
      return RegisteredProgram.of(
          bundle,
          index,
          descriptor,
          descriptor.image(bundle),
          ProgramRequirements.of(bundle, descriptor.name()),
          terms.bound(descriptor));
    } catch (ProgramException e) {
      return RegisteredProgram.broken(bundle, index, descriptor, e);
    }
  }

  @Override
  public void modifiedBundle(Bundle bundle, BundleEvent event, List<RegisteredProgram> programs) {
    LOG.trace("Bundle {} is still active", bundle);
  }

  @Override
  public void removedBundle(Bundle bundle, BundleEvent event, List<RegisteredProgram> programs) {
    registry.remove(programs);
  }
}
