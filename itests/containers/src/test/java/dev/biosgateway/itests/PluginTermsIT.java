package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.GatewayMetrics;
import dev.biosgateway.api.HealthReport;
import dev.biosgateway.api.NoSuchRoutineException;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.container.GatewayContainer;
import dev.biosgateway.testkit.image.PluginBundle;
import java.lang.management.ManagementFactory;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/**
 * The terms on which plugins live together: versions side by side, requirements, digests, rules of
 * the configuration; and what the gateway says of itself.
 */
@GatewayContainer(properties = "biosgateway.policy=deny ports 0x80;bounded: deny interrupts 0x60")
class PluginTermsIT extends PluginsTest {
  PluginTermsIT(Container container, Gateway gateway) {
    super(container, gateway);
  }

  private static PluginBundle plugin(String name, String version, int answer) {
    return PluginBundle.named(name, version)
        .program(name, "option-rom", GuestCode.answer(0x62, answer).bytes())
        .attribute("vectors:List<Long>", "98");
  }

  private long answer(String versions) {
    return gateway.routine("int62", versions).call(CallRequest.builder().build()).get(Register.AX);
  }

  @Test
  void versionsLiveSideBySideAndACallerAsksForARange() throws BundleException {
    Bundle one = container.install(plugin("side", "1.5.0", 0x15).stream());
    Bundle two = container.install(plugin("side", "2.0.0", 0x20).stream());
    assertEquals(
        0x20,
        container.awaitRoutine("int62").call(CallRequest.builder().build()).get(Register.AX),
        "the best wins");
    assertEquals(0x15, answer("[1.0,2.0)"));
    assertEquals(0x20, answer("2.0"));
    assertEquals(0x15, answer("[1.5,1.5]"), "and again, from its own template");
    var error = assertThrows(NoSuchRoutineException.class, () -> answer("[3.0,4.0)"));
    assertTrue(error.getMessage().contains("side/int62 2.0.0"), error.getMessage());
    two.uninstall();
    assertEquals(0x15, answer("[1.0,2.0)"));
    one.uninstall();
  }

  @Test
  void whatAProgramRequiresOfTheMachineIsSaidWhereItIsMissing() throws BundleException {
    Bundle bundle =
        container.install(
            plugin("big", "1.0.0", 1)
                .requirement(
                    "biosgateway.machine;filter:=\"(&(memory>=64)(device=vga))\";effective:=active")
                .stream());
    Program program = program("big");
    assertEquals(Program.State.UNRESOLVED, program.state());
    String reason = program.reason().orElseThrow();
    assertTrue(reason.contains("(memory>=64)") && reason.contains("memory=32"), reason);
    bundle.uninstall();
    Bundle small =
        container.install(
            plugin("small", "1.0.0", 1)
                .requirement(
                    "biosgateway.machine;filter:=\"(&(memory>=16)(device=vga))\";effective:=active")
                .stream());
    assertEquals(Program.State.MAPPED, program("small").state());
    small.uninstall();
  }

  @Test
  void aProgramWaitsForAnotherAndGoesWithIt() throws BundleException {
    Bundle needs =
        container.install(
            plugin("needs", "1.0.0", 1)
                .requirement(
                    "biosgateway.program;filter:=\"(&(biosgateway.program=base)(version>=2.0))\""
                        + ";effective:=active")
                .stream());
    assertEquals(Program.State.UNRESOLVED, program("needs").state());
    Bundle base =
        container.install(
            PluginBundle.named("base", "2.1.0")
                .program("base", "option-rom", GuestCode.answer(0x65, 2).bytes())
                .attribute("vectors:List<Long>", "101")
                .stream());
    assertEquals(Program.State.MAPPED, program("needs").state());
    base.uninstall();
    assertEquals(Program.State.UNRESOLVED, program("needs").state());
    needs.uninstall();
  }

  @Test
  void theDigestOfAnImageIsCheckedBeforeItIsMapped() throws Exception {
    byte[] image = GuestCode.answer(0x62, 5).bytes();
    String digest =
        "SHA-256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image));
    Bundle right =
        container.install(plugin("right", "1.0.0", 5).attribute("digest", digest).stream());
    assertEquals(Program.State.MAPPED, program("right").state());
    right.uninstall();
    Bundle wrong =
        container.install(plugin("wrong", "1.0.0", 6).attribute("digest", digest).stream());
    assertEquals(Program.State.FAILED, program("wrong").state());
    assertTrue(program("wrong").reason().orElse("").contains("digest"));
    wrong.uninstall();
  }

  @Test
  void theConfigurationBoundsEveryCallAndSinglePrograms() throws BundleException {
    Bundle bundle =
        container.install(
            PluginBundle.named("bounded", "1.0.0")
                .program("bounded", "option-rom", GuestCode.hostile().bytes())
                .attribute("vectors:List<Long>", "99")
                .stream());
    CallTarget hostile = new CallTarget.Interrupt(0x63);
    CallResult port = gateway.call(hostile, way(HostileWay.OUT_TO_DENIED));
    assertEquals(StopReason.POLICY, port.stop(), port::toString);
    assertTrue(port.reason().contains("\"deny ports 0x80\" of the configuration"), port.reason());
    CallResult interrupt = gateway.call(hostile, way(HostileWay.INT_DENIED));
    assertTrue(interrupt.reason().contains("the configuration for bounded"), interrupt::toString);
    bundle.uninstall();
  }

  private static CallRequest way(HostileWay way) {
    return CallRequest.builder().register(Register.AL, way.ordinal()).build();
  }

  @Test
  void metricsAndHealthAreThereForJavaAndJmx() throws Exception {
    long before = gateway.metrics().calls();
    CallResult result = gateway.call(new CallTarget.Interrupt(0x60), CallRequest.builder().build());
    assertTrue(result.id() > 0);
    GatewayMetrics metrics = gateway.metrics();
    assertEquals(before + 1, metrics.calls());
    assertTrue(metrics.stops().get(StopReason.RETURNED) > 0);
    assertTrue(metrics.latencyOf(0.5) > 0);
    assertTrue(metrics.leases() >= metrics.calls());
    assertTrue(metrics.templateBytes() > 0);
    assertEquals(HealthReport.Status.OK, gateway.health().status(), gateway.health()::toString);
    ObjectName name = new ObjectName("dev.biosgateway:type=Gateway");
    var server = ManagementFactory.getPlatformMBeanServer();
    assertTrue((long) server.getAttribute(name, "Calls") >= metrics.calls());
    assertEquals("OK", server.getAttribute(name, "Health"));
  }
}
