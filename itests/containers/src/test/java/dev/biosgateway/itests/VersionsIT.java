package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Routine;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.image.PluginBundle;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** Several versions of one program side by side: the best serves, the others wait. */
class VersionsIT extends PluginsTest {
  VersionsIT(Container container, Gateway gateway) {
    super(container, gateway);
  }

  /** Each version is a bundle of its own, and answers with its number on INT 62h. */
  private Bundle install(String version, int answer, int ranking) throws BundleException {
    return container.install(
        PluginBundle.named("hello", version)
            .program("hello", "option-rom", GuestCode.answer(0x62, answer).bytes())
            .attribute("vectors:List<Long>", "98")
            .attribute("ranking:Long", Integer.toString(ranking))
            .stream());
  }

  private long answer() {
    return container.awaitRoutine("int62").call(CallRequest.builder().build()).get(Register.AX);
  }

  private Map<String, Program.State> states() {
    return gateway.programs().stream()
        .filter(program -> program.name().equals("hello"))
        .collect(Collectors.toMap(Program::version, Program::state));
  }

  @Test
  void higherVersionWinsInWhicheverOrderTheyCome() throws BundleException {
    Bundle old = install("1.9.0", 0x190, 0);
    assertEquals(0x190, answer());

    Bundle newer = install("1.10.0", 0x1a0, 0);
    assertEquals(0x1a0, answer());
    assertEquals(Map.of("1.9.0", Program.State.SHADOWED, "1.10.0", Program.State.MAPPED), states());

    Bundle oldest = install("1.0.0", 0x100, 0);
    assertEquals(0x1a0, answer());

    newer.uninstall();
    assertEquals(0x190, answer());
    old.uninstall();
    assertEquals(0x100, answer());
    oldest.uninstall();
  }

  @Test
  void rankingBeatsVersion() throws BundleException {
    Bundle newer = install("2.0.0", 0x200, 0);
    Bundle preferred = install("1.0.0", 0x100, 10);
    assertEquals(0x100, answer());
    preferred.uninstall();
    assertEquals(0x200, answer());
    newer.uninstall();
  }

  @Test
  void updateToALowerVersionGivesWay() throws BundleException {
    Bundle first = install("2.0.0", 0x200, 0);
    Bundle second = install("1.0.0", 0x100, 0);
    first.update(
        PluginBundle.named("hello", "0.5.0")
            .program("hello", "option-rom", GuestCode.answer(0x62, 0x050).bytes())
            .attribute("vectors:List<Long>", "98")
            .stream());
    assertEquals(0x100, answer());
    assertEquals(Map.of("0.5.0", Program.State.SHADOWED, "1.0.0", Program.State.MAPPED), states());
    first.uninstall();
    second.uninstall();
  }

  @Test
  void callerCanAskForARangeOfVersions() throws BundleException {
    Bundle plugin = install("1.4.0", 0x140, 0);
    String atLeast = "(&(" + Routine.NAME + "=int62)(" + Routine.VERSION + ">=%s))";

    assertTrue(container.hasService(Routine.class, String.format(atLeast, "1.4")));
    assertTrue(!container.hasService(Routine.class, String.format(atLeast, "1.4.1")));
    plugin.uninstall();
  }
}
