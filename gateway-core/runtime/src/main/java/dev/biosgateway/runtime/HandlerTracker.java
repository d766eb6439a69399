package dev.biosgateway.runtime;

import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.extension.InterruptHandler;
import dev.biosgateway.api.spi.ProgramImage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches services that are interrupt handlers in Java: while one is registered, it is a program of
 * its bundle. One whose properties are wrong is kept with its reason.
 */
final class HandlerTracker
    implements ServiceTrackerCustomizer<InterruptHandler, RegisteredProgram> {
  private static final Logger LOG = LoggerFactory.getLogger(HandlerTracker.class);
  private static final String FORMAT = "java-interrupt";

  private final BundleContext context;
  private final ProgramRegistry registry;
  private final PluginTerms terms;
  private final ServiceTracker<InterruptHandler, RegisteredProgram> tracker;

  HandlerTracker(BundleContext context, ProgramRegistry registry, PluginTerms terms) {
    this.context = context;
    this.registry = registry;
    this.terms = terms;
    this.tracker = new ServiceTracker<>(context, InterruptHandler.class, this);
  }

  /** Takes in all handlers there are, and from now on every new one. */
  void open() {
    tracker.open();
  }

  /** Lets all handlers go. */
  void close() {
    tracker.close();
  }

  @Override
  public RegisteredProgram addingService(ServiceReference<InterruptHandler> reference) {
    InterruptHandler handler = context.getService(reference);
    if (handler == null) {
      return null;
    }
    RegisteredProgram program = read(reference, handler);
    LOG.debug("Bundle {} brings {}", reference.getBundle(), program);
    registry.add(List.of(program));
    return program;
  }

  private RegisteredProgram read(
      ServiceReference<InterruptHandler> reference, InterruptHandler handler) {
    Bundle bundle = reference.getBundle();
    int index = ((Long) reference.getProperty(Constants.SERVICE_ID)).intValue() & 0xffff;
    ProgramDescriptor descriptor;
    try {
      descriptor = ProgramDescriptor.read(attributes(reference), bundle.getVersion());
      terms.requireSigned(bundle, descriptor.name());
    } catch (ProgramException e) {
      return RegisteredProgram.broken(bundle, index, null, e);
    }
    ProgramImage image =
        new ProgramImage(
                descriptor.name(),
                descriptor.version().toString(),
                FORMAT,
                descriptor.path(),
                new byte[1],
                OptionalLong.empty(),
                OptionalLong.empty(),
                descriptor.vectors(),
                Map.of())
            .handledBy(handler);
    return RegisteredProgram.of(
        bundle,
        index,
        descriptor,
        image,
        new ProgramRequirements(List.of()),
        terms.bound(descriptor));
  }

  private static Map<String, Object> attributes(ServiceReference<?> reference) {
    Map<String, Object> attributes = new HashMap<>();
    Object name = reference.getProperty(InterruptHandler.PROGRAM);
    attributes.put(ProgramDescriptor.NAMESPACE, name == null ? "" : name);
    attributes.put("format", FORMAT);
    attributes.put("path", "service." + reference.getProperty(Constants.SERVICE_ID));
    Object vector = reference.getProperty(InterruptHandler.VECTOR);
    attributes.put(
        "vectors", vector instanceof Integer number ? (Object) number.longValue() : vector + "");
    Object version = reference.getProperty(InterruptHandler.VERSION);
    if (version != null) {
      attributes.put("version", version.toString());
    }
    if (reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer ranking) {
      attributes.put("ranking", ranking.longValue());
    }
    return attributes;
  }

  @Override
  public void modifiedService(
      ServiceReference<InterruptHandler> reference, RegisteredProgram program) {
    LOG.debug("The properties of {} count when it is registered", program);
  }

  @Override
  public void removedService(
      ServiceReference<InterruptHandler> reference, RegisteredProgram program) {
    registry.remove(List.of(program));
    context.ungetService(reference);
  }
}
