package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.container.GatewayContainer;
import dev.biosgateway.testkit.image.PluginBundle;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/** The testkit's own promises about its container. */
@GatewayContainer(properties = "dev.biosgateway.itests=here")
class ContainerIT {
  private final BundleContext context;

  ContainerIT(BundleContext context) {
    this.context = context;
  }

  @Test
  void allBundlesAreResolvedAndActive() {
    for (Bundle bundle : context.getBundles()) {
      assertEquals(Bundle.ACTIVE, bundle.getState(), bundle::toString);
    }
  }

  @Test
  void frameworkPropertiesArrive() {
    assertEquals("here", context.getProperty("dev.biosgateway.itests"));
  }

  @Test
  void bundleThatDoesNotResolveSaysWhyAndIsGone(Container container) {
    int before = context.getBundles().length;
    PluginBundle wanting =
        PluginBundle.named("wanting", "1.0.0").requirement("no.such.thing;filter:=\"(x=1)\"");

    BundleException refused =
        assertThrows(BundleException.class, () -> container.install(wanting.stream()));

    assertTrue(refused.getMessage().contains("no.such.thing"), refused::getMessage);
    assertEquals(before, context.getBundles().length);
  }

  @Test
  void bundleIsUpdatedAndUninstalledByItsOwnMethods(Container container) throws BundleException {
    Bundle bundle = container.install(PluginBundle.named("plain", "1.0.0").stream());
    assertEquals(Bundle.ACTIVE, bundle.getState());

    bundle.update(PluginBundle.named("plain", "1.1.0").stream());
    assertEquals("1.1.0", bundle.getVersion().toString());
    assertEquals(Bundle.ACTIVE, bundle.getState());

    bundle.uninstall();
    assertEquals(Bundle.UNINSTALLED, bundle.getState());
  }

  @Nested
  class Inside {
    @Test
    void sharesTheFrameworkOfTheOutermostClass(Container container) {
      assertSame(context.getBundle(), container.context().getBundle());
    }
  }

  @Test
  void classesOfTheTestsStayOutside() {
    for (Bundle bundle : context.getBundles()) {
      if (bundle.getBundleId() != 0) {
        assertThrows(
            ClassNotFoundException.class,
            () -> bundle.loadClass(ContainerIT.class.getName()),
            bundle::toString);
      }
    }
  }

  @Test
  void apiAndLoggingAreSharedWithTheTests() throws ClassNotFoundException {
    Bundle runtime = bundle("dev.biosgateway.gateway-runtime");
    assertSame(dev.biosgateway.api.Gateway.class, runtime.loadClass("dev.biosgateway.api.Gateway"));
    assertSame(org.slf4j.Logger.class, runtime.loadClass("org.slf4j.Logger"));
    assertNotEquals(0, runtime.getBundleId());
  }

  private Bundle bundle(String symbolicName) {
    for (Bundle bundle : context.getBundles()) {
      if (bundle.getSymbolicName().equals(symbolicName)) {
        return bundle;
      }
    }
    throw new AssertionError("no bundle " + symbolicName);
  }
}
