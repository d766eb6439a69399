package dev.biosgateway.testkit.container;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs the tests of a class against a gateway in an OSGi framework (Felix, started by Pax Exam's
 * native container in the test's own VM). The framework is started before the first test of the
 * class with an empty bundle cache and stopped after the last one; nested classes share it.
 *
 * <p>Tests, constructors and life cycle methods can take a {@link Container}, the framework's
 * {@code org.osgi.framework.BundleContext} and the {@code dev.biosgateway.api.Gateway} as
 * parameters.
 *
 * <p>The tests themselves stay outside the framework. They share the gateway's API and SLF4J with
 * it; everything else in the framework has its own classes. All bundles, those of the gateway
 * included, are taken from the test class path by symbolic name, where a dependency on this testkit
 * puts them.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(GatewayContainerExtension.class)
public @interface GatewayContainer {
  /**
   * Symbolic names of jars on the test class path that are installed and started after the
   * gateway's own, in this order.
   */
  String[] bundles() default {};

  /**
   * Symbolic names of jars on the test class path whose packages the tests share with the
   * framework, as they do the gateway's API: what tests cast to.
   */
  String[] shared() default {};

  /** Framework properties as {@code name=value}. */
  String[] properties() default {};
}
