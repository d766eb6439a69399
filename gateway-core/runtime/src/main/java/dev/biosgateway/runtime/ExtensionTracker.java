package dev.biosgateway.runtime;

import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.extension.DeviceModel;
import dev.biosgateway.api.extension.Extension;
import dev.biosgateway.api.extension.InterruptHandler;
import dev.biosgateway.api.extension.MemoryInterceptor;
import dev.biosgateway.api.extension.PortInterceptor;
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
 * Watches services of one type of {@link Extension}: while one is registered, it is a program of
 * its bundle. One whose properties are wrong is kept with its reason.
 *
 * @param <E> the type of the services
 */
final class ExtensionTracker<E extends Extension>
    implements ServiceTrackerCustomizer<E, RegisteredProgram> {
  private static final Logger LOG = LoggerFactory.getLogger(ExtensionTracker.class);

  /** An image has bytes; those of programs in Java stand for nothing. */
  private static final byte[] NO_CODE = new byte[1];

  private final BundleContext context;
  private final ProgramRegistry registry;
  private final PluginTerms terms;
  private final String format;
  private final ServiceTracker<E, RegisteredProgram> tracker;

  private ExtensionTracker(
      BundleContext context,
      ProgramRegistry registry,
      PluginTerms terms,
      Class<E> type,
      String format) {
    this.context = context;
    this.registry = registry;
    this.terms = terms;
    this.format = format;
    this.tracker = new ServiceTracker<>(context, type, this);
  }

  /** One for each type of extension. */
  static List<ExtensionTracker<?>> all(
      BundleContext context, ProgramRegistry registry, PluginTerms terms) {
    return List.of(
        new ExtensionTracker<>(
            context, registry, terms, DeviceModel.class, ProgramDescriptor.JAVA_DEVICE),
        new ExtensionTracker<>(context, registry, terms, PortInterceptor.class, "java-ports"),
        new ExtensionTracker<>(context, registry, terms, MemoryInterceptor.class, "java-memory"),
        new ExtensionTracker<>(context, registry, terms, InterruptHandler.class, "java-interrupt"));
  }

  /** Takes in all services there are, and from now on every new one. */
  void open() {
    tracker.open();
  }

  /** Lets all services go. */
  void close() {
    tracker.close();
  }

  @Override
  public RegisteredProgram addingService(ServiceReference<E> reference) {
    E extension = context.getService(reference);
    if (extension == null) {
      return null;
    }
    RegisteredProgram program = read(reference, extension);
    LOG.debug("Bundle {} brings {}", reference.getBundle(), program);
    registry.add(List.of(program));
    return program;
  }

  private RegisteredProgram read(ServiceReference<E> reference, E extension) {
    Bundle bundle = reference.getBundle();
    int index = ((Long) reference.getProperty(Constants.SERVICE_ID)).intValue() & 0xffff;
    ProgramDescriptor descriptor;
    try {
      descriptor = ProgramDescriptor.read(attributes(reference), bundle.getVersion());
      descriptor.requireDeviceName();
      terms.requireSigned(bundle, descriptor.name());
      ProgramImage image =
          new ProgramImage(
                  descriptor.name(),
                  descriptor.version().toString(),
                  format,
                  descriptor.path(),
                  NO_CODE,
                  OptionalLong.empty(),
                  OptionalLong.empty(),
                  descriptor.vectors(),
                  descriptor.attributes())
              .backedBy(extension);
      return RegisteredProgram.of(
          bundle,
          index,
          descriptor,
          image,
          ProgramRequirements.of(bundle, descriptor.name()),
          terms.bound(descriptor));
    } catch (ProgramException e) {
      return RegisteredProgram.broken(bundle, index, null, e);
    }
  }

  private Map<String, Object> attributes(ServiceReference<?> reference) {
    Map<String, Object> attributes = new HashMap<>();
    Object name = reference.getProperty(Extension.PROGRAM);
    attributes.put(ProgramDescriptor.NAMESPACE, name == null ? "" : name);
    attributes.put("format", format);
    attributes.put("path", "service." + reference.getProperty(Constants.SERVICE_ID));
    if (format.equals("java-interrupt")) {
      Object vector = reference.getProperty(InterruptHandler.VECTOR);
      attributes.put(
          "vectors", vector instanceof Integer number ? (Object) number.longValue() : vector + "");
    }
    copy(reference, PortInterceptor.PORTS, "ports", attributes);
    copy(reference, MemoryInterceptor.MEMORY, "memory", attributes);
    copy(reference, Extension.VERSION, "version", attributes);
    copy(reference, Constants.SERVICE_DESCRIPTION, "description", attributes);
    if (reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer ranking) {
      attributes.put("ranking", ranking.longValue());
    }
    return attributes;
  }

  private static void copy(
      ServiceReference<?> from, String property, String attribute, Map<String, Object> to) {
    Object value = from.getProperty(property);
    if (value != null) {
      to.put(attribute, value.toString());
    }
  }

  @Override
  public void modifiedService(ServiceReference<E> reference, RegisteredProgram program) {
    LOG.debug("The properties of {} count when it is registered", program);
  }

  @Override
  public void removedService(ServiceReference<E> reference, RegisteredProgram program) {
    registry.remove(List.of(program));
    context.ungetService(reference);
  }
}
