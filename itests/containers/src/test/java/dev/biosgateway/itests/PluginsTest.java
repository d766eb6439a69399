package dev.biosgateway.itests;

import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.Program;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.container.GatewayContainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.osgi.framework.BundleException;

/**
 * Tests that install plugins into one container: after each of them nothing may be left, be it
 * bundles, services, threads or guest memory.
 */
@GatewayContainer
abstract class PluginsTest {
  static Witness witness;

  final Container container;
  final Gateway gateway;

  PluginsTest(Container container, Gateway gateway) {
    this.container = container;
    this.gateway = gateway;
  }

  @BeforeAll
  static void remember(Container container) throws BundleException {
    witness = Witness.of(container);
  }

  @AfterEach
  void nothingIsLeft() {
    witness.assertNothingIsLeft();
  }

  /** The program of a name, which there must be. */
  final Program program(String name) {
    return gateway.programs().stream()
        .filter(program -> program.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not among " + gateway.programs()));
  }
}
