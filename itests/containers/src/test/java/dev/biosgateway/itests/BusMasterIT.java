package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.container.GatewayContainer;
import dev.biosgateway.testkit.host.Prerequisite;
import dev.biosgateway.testkit.image.PluginBundle;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleException;

/** On a board with firmware and bus masters: what these do is held to the policy of the call. */
@GatewayContainer
class BusMasterIT {
  private static final CallTarget DMA = new CallTarget.ProgramEntry("dma");
  private static final int PLACE = 0x600;

  private final Container container;
  private final Gateway gateway;

  BusMasterIT(Container container, Gateway gateway) {
    this.container = container;
    this.gateway = gateway;
  }

  private CallResult dma(String... rules) {
    return gateway.call(
        DMA,
        CallRequest.builder()
            .register(Register.EDI, PLACE)
            .policy(CallPolicy.parse(CallPolicy.CALLER, List.of(rules)))
            .build());
  }

  private byte[] memory() {
    return gateway
        .call(new CallTarget.ProgramEntry("peek"), Witness.peek(PLACE, 4))
        .buffer("memory");
  }

  @Test
  void dmaIsHeldToTheRulesAndRolledBackAndRequirementsKnowTheFirmware() throws BundleException {
    gateway.power(
        MachineSettings.DEFAULT
            .withBoard("pc-i440fx")
            .withFirmware(Prerequisite.seabios("bios-256k.bin"), Optional.empty()));
    container.install(
        PluginBundle.named("dma", "1.0.0")
            .program("dma", "flat32", GuestCode.firmwareConfigurationDma())
            .program("peek", "flat32", GuestCode.peek())
            .requirement("biosgateway.machine;filter:=\"(firmware=bios*)\";effective:=active")
            .stream());
    byte[] before = memory();
    CallResult done = dma();
    assertTrue(done.returned(), done::toString);
    assertEquals(0, done.get(Register.EAX), "the device says it has done it");
    assertArrayEquals(before, memory(), "and nothing is left of it");
    CallResult memory = dma("deny memory 0x600-0x6ff");
    assertEquals(StopReason.POLICY, memory.stop(), memory::toString);
    assertTrue(memory.reason().contains("write to memory 0x00000600"), memory.reason());
    CallResult allowed = dma("allow memory 0x100000-0x1fffff");
    assertEquals(StopReason.POLICY, allowed.stop(), allowed::toString);
    CallResult ports = dma("deny ports 0x510-0x51b");
    assertEquals(StopReason.POLICY, ports.stop(), ports::toString);
    assertArrayEquals(before, memory());
    gateway.power(MachineSettings.DEFAULT);
    Program program =
        gateway.programs().stream().filter(p -> p.name().equals("dma")).findFirst().orElseThrow();
    assertEquals(Program.State.UNRESOLVED, program.state(), "without firmware");
    assertTrue(program.reason().orElseThrow().contains("(firmware=bios*)"), program::toString);
  }
}
