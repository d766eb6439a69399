package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.container.GatewayContainer;
import dev.biosgateway.testkit.image.PluginBundle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventConstants;
import org.osgi.service.event.EventHandler;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;

/** Event Admin hears of programs and calls; Config Admin bounds them; Metatype describes how. */
@GatewayContainer(
    bundles = {
      "org.osgi.service.log",
      "org.apache.felix.metatype",
      "org.apache.felix.configadmin",
      "org.apache.felix.eventadmin"
    },
    shared = {
      "org.apache.felix.metatype",
      "org.apache.felix.configadmin",
      "org.apache.felix.eventadmin"
    })
class FrameworkServicesIT {
  private static final String PID = "dev.biosgateway.gateway";
  private static final CallRequest NOTHING = CallRequest.builder().build();

  private final Container container;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private ServiceRegistration<EventHandler> handler;
  private Bundle ports;

  FrameworkServicesIT(Container container) {
    this.container = container;
  }

  @BeforeEach
  void listen() throws BundleException {
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put(EventConstants.EVENT_TOPIC, "dev/biosgateway/*");
    EventHandler queue = events::add;
    handler = container.context().registerService(EventHandler.class, queue, properties);
    ports = Ports.install(container);
  }

  @AfterEach
  void unlisten() throws BundleException {
    handler.unregister();
    ports.uninstall();
  }

  private Event await(String topic, String property, Object value) throws InterruptedException {
    long end = System.nanoTime() + Container.PATIENCE.toNanos();
    while (true) {
      Event event = events.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      assertNotNull(event, "no event " + topic + " with " + property + "=" + value);
      if (event.getTopic().equals("dev/biosgateway/" + topic)
          && value.equals(event.getProperty(property))) {
        return event;
      }
    }
  }

  @Test
  void eventsTellTheLifeOfAProgram() throws Exception {
    Bundle first = hello("1.0.0");
    Event mapped = await("program/MAPPED", "program.name", "hello");
    assertEquals("1.0.0", mapped.getProperty("program.version"));
    assertEquals("option-rom", mapped.getProperty("program.format"));
    Bundle second = hello("2.0.0");
    Event shadowed = await("program/SHADOWED", "program.name", "hello");
    assertEquals("1.0.0", shadowed.getProperty("program.version"));
    assertTrue(((String) shadowed.getProperty("program.reason")).contains("the better one"));
    await("program/MAPPED", "program.version", "2.0.0");
    second.uninstall();
    await("program/MAPPED", "program.version", "1.0.0");
    first.uninstall();
    await("program/GONE", "program.name", "hello");
    Bundle broken =
        container.install(
            PluginBundle.named("broken", "1.0.0").program("broken", "option-rom").stream());
    Event failed = await("program/FAILED", "program.name", "broken");
    assertTrue(((String) failed.getProperty("program.reason")).contains("expected"));
    broken.uninstall();
    Bundle waiting =
        container.install(
            PluginBundle.named("waiting", "1.0.0")
                .program("waiting", "flat32", (byte) 0xc3)
                .requirement("biosgateway.machine;filter:=\"(memory>=4096)\";effective:=active")
                .stream());
    Event unresolved = await("program/UNRESOLVED", "program.name", "waiting");
    assertTrue(((String) unresolved.getProperty("program.reason")).contains("memory>=4096"));
    waiting.uninstall();
  }

  private Bundle hello(String version) throws BundleException {
    return container.install(
        PluginBundle.named("hello", version)
            .program("hello", "option-rom", GuestCode.answer(0x62, 1).bytes())
            .attribute("vectors:List<Long>", "98")
            .stream());
  }

  @Test
  void eventsTellTheEndOfACallWithItsNumberAndItsReason() throws Exception {
    CallResult result = container.gateway().call(new CallTarget.Interrupt(0x11), NOTHING);
    Event ended = await("call/ENDED", "call.id", result.id());
    assertEquals("int 0x11", ended.getProperty("call.target"));
    assertEquals("RETURNED", ended.getProperty("call.stop"));
    assertEquals(result.instructions(), ended.getProperty("call.instructions"));
    CallResult over = container.gateway().call(Ports.PROGRAM, Ports.in(0x80, 1).budget(1).build());
    Event budget = await("call/ENDED", "call.id", over.id());
    assertEquals("BUDGET", budget.getProperty("call.stop"));
    assertEquals(over.reason(), budget.getProperty("call.reason"));
  }

  @Test
  void configAdminBoundsEveryCallAndTakesTheBoundAwayAgain() throws Exception {
    Configuration configuration =
        container.awaitService(ConfigurationAdmin.class).getConfiguration(PID, "?");
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put("policy", new String[] {"deny ports 0x80", "ports: deny ports 0x70-0x71"});
    properties.put("memory", "48");
    configuration.update(properties);
    CallResult all = awaitCall(0x80, result -> result.stop() == StopReason.POLICY);
    assertTrue(all.reason().contains("\"deny ports 0x80\" of the configuration"), all.reason());
    CallResult one = call(0x71);
    assertEquals(StopReason.POLICY, one.stop(), one::toString);
    assertTrue(one.reason().contains("of the configuration for ports"), one.reason());
    assertEquals(48 << 20, container.gateway().machine().memoryBytes());
    configuration.delete();
    awaitCall(0x80, CallResult::returned);
    assertEquals(32 << 20, container.gateway().machine().memoryBytes());
  }

  @Test
  void whereBundlesMustBeSignedOnlyThoseOfTrustedSignersAreMapped(@TempDir Path folder)
      throws Exception {
    BundleSigner known = BundleSigner.in(folder, "known");
    BundleSigner stranger = BundleSigner.in(folder, "stranger");
    Configuration configuration =
        container.awaitService(ConfigurationAdmin.class).getConfiguration(PID, "?");
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put("signed", "true");
    properties.put("truststore", known.keyStore().toString());
    configuration.update(properties);
    Event unsigned = await("program/FAILED", "program.name", "ports");
    assertReason(unsigned, "nobody has signed");
    Bundle ours = container.install(known.sign(rom("ours", 0x62)));
    await("program/MAPPED", "program.name", "ours");
    Bundle theirs = container.install(stranger.sign(rom("theirs", 0x64)));
    assertReason(await("program/FAILED", "program.name", "theirs"), "CN=stranger");
    CallResult answer =
        container.gateway().call(new CallTarget.Interrupt(0x62), CallRequest.builder().build());
    assertEquals(1, answer.get(Register.AX), answer::toString);
    configuration.delete();
    await("program/MAPPED", "program.name", "theirs");
    awaitCall(0x80, CallResult::returned);
    ours.uninstall();
    theirs.uninstall();
  }

  private static PluginBundle rom(String name, int vector) {
    return PluginBundle.named(name, "1.0.0")
        .program(name, "option-rom", GuestCode.answer(vector, 1).bytes())
        .attribute("vectors:List<Long>", Integer.toString(vector));
  }

  private static void assertReason(Event event, String words) {
    String reason = (String) event.getProperty("program.reason");
    assertTrue(reason.contains(words), reason);
  }

  /** The gateway is made anew with each configuration: for a moment there is none. */
  private CallResult awaitCall(int port, Predicate<CallResult> wanted) throws Exception {
    long end = System.nanoTime() + Container.PATIENCE.toNanos();
    Object last = "nothing";
    while (System.nanoTime() < end) {
      try {
        CallResult result = call(port);
        if (wanted.test(result)) {
          return result;
        }
        last = result;
      } catch (GatewayException e) {
        last = e;
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    throw new AssertionError("still " + last);
  }

  private CallResult call(int port) {
    Gateway gateway = container.gateway();
    return gateway.call(Ports.PROGRAM, Ports.in(port, 1).build());
  }

  @Test
  void metatypeDescribesEverySettingWithItsDefault() {
    Bundle runtime =
        Arrays.stream(container.context().getBundles())
            .filter(bundle -> bundle.getSymbolicName().equals("dev.biosgateway.gateway-runtime"))
            .findFirst()
            .orElseThrow();
    MetaTypeInformation information =
        container.awaitService(MetaTypeService.class).getMetaTypeInformation(runtime);
    assertEquals(List.of(PID), List.of(information.getPids()));
    ObjectClassDefinition settings = information.getObjectClassDefinition(PID, null);
    AttributeDefinition[] attributes = settings.getAttributeDefinitions(ObjectClassDefinition.ALL);
    Set<String> ids =
        Arrays.stream(attributes)
            .map(AttributeDefinition::getID)
            .collect(Collectors.toCollection(TreeSet::new));
    assertTrue(
        ids.containsAll(
            List.of(
                "board",
                "cpu",
                "memory",
                "firmware",
                "machines",
                "queue",
                "sessions",
                "drain",
                "policy",
                "signed",
                "truststore")),
        ids::toString);
    for (AttributeDefinition attribute : attributes) {
      if (attribute.getID().equals("policy")) {
        assertTrue(attribute.getCardinality() != 0, "any number of rules");
      }
      if (attribute.getID().equals("memory")) {
        assertEquals(List.of("32"), List.of(attribute.getDefaultValue()));
      }
    }
  }
}
