package dev.biosgateway.testkit.container;

import dev.biosgateway.api.Gateway;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.osgi.framework.BundleContext;

/** What {@link GatewayContainer} switches on: one container for each outermost test class. */
final class GatewayContainerExtension implements BeforeAllCallback, ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(GatewayContainerExtension.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    container(context);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Container.class || type == BundleContext.class || type == Gateway.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    Container container = container(context);
    if (type == BundleContext.class) {
      return container.context();
    }
    return type == Gateway.class ? container.gateway() : container;
  }

  /** The store closes the container when the context that made it ends: that of the class. */
  private static Container container(ExtensionContext context) {
    Class<?> testClass = context.getRequiredTestClass();
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            Container.class, key -> Container.start(testClass, settings(context)), Container.class);
  }

  private static GatewayContainer settings(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(
            context.getRequiredTestClass(),
            GatewayContainer.class,
            context.getEnclosingTestClasses())
        .orElseThrow(
            () ->
                new IllegalStateException(
                    context.getRequiredTestClass() + " has no @GatewayContainer"));
  }
}
