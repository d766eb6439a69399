package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.GatewayClosedException;
import dev.biosgateway.api.NoSuchRoutineException;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Routine;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.image.PluginBundle;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** A plugin comes, answers, changes and goes while the gateway runs. */
class PluginLifecycleIT extends PluginsTest {
  private static final String INT61 = "(" + Routine.NAME + "=int61)";
  private static final CallRequest RETURN = CallRequest.builder().build();

  PluginLifecycleIT(Container container, Gateway gateway) {
    super(container, gateway);
  }

  /** A plugin that answers with this word on INT 62h. */
  private static PluginBundle plugin(String version, int answer) {
    return PluginBundle.named("hello", version)
        .program("hello", "option-rom", GuestCode.answer(0x62, answer).bytes())
        .attribute("vectors:List<Long>", "98");
  }

  private CallResult int62() {
    return container.awaitRoutine("int62").call(RETURN);
  }

  @Test
  void pluginIsInstalledFromAStreamCalledUpdatedAndRemoved() throws BundleException {
    byte[] vectorsBefore = witness.interruptVectors();

    Bundle bundle = container.install(plugin("1.0.0", 0x0100).stream());
    assertEquals(0x0100, int62().get(Register.AX));
    Routine first = container.awaitRoutine("int62");

    bundle.update(plugin("1.1.0", 0x0110).stream());
    assertEquals(0x0110, int62().get(Register.AX));
    assertThrows(GatewayClosedException.class, () -> first.call(RETURN));
    Routine second = container.awaitRoutine("int62");

    bundle.uninstall();
    assertThrows(GatewayClosedException.class, () -> second.call(RETURN));
    assertThrows(NoSuchRoutineException.class, () -> gateway.routine("int62"));
    assertFalse(container.hasService(Routine.class, "(" + Routine.NAME + "=int62)"));
    assertArrayEquals(vectorsBefore, witness.interruptVectors());
  }

  @Test
  void romAndVectorAreInGuestMemoryAsLongAsThePluginIsActive() throws BundleException {
    byte[] image = GuestCode.answer(0x62, 7).bytes();
    byte[] before = witness.interruptVectors();

    Bundle bundle = container.install(plugin("1.0.0", 7).stream());
    Program program = program("hello");
    long address = program.address().orElseThrow();

    assertEquals(Program.State.MAPPED, program.state(), program::toString);
    assertEquals(image.length, program.size().orElseThrow());
    assertArrayEquals(image, witness.read(address, image.length));
    byte[] hooked = witness.interruptVectors();
    assertEquals(address >> 4, (hooked[0x62 * 4 + 2] & 0xff) | (hooked[0x62 * 4 + 3] & 0xff) << 8);
    Arrays.fill(hooked, 0x62 * 4, 0x63 * 4, (byte) 0);
    Arrays.fill(before, 0x62 * 4, 0x63 * 4, (byte) 0);
    assertArrayEquals(before, hooked, "other vectors");

    bundle.stop();
    assertTrue(gateway.programs().stream().noneMatch(p -> p.name().equals("hello")));
    bundle.start();
    assertEquals(7, int62().get(Register.AX));
    bundle.uninstall();
  }

  @Test
  void serviceSaysWhereItComesFrom() throws BundleException {
    Bundle bundle = container.install(plugin("1.2.3", 7).stream());
    container.awaitRoutine("int62");
    var reference = bundle.getRegisteredServices()[0];

    assertEquals("int62", reference.getProperty(Routine.NAME));
    assertEquals("hello", reference.getProperty(Routine.PROGRAM));
    assertEquals("1.2.3", reference.getProperty(Routine.VERSION).toString());
    assertEquals(0x62, reference.getProperty(Routine.VECTOR));
    bundle.uninstall();
  }

  @Test
  void pluginsInFrontAndBehindGoOnWhenOneIsRemoved() throws BundleException {
    Bundle front = container.install(plugin("1.0.0", 0x11).stream());
    Bundle behind =
        container.install(
            PluginBundle.named("behind", "1.0.0")
                .program("behind", "option-rom", GuestCode.answer(0x63, 0x22).bytes())
                .attribute("vectors:List<Long>", "99")
                .stream());
    assertEquals(0x11, int62().get(Register.AX));
    assertEquals(0x22, container.awaitRoutine("int63").call(RETURN).get(Register.AX));

    front.uninstall();
    assertEquals(0x22, container.awaitRoutine("int63").call(RETURN).get(Register.AX));
    behind.uninstall();
  }

  @Test
  void vectorsThatNobodyDeclaresAreFoundByWhatInitHooks() throws BundleException {
    Bundle bundle =
        container.install(
            PluginBundle.named("silent", "1.0.0")
                .program("silent", "option-rom", GuestCode.stops().bytes())
                .stream());
    assertTrue(program("silent").vectors().contains(0x61));
    assertEquals(0x600d, container.awaitRoutine("int61").call(RETURN).get(Register.AX));
    bundle.uninstall();
    assertFalse(container.hasService(Routine.class, INT61));
  }

  @Test
  void interruptOfARemovedPluginReturnsAsOnAPcWithoutIt() throws BundleException {
    container.install(plugin("1.0.0", 0x11).stream()).uninstall();

    CallResult result =
        gateway.call(
            new CallTarget.Interrupt(0x62),
            CallRequest.builder().register(Register.AX, 0x1234).build());

    assertTrue(result.returned(), result::toString);
    assertEquals(0x1234, result.get(Register.AX));
  }
}
