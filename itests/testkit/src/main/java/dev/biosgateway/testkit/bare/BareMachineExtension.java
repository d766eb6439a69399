package dev.biosgateway.testkit.bare;

import dev.biosgateway.api.spi.MachineSettings;
import java.time.Instant;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.support.TypeBasedParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link BareMachine} switches on: one machine for each test that asks for it. */
final class BareMachineExtension extends TypeBasedParameterResolver<BareGateway> {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(BareMachineExtension.class);

  /** Else a test class's constructor would be taken for part of the class, not of the test. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    return ExtensionContextScope.TEST_METHOD;
  }

  /** The store switches the machine off when the context that asked for it ends. */
  @Override
  public BareGateway resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            BareGateway.class, key -> BareGateway.open(settings(context)), BareGateway.class);
  }

  private static MachineSettings settings(ExtensionContext context) {
    BareMachine wanted =
        AnnotationSupport.findAnnotation(
                context.getRequiredTestClass(),
                BareMachine.class,
                context.getEnclosingTestClasses())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        context.getRequiredTestClass() + " has no @BareMachine"));
    MachineSettings usual = MachineSettings.DEFAULT;
    return new MachineSettings(
        (long) wanted.memory() << 20,
        wanted.board().isEmpty() ? usual.board() : wanted.board(),
        wanted.cpu().isEmpty() ? usual.cpu() : wanted.cpu(),
        wanted.startTime().isEmpty() ? usual.startTime() : Instant.parse(wanted.startTime()));
  }
}
